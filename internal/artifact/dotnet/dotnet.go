// Package dotnet recognises what stages build with the SDK of .NET. There is no plan for it yet: the catalog has no facts about the
// images of .NET, neither on which release they stand nor what they set. The image with ASP.NET has programs listen on another port than the one
// with the SDK, for instance, which the validator has to know before it can prove anything.
package dotnet

import (
	"path"
	"slices"

	"dopt/internal/artifact"
)

// Language finds programs for .NET, of which it can only be said why they stay where they are.
var Language = artifact.Language{Name: ".NET", Tools: []string{"dotnet"}, Find: find}

// builders are the commands of dotnet that build. Source: learn.microsoft.com/dotnet/core/tools.
var builders = []string{"build", "publish", "pack", "restore", "msbuild"}

// find returns an artifact that is not known, nil where a stage builds none.
func find(s *artifact.Stage) *artifact.Artifact {
	for _, c := range s.Commands {
		argv := c.Argv()
		if len(argv) > 1 && path.Base(argv[0]) == "dotnet" && slices.Contains(builders, argv[1]) {
			a := &artifact.Artifact{Language: ".NET"}
			a.Unknown(c.Evidence, "builds a program of .NET, and which image with the runtime goes with it is not known")
			return a
		}
	}
	return nil
}
