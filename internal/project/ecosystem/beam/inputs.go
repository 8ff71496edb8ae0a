package beam

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// Inputs returns what mix deps.get and deps.compile, mix local.hex and its like, and rebar3 get-deps
// read of the context.
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	if len(in.Argv) > 0 && path.Base(in.Argv[0]) == "rebar3" {
		return rebarInputs(fsys, in)
	}
	command, err := in.Command()
	if err != nil {
		return manifest.Refuse("", 0, "%s", err), nil
	}
	tasks := tasksOf(command)
	switch {
	case all(tasks, "local.hex", "local.rebar", "local.phx"), len(tasks) > 1 && tasks[0] == "archive.install" && tasks[1] == "hex":
		return manifest.Inputs{}, nil // they are for the machine and leave the project aside
	case !all(tasks, "deps.get", "deps.compile", "local.hex", "local.rebar"):
		return manifest.Refuse("", 0, "the task reads the source, or changes mix.lock, which a later copy would put back"), nil
	}
	r := mixReader{fsys: fsys, env: in.Getenv("MIX_ENV")}
	if r.env == "" {
		r.env = "dev"
	}
	err = r.project(in.Dir, true, transform.Evidence{Source: path.Join(in.Dir, "mix.exs"), Text: "Mix's project file"})
	if err != nil || r.Refusal != "" {
		return manifest.Inputs{Refusal: r.Refusal}, err
	}
	if r.folders && slices.Contains(tasks, "deps.compile") {
		return manifest.Refuse("", 0, "deps.compile compiles dependencies that are part of the project"), nil
	}
	if refusal := fetchedElsewhere(fsys, in.Dir, "deps", "_build"); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	return r.Inputs, nil
}

// tasksOf returns the tasks of a command, those of mix do a, b and mix do a + b included.
func tasksOf(command manifest.Command) []string {
	var tasks []string
	for _, word := range append(strings.Fields(command.Asks), command.Operands...) {
		if word = strings.Trim(word, ","); word != "do" && word != "+" && word != "" {
			tasks = append(tasks, word)
		}
	}
	return tasks
}

// all reports whether there are words, all of them among some.
func all(words []string, some ...string) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(some, w) })
}
