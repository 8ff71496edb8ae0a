package dotnet

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/ecosystem/dotnet"
)

// compiling are the commands of dotnet that compile what they start.
var compiling = []string{"run", "watch", "test", "build", "msbuild", "script", "fsi"}

// started finds the program that the image starts among those that are published.
func (f *finder) started() {
	program, args := f.Start.Program, f.Start.Args
	if program == "" {
		f.out.Unknown(f.StartedBy(), "starts something that is not known")
		return
	}
	name := program
	if path.Base(program) == "dotnet" {
		if len(args) > 0 && slices.Contains(compiling, args[0]) {
			f.out.Unknown(f.StartedBy(), "compiles the program when it starts; with `dotnet publish` in the build, and what that makes as the command, it would do without the SDK")
			return
		}
		if program != "dotnet" || len(args) == 0 || path.Ext(args[0]) != ".dll" {
			f.out.Unknown(f.StartedBy(), "starts dotnet, and what that runs is not known")
			return
		}
		name = args[0]
	}
	file := name
	if !path.IsAbs(name) {
		file = path.Join(f.Dir, name)
	}
	if f.Dir == "" || name == program && !strings.Contains(name, "/") {
		f.out.Unknown(f.StartedBy(), "starts "+name+", which no call of dotnet publish is known to make")
		return
	}
	f.match(file, name == program)
}

// match looks for the program among those that are published; native is true where it starts without dotnet.
func (f *finder) match(file string, native bool) {
	for i := range f.publications {
		p := &f.publications[i]
		name := p.project.assembly()
		if !native {
			name += ".dll"
		}
		if path.Dir(file) != p.folder || path.Base(file) != name || name == "" || name == ".dll" {
			continue
		}
		if why := f.unfit(p, native); why != "" {
			f.out.Unknown(p.because, why)
			return
		}
		f.program, f.native = p, native
		f.out.Title = "program " + file
		f.out.Evidence = append(f.out.Evidence, p.because)
		f.out.Files = append(f.out.Files, artifact.File{Path: p.folder, Folder: true, Because: p.because})
		f.out.Programs = append(f.out.Programs, f.Start.Program)
		if !native {
			f.out.Programs = append(f.out.Programs, path.Join(f.Path()[0], "dotnet"))
		}
		return
	}
	f.out.Unknown(f.StartedBy(), "starts "+file+", which no call of dotnet publish is known to make")
}

// sdks are those whose programs are one folder that dotnet publish makes. Source: learn.microsoft.com/dotnet/core/project-sdk/overview.
var sdks = []string{"Microsoft.NET.Sdk", "Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker"}

// building are packages that use the SDK, or compile, when the program runs.
var building = []string{"Microsoft.Build.Locator", "Microsoft.CodeAnalysis.Workspaces.MSBuild", "Microsoft.AspNetCore.Mvc.Razor.RuntimeCompilation"}

// compilesAtRunTime returns the first of the stage's projects that names such a package, with that.
func (f *finder) compilesAtRunTime() (name, pkg string) {
	f.EachCopied(func(file string) bool {
		if !slices.Contains(projectExts, path.Ext(file)) {
			return true
		}
		text := f.Read(file)
		if i := slices.IndexFunc(building, func(p string) bool { return strings.Contains(text, p) }); i >= 0 {
			name, pkg = file, building[i]
		}
		return name == ""
	})
	return name, pkg
}

// unfit says why a program stays with the SDK, "" if it need not, as a predicate.
func (f *finder) unfit(p *publication, native bool) string {
	version, _ := series(f.Final.Image)
	if version == "" {
		return "publishes a program, and which image with the runtime goes with " + f.Final.Image + " is not known"
	}
	if framework := p.project.framework(); framework != "net"+version {
		return "publishes for " + cmp.Or(framework, "a framework that is not known") + ", which " + f.Final.Image + " is not of"
	}
	if !slices.Contains(sdks, p.project.SDK) {
		return "publishes with the SDK " + cmp.Or(p.project.SDK, "that an import names") + ", and what its programs need is not known"
	}
	for _, file := range append([]*dotnet.Project{p.project.Project}, p.project.imported...) {
		if len(file.Imports) > 0 {
			return "publishes by " + file.Path + ", which imports " + file.Imports[0].Name
		}
		if i := slices.IndexFunc(decided, func(name string) bool { return file.Property(name) != "" }); i >= 0 {
			return "publishes by " + file.Path + ", which sets " + decided[i]
		}
	}
	if name, pkg := f.compilesAtRunTime(); name != "" {
		return "publishes with " + name + ", whose package " + pkg + " compiles when the program runs"
	}
	if native && strings.EqualFold(p.project.property("UseAppHost"), "false") {
		return "publishes no program that starts without dotnet"
	}
	return ""
}
