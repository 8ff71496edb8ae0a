package dotnet

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/ecosystem/dotnet"
	"dopt/transform/shell"
)

// projectExts are the extensions of project files.
var projectExts = []string{".csproj", ".fsproj", ".vbproj"}

// valued are the options of dotnet publish with a value in the next word. Source: learn.microsoft.com/dotnet/core/tools/dotnet-publish.
var valued = strings.Fields("-o --output -c --configuration -f --framework -r --runtime -a --arch --os -v --verbosity -s --source --version-suffix --manifest --artifacts-path")

// decided are properties by which MSBuild puts a program elsewhere, or gives it another name than the project file says. Source:
// learn.microsoft.com/dotnet/core/project-sdk/msbuild-props.
var decided = strings.Fields("OutputPath BaseOutputPath PublishDir ArtifactsPath UseArtifactsOutput AppendTargetFrameworkToOutputPath TargetName")

// A call is what one dotnet publish is told.
type call struct {
	output, config, target string
	selfContained          bool
	// unknown is what it is told and not understood, as a predicate.
	unknown string
}

// readCall reads the words behind dotnet publish.
func readCall(words []string) (c call) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		name, value, joined := strings.Cut(w, "=")
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		if !joined && slices.Contains(valued, name) {
			i++
			value = next
		}
		_, property, isProperty := strings.Cut(name, ":")
		switch {
		case name == "-o" || name == "--output":
			c.output = value
		case name == "-c" || name == "--configuration":
			c.config = value
		case name == "--self-contained" || name == "--sc":
			if said := slices.Contains([]string{"true", "false"}, strings.ToLower(next)); said && !joined {
				i++
				value = next
			}
			c.selfContained = !strings.EqualFold(value, "false")
		case strings.Contains(w, shell.Unknown):
			c.unknown = "publishes what a variable names"
		case isProperty && (slices.Contains(decided, property) || property == "AssemblyName" || property == "TargetFramework"), name == "--artifacts-path":
			c.unknown = "publishes with " + w + ", and where that puts the program is not known"
		case isProperty && slices.Contains(alone, property):
			c.selfContained = c.selfContained || strings.EqualFold(value, "true")
		case !strings.HasPrefix(w, "-") && !isProperty && c.target == "":
			c.target = w
		}
	}
	return c
}

// alone are properties by which the runtime is put beside the program, or into it.
var alone = []string{"SelfContained", "PublishAot"}

// publish reads a call of dotnet publish, the command with an index.
func (f *finder) publish(index int, c artifact.Command) {
	told := readCall(c.Argv()[2:])
	if c.Dir == "" {
		told.unknown = "publishes in a folder that is not known"
	}
	if told.unknown != "" {
		f.out.Unknown(c.Evidence, told.unknown)
		return
	}
	for _, p := range f.projects(c, told.target) {
		folder := c.Path(told.output)
		if told.output == "" {
			folder = f.defaultFolder(p, told.config)
		}
		if folder == "" {
			continue
		}
		selfContained := told.selfContained || slices.ContainsFunc(alone, p.is)
		for _, place := range f.Placed(folder, index) {
			f.publications = append(f.publications, publication{project: p, folder: place, selfContained: selfContained, because: c.Evidence})
		}
	}
}

// projects returns the projects that a call publishes: the one that it names, or those of a folder and what is below it.
func (f *finder) projects(c artifact.Command, target string) (list []*project) {
	at := c.Path(target)
	if target == "" {
		at = c.Dir
	}
	if slices.Contains([]string{".sln", ".slnx"}, path.Ext(at)) {
		at = path.Dir(at)
	}
	context, ok := f.Tree.Folder(at)
	if slices.Contains(projectExts, path.Ext(at)) {
		context, ok = f.Tree.Context(at)
	}
	if !ok {
		f.out.Unknown(c.Evidence, "publishes what is not in the build context")
		return nil
	}
	files := []string{context}
	if !slices.Contains(projectExts, path.Ext(context)) {
		files = nil
		for _, ext := range projectExts {
			files = append(files, f.Glob(path.Join(context, "*"+ext))...)
		}
		if len(files) == 0 { // a solution
			f.EachCopied(func(name string) bool {
				if slices.Contains(projectExts, path.Ext(name)) && artifact.Within(path.Join("/", name), path.Join("/", context)) {
					files = append(files, name)
				}
				return len(files) < maxProjects
			})
		}
	}
	for _, name := range files {
		if p := f.read(name); p != nil {
			list = append(list, p)
		}
	}
	return list
}

// A project is what is to be known of a project file, with what MSBuild imports into it by its name.
type project struct {
	*dotnet.Project
	// imported are Directory.Build.props and Directory.Build.targets, the nearest of each.
	imported []*dotnet.Project
}

// maxProjects bounds how many projects of a solution are read.
const maxProjects = 200

// read reads a project with what MSBuild imports into it by its name; nil where that cannot be done.
func (f *finder) read(name string) *project {
	own, err := dotnet.ReadProject(f.Files, name)
	if err != nil {
		return nil
	}
	p := &project{Project: own}
	for _, common := range []string{"Directory.Build.props", "Directory.Build.targets"} {
		for dir := path.Dir(name); ; dir = path.Dir(dir) {
			if imported, err := dotnet.ReadProject(f.Files, path.Join(dir, common)); err == nil {
				p.imported = append(p.imported, imported)
				break
			}
			if dir == "." || dir == "/" {
				break
			}
		}
	}
	return p
}

// property returns the value of a property, that of the project first.
func (p *project) property(name string) string {
	for _, file := range append([]*dotnet.Project{p.Project}, p.imported...) {
		if value := file.Property(name); value != "" {
			return value
		}
	}
	return ""
}

// is reports whether a property is true.
func (p *project) is(name string) bool { return strings.EqualFold(p.property(name), "true") }

// framework returns the one target framework, as net8.0; "" where there are several, or a variable names it.
func (p *project) framework() string {
	for _, file := range append([]*dotnet.Project{p.Project}, p.imported...) {
		if list := file.Frameworks(); len(list) == 1 && !strings.Contains(list[0], "$") {
			return list[0]
		} else if len(list) > 0 {
			return ""
		}
	}
	return ""
}

// assembly returns the name of what is built, without its extension, "" if it is not known.
func (p *project) assembly() string {
	for _, file := range p.imported {
		if file.Property("AssemblyName") != "" {
			return ""
		}
	}
	return p.AssemblyName()
}

// defaultFolder returns where a project is published to that is told no folder: bin/Release/net8.0/publish; "" where that is not known. From
// .NET 8 on Release is what publish builds, before it was Debug. Source: learn.microsoft.com/dotnet/core/tools/dotnet-publish.
func (f *finder) defaultFolder(p *project, config string) string {
	framework := p.framework()
	at, ok := f.Tree.Image(path.Dir(p.Path))
	if config == "" {
		config = "Release"
		if slices.Contains([]string{"net5.0", "net6.0", "net7.0"}, framework) {
			config = "Debug"
		}
	}
	if !ok || framework == "" || p.property("RuntimeIdentifier") != "" {
		return ""
	}
	return path.Join(at, "bin", config, framework, "publish")
}
