package jvm

import (
	"io/fs"
	"maps"
	"path"
	"slices"

	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// Inputs returns what a command of Maven, Gradle or sbt that only downloads reads of the context.
// Builds are refused: they read the source.
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	use, err := in.Command()
	if err != nil {
		return manifest.Refuse("", 0, "%s", err), nil
	}
	if use.Verb != pkgmgr.Download {
		return manifest.Refuse("", 0, "%s compiles the source in the same step as it downloads the dependencies", use.Manager.Name), nil
	}
	switch use.Manager.Name {
	case "maven":
		return mavenInputs(fsys, in, use)
	case "gradle":
		return gradleInputs(fsys, in, use)
	}
	return sbtInputs(fsys, in)
}

// addWrapper adds the script that the command calls, if it is the project's own: mvnw, gradlew.
func addWrapper(fsys fs.FS, in manifest.Install, script string, inputs *manifest.Inputs) (refusal string) {
	if path.Base(in.Argv[0]) != script {
		return ""
	}
	name, err := in.Path(in.Argv[0])
	if err != nil {
		return err.Error()
	}
	if !manifest.IsFile(fsys, name) {
		return name + " is not in the context"
	}
	inputs.AddFile(name, transform.Evidence{Source: name, Text: "the script that the command calls"})
	return ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
