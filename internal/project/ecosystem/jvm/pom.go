// Package jvm reads the build files of Maven, Gradle and sbt.
package jvm

import (
	"encoding/xml"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"dopt/internal/project/manifest"
)

// A POM is a pom.xml: what it says itself, without what it inherits.
// Source: https://maven.apache.org/ref/3.9.9/maven-model/maven.html
type POM struct {
	// Path is where it is in the context.
	Path string `xml:"-"`

	GroupID    string `xml:"groupId"`
	ArtifactID string `xml:"artifactId"`
	Version    string `xml:"version"`
	// Packaging is "" for jar.
	Packaging  string     `xml:"packaging"`
	Parent     *Parent    `xml:"parent"`
	Properties Properties `xml:"properties"`
	Build      Build      `xml:"build"`
	Profiles   []Profile  `xml:"profiles>profile"`
	Parts

	data []byte
	// up is the parent where it is in the context.
	up *POM
}

// Parts are what a profile can add to a POM.
type Parts struct {
	Modules            []string     `xml:"modules>module"`
	Dependencies       []Artifact   `xml:"dependencies>dependency"`
	Managed            []Artifact   `xml:"dependencyManagement>dependencies>dependency"`
	Repositories       []Repository `xml:"repositories>repository"`
	PluginRepositories []Repository `xml:"pluginRepositories>pluginRepository"`
}

// A Profile is a part of a POM that counts where it is active.
type Profile struct {
	ID string `xml:"id"`
	// ActiveBy is the file whose presence or absence makes it active.
	ActiveBy struct {
		Exists  string `xml:"exists"`
		Missing string `xml:"missing"`
	} `xml:"activation>file"`
	Parts
}

// A Parent is the reference to a POM's parent.
type Parent struct {
	GroupID    string `xml:"groupId"`
	ArtifactID string `xml:"artifactId"`
	Version    string `xml:"version"`
	// RelativePath is nil for ../pom.xml; "" says that the parent is in a repository.
	RelativePath *string `xml:"relativePath"`
}

// Build is what is built.
type Build struct {
	// FinalName is the artifact's name without its extension, "" for artifactId-version.
	FinalName      string     `xml:"finalName"`
	Plugins        []Artifact `xml:"plugins>plugin"`
	ManagedPlugins []Artifact `xml:"pluginManagement>plugins>plugin"`
}

// An Artifact is a reference to a dependency or a plugin.
type Artifact struct {
	GroupID    string `xml:"groupId"`
	ArtifactID string `xml:"artifactId"`
	Version    string `xml:"version"`
	Scope      string `xml:"scope"`
	Type       string `xml:"type"`
	Classifier string `xml:"classifier"`
	Optional   string `xml:"optional"`
	// SystemPath is the file of a dependency of scope system.
	SystemPath string `xml:"systemPath"`
	// Dependencies are a plugin's own.
	Dependencies []Artifact `xml:"dependencies>dependency"`
}

// A Repository is where artifacts come from.
type Repository struct {
	URL string `xml:"url"`
}

// Properties are a POM's variables.
type Properties map[string]string

// UnmarshalXML reads <name>value</name>, one element a property.
func (p *Properties) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	*p = Properties{}
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			var value string
			if err := d.DecodeElement(&value, &t); err != nil {
				return err
			}
			(*p)[t.Name.Local] = strings.TrimSpace(value)
		}
	}
}

// ReadPOM reads one POM, without its parent.
func ReadPOM(fsys fs.FS, name string) (*POM, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	p := POM{Path: name, data: data}
	if err := manifest.XML(data).Decode(&p); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &p, nil
}

func (p *POM) dir() string { return path.Dir(p.Path) }

// parts returns the POM's own parts and those of its profiles.
func (p *POM) parts() []Parts {
	all := []Parts{p.Parts}
	for _, profile := range p.Profiles {
		all = append(all, profile.Parts)
	}
	return all
}

// group returns the group of the POM's artifact.
func (p *POM) group() string {
	if p.GroupID == "" && p.Parent != nil {
		return p.Parent.GroupID
	}
	return p.GroupID
}

// version returns the version of the POM's artifact.
func (p *POM) version() string {
	if p.Version == "" && p.Parent != nil {
		return p.Parent.Version
	}
	return p.Version
}

// key names the POM's artifact as references do.
func (p *POM) key() string { return p.expand(p.group()) + ":" + p.ArtifactID }

// keyOf names what an artifact refers to, in the words of the POM that has it.
func (p *POM) keyOf(a Artifact) string { return p.expand(a.GroupID) + ":" + p.expand(a.ArtifactID) }

// FileName returns the name of the file that is built, such as web-2.0.0.jar, "" for a POM that
// builds none or whose name cannot be told.
func (p *POM) FileName() string {
	packaging := p.Packaging
	switch packaging {
	case "pom":
		return ""
	case "", "bundle", "maven-plugin", "ejb":
		packaging = "jar"
	}
	name := p.Build.FinalName
	if name == "" {
		name = p.ArtifactID + "-" + p.version()
	}
	if name = p.expand(name); strings.Contains(name, "${") {
		return ""
	}
	return name + "." + packaging
}

// maxExpansions bounds how often variables are replaced in one text, and maxValue the length of
// what replaces one, so that variables that name each other come to an end.
const (
	maxExpansions = 20
	maxValue      = 1000
)

// expand replaces the variables of a text whose values the POM and its parents in the context tell.
func (p *POM) expand(text string) string {
	text = strings.TrimSpace(text)
	from := 0
	for range maxExpansions {
		i := strings.Index(text[from:], "${")
		if i < 0 {
			break
		}
		i += from
		length := strings.IndexByte(text[i:], '}')
		if length < 0 {
			break
		}
		value, ok := p.property(text[i+2 : i+length])
		if !ok || len(value) > maxValue {
			from = i + length
			continue
		}
		text = text[:i] + value + text[i+length+1:]
	}
	return text
}

// property returns the value of a variable. Folders are relative to the context, with a slash in
// front, as if the context were the root.
func (p *POM) property(name string) (string, bool) {
	switch strings.TrimPrefix(name, "project.") {
	case "basedir":
		return path.Join("/", p.dir()), true
	case "groupId":
		return p.group(), true
	case "artifactId":
		return p.ArtifactID, true
	case "version":
		return p.version(), true
	case "parent.version":
		if p.Parent != nil {
			return p.Parent.Version, true
		}
	}
	for up, n := p, 0; up != nil && n < maxParents; up, n = up.up, n+1 {
		if value, ok := up.Properties[name]; ok {
			return value, true
		}
	}
	return "", false
}
