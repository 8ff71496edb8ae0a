package driver

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/project"
	"dopt/internal/project/builds"
	"dopt/internal/project/history"
	"dopt/transform"
)

// A locator finds out which build contexts Dockerfiles have.
type locator struct {
	// folder is the context that the user names, "" for none.
	folder string
	builds builds.Finder
}

// input returns a Dockerfile with its context: the folder that the user names, else the one that the project's
// own files name, else its own folder. Where these files do not agree it has none.
func (l *locator) input(file string) Input {
	answer := l.builds.For(file)
	in := Input{Path: file, Context: l.folder, Targets: answer.Targets}
	switch {
	case l.folder != "":
	case answer.Ambiguous:
		in.Notes = answer.Notes
	case answer.Context != "":
		in.Context, in.Notes = answer.Context, answer.Notes
	default:
		in.Context, in.Notes = filepath.Dir(file), answer.Notes
		in.guessed = !answer.AtRoot // nothing above the root could be the context
	}
	return in
}

// openProject returns the build context of an input. Close ends its use.
func openProject(in Input, histories *history.Finder) (p *project.Project, closeProject func()) {
	context := project.NewContext(in.Context)
	dockerfile, inside := in.inContext()
	if dockerfile == "" || inside {
		return project.New(context, dockerfile, nil, histories.For(in.Context)), func() { context.Close() }
	}
	beside := project.NewContext(filepath.Dir(in.Path))
	return project.New(context, dockerfile, beside, histories.For(in.Context)), func() {
		context.Close()
		beside.Close()
	}
}

// inContext returns the path of the Dockerfile as seen from its context, "" if it is no file, and whether it
// lies inside.
func (in Input) inContext() (name string, inside bool) {
	if in.Path == StdinName {
		return "", false
	}
	file, err := filepath.Abs(in.Path)
	if err != nil {
		return "", false
	}
	folder, err := filepath.Abs(in.Context)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(folder, file)
	if err != nil {
		return "", false
	}
	return filepath.ToSlash(rel), filepath.IsLocal(rel)
}

// checkGuess takes the guessed context away if nothing is there of all that the instructions copy by name. A
// Dockerfile in a folder of its own is often built from the folder above.
func (in *Input) checkGuess(doc *transform.Document) {
	if !in.guessed {
		return
	}
	files := project.NewContext(in.Context)
	defer files.Close()
	missing := ""
	for _, instruction := range doc.Instructions {
		for _, source := range contextSources(instruction) {
			name := strings.TrimPrefix(path.Clean("/"+source), "/")
			if name == "" || strings.ContainsAny(name, `*?[\$`) {
				continue // the whole context is always there, and what a wildcard means is not known
			}
			if _, err := fs.Stat(files, name); err == nil {
				return
			}
			missing = cmp.Or(missing, source)
		}
	}
	if missing != "" {
		in.Notes = append(in.Notes, fmt.Sprintf("no build context: %s has no %s, nor what else is copied; --context names the folder", in.Context, missing))
		in.Context = ""
	}
}

// contextSources returns what an instruction copies from the build context.
func contextSources(in *transform.Instruction) []string {
	switch c := in.Command.(type) {
	case *instructions.CopyCommand:
		if c.From == "" {
			return c.SourcePaths
		}
	case *instructions.AddCommand:
		return slices.DeleteFunc(slices.Clone(c.SourcePaths), func(source string) bool { return strings.Contains(source, ":") }) // an address
	}
	return nil
}
