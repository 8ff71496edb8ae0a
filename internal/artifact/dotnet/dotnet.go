// Package dotnet finds the programs that a stage publishes with the SDK of .NET, and what they open when they run.
package dotnet

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// Language finds programs for .NET.
var Language = artifact.Language{Name: ".NET", Tools: []string{"dotnet"}, Find: find}

// builders are the commands of dotnet that leave nothing outside of the project but packages in their cache. Source:
// learn.microsoft.com/dotnet/core/tools.
var builders = strings.Fields("build publish pack restore msbuild clean test sln list format nuget --info --version --list-sdks --list-runtimes")

// find returns what the stage publishes, nil where it runs nothing that builds for .NET.
func find(s *artifact.Stage) *artifact.Artifact {
	f := finder{Stage: s, out: &artifact.Artifact{Language: ".NET", Builds: builds, Alike: true, IsSource: isSource}}
	f.out.Settled = f.settled
	built := false
	for i, c := range s.Commands {
		switch argv := c.Argv(); {
		case path.Base(c.Name()) != "dotnet" || len(argv) < 2:
		case argv[1] == "publish":
			built = true
			f.publish(i, c)
		default:
			built = built || builds(c)
		}
	}
	if !built {
		return nil
	}
	f.started()
	if len(f.out.Unknowns) > 0 {
		return f.out
	}
	f.out.Sources = f.SourceFolders(isSource)
	f.opens()
	f.out.Bases = f.bases()
	if len(f.out.Bases) == 0 {
		f.out.Unknown(f.Evidence(f.Final.Stage.From), "is an image of which it is not known which one with the runtime goes with it")
	}
	return f.out
}

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out          *artifact.Artifact
	publications []publication
	// program is the one that the image starts; native is true where it does so without dotnet.
	program *publication
	native  bool
}

// A publication is a call of dotnet publish for one project.
type publication struct {
	project *project
	// folder is where the program is put, at the end of the stage.
	folder string
	// selfContained is true where the runtime is put beside the program.
	selfContained bool
	because       transform.Evidence
}

// builds reports whether a command is one of dotnet that only builds.
func builds(c artifact.Command) bool {
	argv := c.Argv()
	return len(argv) > 1 && path.Base(argv[0]) == "dotnet" && slices.Contains(builders, argv[1])
}

// settled: native code of packages finds the libraries that it found before, since the image with the SDK is made from those with the
// runtime and has none more that a program is linked with.
func (f *finder) settled(u transform.UnknownNeed) bool {
	return u.Step != nil || strings.HasPrefix(u.Reason, "whether dotnet package ") || f.program != nil && strings.HasPrefix(u.Reason, "runs "+f.Start.Program+",")
}

// sourceExts are the extensions of what the SDK reads when it builds, sourceNames the names of such files, in lower case.
var (
	sourceExts  = strings.Fields(".cs .fs .vb .csproj .fsproj .vbproj .sln .slnx .props .targets .razor .cshtml .resx")
	sourceNames = strings.Fields("global.json nuget.config packages.lock.json launchsettings.json .editorconfig")
)

// isSource reports whether a file is source, or says how it is built.
func isSource(name string) bool {
	return slices.Contains(sourceExts, path.Ext(name)) || slices.Contains(sourceNames, strings.ToLower(path.Base(name)))
}

// isCode reports whether a file is source of a program.
func isCode(name string) bool { return slices.Contains([]string{".cs", ".fs", ".vb"}, path.Ext(name)) }

// workingDirectory are calls for the working directory itself, in which a program then may open anything.
var workingDirectory = []string{"GetCurrentDirectory(", "Environment.CurrentDirectory", `GetFullPath(".")`}

// configuration are the files that ASP.NET Core reads in the working directory without being told, as patterns. Source:
// learn.microsoft.com/aspnet/core/fundamentals (content root, configuration, static files).
var configuration = strings.Fields("appsettings*.json wwwroot hostsettings.json nlog.config log4net.config")

// opens adds the files of the context that the program opens when it runs, as seen from the working directory. What the SDK publishes is in its
// folder anyway.
func (f *finder) opens() {
	for _, t := range f.Texts(isCode) {
		if t.Text == "dotnet" {
			f.out.Unknown(t.Evidence, "names dotnet, of which the image with the runtime has a part alone")
			return
		}
		for _, file := range f.OpenedAll(t.Text, isSource, t.Evidence) {
			f.out.Add(file)
		}
	}
	for _, file := range f.OpenedInDir(isCode, workingDirectory, configuration, "ASP.NET Core reads it in the working directory", isSource) {
		f.out.Add(file)
	}
}
