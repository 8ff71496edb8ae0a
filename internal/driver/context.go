package driver

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

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

// openProject returns the project around an input, whose build context is a folder. Close ends its use.
func openProject(in Input, folder *project.Folder, histories *history.Finder) (p *project.Project, closeProject func()) {
	dockerfile, inside := in.inContext()
	if dockerfile == "" || inside {
		return folder.Project(dockerfile, nil, histories.For(in.Context)), func() {}
	}
	beside := project.NewContext(filepath.Dir(in.Path))
	return folder.Project(dockerfile, beside, histories.For(in.Context)), func() { beside.Close() }
}

// folders are the build contexts of a run. One is open as long as there are inputs left that are built from it, and is read once
// for all of them.
type folders struct {
	mu   sync.Mutex
	open map[string]*sharedFolder
}

type sharedFolder struct {
	*project.Folder
	// left is how many inputs are yet to be done with it.
	left int
}

func newFolders(inputs []Input) *folders {
	fs := &folders{open: map[string]*sharedFolder{}}
	for _, in := range inputs {
		if in.Context == "" {
			continue
		}
		f, ok := fs.open[absolute(in.Context)]
		if !ok {
			f = &sharedFolder{Folder: project.NewFolder(in.Context)}
			fs.open[absolute(in.Context)] = f
		}
		f.left++
	}
	return fs
}

// folder returns the build context of an input, nil where it has none.
func (fs *folders) folder(in *Input) *project.Folder {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f, ok := fs.open[absolute(in.Context)]; ok && in.Context != "" {
		return f.Folder
	}
	return nil
}

// done ends the use of an input's build context; each input has to say so once.
func (fs *folders) done(context string) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f, ok := fs.open[absolute(context)]
	if !ok || context == "" {
		return
	}
	if f.left--; f.left == 0 {
		f.Close()
		delete(fs.open, absolute(context))
	}
}

// close ends the use of all that an interrupt has left open.
func (fs *folders) close() {
	for _, f := range fs.open {
		f.Close()
	}
}

// absolute returns a folder by the one name that it has, whatever it is relative to.
func absolute(folder string) string {
	if abs, err := filepath.Abs(folder); err == nil {
		return abs
	}
	return folder
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
func (in *Input) checkGuess(doc *transform.Document, folder *project.Folder) {
	if !in.guessed {
		return
	}
	files := folder.Context()
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
