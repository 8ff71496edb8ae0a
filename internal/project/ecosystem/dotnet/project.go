// Package dotnet reads the project files of .NET.
package dotnet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Project is an MSBuild file: a project, or one that projects import. Conditions are not
// evaluated: what counts under one of them is listed, too.
// Source: https://learn.microsoft.com/visualstudio/msbuild/msbuild-project-file-schema-reference
type Project struct {
	// Path is where it is in the context.
	Path string
	// SDK is the project's SDK, such as Microsoft.NET.Sdk.Web, "" for none.
	SDK string
	// Packages are its packages, Versions those of <PackageVersion> and <GlobalPackageReference>.
	Packages, Versions []Reference
	// Projects are the projects that it builds upon, Imports the files that it includes; paths as written.
	Projects, Imports []Reference

	properties map[string]Reference
	// looks is the first condition that looks for a file, but for those of imports and of what runs
	// in a build only; its Text is "" if there is none.
	looks transform.Evidence
	data  []byte
}

// A Reference is an element of a project file.
type Reference struct {
	// Name is its Include, Update or Project attribute.
	Name string
	// Version is that of a package, "" for none.
	Version string
	// Private is true for a package that only the build uses (PrivateAssets="all").
	Private bool
	// Conditional is true where a condition decides whether it counts.
	Conditional bool
	// Source is its line.
	Source transform.Evidence
}

// ReadProject reads one MSBuild file.
func ReadProject(fsys fs.FS, name string) (*Project, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	p := &Project{Path: name, properties: map[string]Reference{}, data: data}
	if err := p.parse(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// maxDepth is how deep the elements of a project may be nested.
const maxDepth = 100

// parse reads the elements wherever they stand: they mean the same under Choose and Target.
func (p *Project) parse() error {
	d := manifest.XML(p.data)
	var open []string // the elements around, with a "?" behind those that have a condition
	var text strings.Builder
	var started xml.StartElement
	for {
		line, _ := d.InputPos()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			conditional := slices.ContainsFunc(open, func(e string) bool { return strings.HasSuffix(e, "?") }) || attribute(t, "Condition") != ""
			if c := attribute(t, "Condition"); p.looks.Text == "" && strings.Contains(c, "Exists(") && !slices.ContainsFunc(append(open, t.Name.Local), looksForItself) {
				p.looks = transform.Evidence{Source: p.Path, Line: line, Text: c}
			}
			p.add(t, transform.Evidence{Source: p.Path, Line: line, Text: t.Name.Local}, conditional)
			name := t.Name.Local
			if attribute(t, "Condition") != "" {
				name += "?"
			}
			if open, started = append(open, name), t; len(open) > maxDepth {
				return fmt.Errorf("elements are nested more than %d deep", maxDepth)
			}
			text.Reset()
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if parent := len(open) - 2; started.Name == t.Name && parent >= 0 {
				p.addText(strings.TrimSuffix(open[parent], "?"), t.Name.Local, strings.TrimSpace(text.String()),
					transform.Evidence{Source: p.Path, Line: line, Text: t.Name.Local})
			}
			open = open[:len(open)-1]
			text.Reset()
		}
	}
}

// looksForItself reports whether a condition at an element, or in one, is about what the element
// names, or counts in a build only.
func looksForItself(element string) bool {
	return slices.Contains([]string{"Import", "ImportGroup", "ProjectReference", "Target"}, strings.TrimSuffix(element, "?"))
}

// attribute returns an attribute of an element, "" if it has none of that name.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// add takes what an element's attributes say.
func (p *Project) add(e xml.StartElement, source transform.Evidence, conditional bool) {
	r := Reference{
		Name: attribute(e, "Include"), Version: attribute(e, "Version"), Conditional: conditional, Source: source,
		Private: strings.EqualFold(attribute(e, "PrivateAssets"), "all"),
	}
	if r.Name == "" {
		r.Name = attribute(e, "Update")
	}
	if v := attribute(e, "VersionOverride"); v != "" {
		r.Version = v
	}
	switch e.Name.Local {
	case "Project":
		p.SDK = attribute(e, "Sdk")
	case "PackageReference":
		p.Packages = append(p.Packages, r)
	case "GlobalPackageReference":
		r.Private = true
		p.Packages = append(p.Packages, r)
	case "PackageVersion":
		p.Versions = append(p.Versions, r)
	case "ProjectReference":
		p.Projects = append(p.Projects, r)
	case "Import":
		if attribute(e, "Sdk") == "" {
			r.Name = attribute(e, "Project")
			p.Imports = append(p.Imports, r)
		}
	}
}

// addText takes the text of an element inside another one.
func (p *Project) addText(parent, name, text string, source transform.Evidence) {
	switch {
	case parent == "PropertyGroup":
		if _, known := p.properties[name]; !known {
			p.properties[name] = Reference{Name: text, Source: source}
		}
	case parent == "PackageReference" && len(p.Packages) > 0:
		last := &p.Packages[len(p.Packages)-1]
		switch name {
		case "Version":
			last.Version = text
		case "PrivateAssets":
			last.Private = strings.EqualFold(text, "all")
		}
	}
}

// Property returns the first value that the file gives a property, "" for none.
func (p *Project) Property(name string) string { return p.properties[name].Name }

// AssemblyName returns the name of what is built, without its extension, "" if a variable decides.
func (p *Project) AssemblyName() string {
	name := p.Property("AssemblyName")
	if name == "" {
		name = "$(MSBuildProjectName)"
	}
	own := strings.TrimSuffix(path.Base(p.Path), path.Ext(p.Path))
	if name = strings.ReplaceAll(name, "$(MSBuildProjectName)", own); strings.Contains(name, "$(") {
		return ""
	}
	return name
}

// Frameworks returns the target frameworks, such as net8.0.
func (p *Project) Frameworks() []string {
	list := p.Property("TargetFrameworks")
	if list == "" {
		list = p.Property("TargetFramework")
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ' ' || r == '\n' || r == '\r' })
}
