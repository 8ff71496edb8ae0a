package beam

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// appFolders are where rebar3 looks for the applications of a project: {project_app_dirs, …} can
// name others.
// Source: https://rebar3.org/docs/configuration/configuration/#directories-for-source-files
var appFolders = []string{".", "apps/*", "lib/*"}

// rebarReads are settings by which more is read or run before dependencies are there.
var rebarReads = []string{"project_app_dirs", "pre_hooks", "provider_hooks", "{script", "checkouts", "{path,", "{dir,", "file:"}

// rebarInputs returns what rebar3 get-deps and rebar3 compile --deps_only read, in a profile, too.
// Source: https://rebar3.org/docs/configuration/dependencies/
func rebarInputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	words := in.Argv[1:]
	if len(words) > 2 && words[0] == "as" {
		words = words[2:] // the profile chooses dependencies; all are in rebar.config
	}
	fetches := slices.Contains(words, "get-deps") && len(words) == 1
	compiles := slices.Contains(words, "compile") && len(words) == 2 && (slices.Contains(words, "--deps_only") || slices.Contains(words, "-d"))
	if !fetches && !compiles {
		return manifest.Refuse("", 0, "rebar3 compiles the source in the same step as it fetches the dependencies"), nil
	}
	var inputs manifest.Inputs
	if refusal := fetchedElsewhere(fsys, in.Dir, "_build"); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	if checkouts := path.Join(in.Dir, "_checkouts"); manifest.IsDir(fsys, checkouts) {
		return manifest.Refuse(checkouts, 0, "rebar3 compiles what is in it, which is developed along with the project, in place of what it would fetch"), nil
	}
	for _, folder := range appFolders {
		for _, pattern := range []string{"rebar.config", "rebar.config.script", "src/*.app.src", "src/*.app.src.script"} {
			names, err := fs.Glob(fsys, path.Join(in.Dir, folder, pattern))
			if err != nil {
				return manifest.Inputs{}, err
			}
			for _, name := range names {
				if refusal, err := addRebar(fsys, name, &inputs); err != nil || refusal != "" {
					return manifest.Inputs{Refusal: refusal}, err
				}
			}
		}
	}
	if len(inputs.Files) == 0 {
		return manifest.Refuse("", 0, "there is no rebar.config"), nil
	}
	inputs.AddThere(fsys, in.Dir, "the project's lock file", "rebar.lock")
	return inputs, nil
}

func addRebar(fsys fs.FS, name string, inputs *manifest.Inputs) (refusal string, err error) {
	if path.Ext(name) == ".script" {
		return manifest.Refuse(name, 0, "the script computes the settings, and what it reads cannot be told").Refusal, nil
	}
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return "", err
	}
	if path.Base(name) == "rebar.config" {
		if line, setting := manifest.FirstWith(data, "%", rebarReads); line > 0 {
			return manifest.Refuse(name, line, "%q: what it reads cannot be told", strings.Trim(setting, "{,:")).Refusal, nil
		}
	}
	inputs.AddFile(name, transform.Evidence{Source: name, Text: "rebar3 finds the applications and their dependencies by it"})
	return "", nil
}

// fetchedElsewhere refuses a context with what another machine has fetched or compiled.
func fetchedElsewhere(fsys fs.FS, dir string, names ...string) (refusal string) {
	for _, name := range names {
		if folder := path.Join(dir, name); manifest.IsDir(fsys, folder) {
			return manifest.Refuse(folder, 0, "dependencies are fetched in the context; they have to be in .dockerignore, since a later copy puts them over the image's own").Refusal
		}
	}
	return ""
}
