package python

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// installers say what each manager reads.
var installers = map[string]func(*gatherer) error{
	"pip": (*gatherer).pip, "uv": (*gatherer).uv, "poetry": (*gatherer).poetry, "pipenv": (*gatherer).pipenv, "pdm": (*gatherer).pdm, "pipx": (*gatherer).pipx,
	"conda": (*gatherer).conda, "mamba": (*gatherer).conda, "micromamba": (*gatherer).conda,
}

// Inputs returns what an install reads. A manifest that cannot be read is a refusal as well; it is
// an error where the manager is none of Python's.
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	install, ok := installers[in.Manager]
	if !ok {
		return manifest.Inputs{}, fmt.Errorf("%s is no package manager of Python", in.Manager)
	}
	g := &gatherer{fsys: fsys, in: in, cwd: in.Dir, seen: map[string]bool{}}
	var err error
	if g.Command, err = in.Command(); err == nil {
		err = install(g)
	}
	if err != nil {
		return manifest.Inputs{Refusal: err.Error()}, nil
	}
	return g.inputs, nil
}

// A gatherer collects what one command reads. Its methods' errors are refusals.
type gatherer struct {
	manifest.Command
	fsys   fs.FS
	in     manifest.Install
	inputs manifest.Inputs
	// cwd is the folder that local paths of requirements are relative to.
	cwd string
	// seen are the files that have been read, so that a cycle ends.
	seen map[string]bool
}

// env returns a variable's value, "" for what is not set.
func (g *gatherer) env(name string) string {
	if g.in.Getenv == nil {
		return ""
	}
	return g.in.Getenv(name)
}

// on reports whether a variable is set to a true value.
func (g *gatherer) on(name string) bool {
	switch strings.ToLower(g.env(name)) {
	case "1", "true", "yes", "on", "y", "t":
		return true
	}
	return false
}

// evidence is the command itself.
func (g *gatherer) evidence() transform.Evidence {
	text := strings.ReplaceAll(strings.Join(g.in.Argv, " "), pkgmgr.Unknown, "…")
	return transform.Evidence{Source: "Dockerfile", Text: text}
}

// addNamed adds a file that the command or one of its settings names.
func (g *gatherer) addNamed(word string, because transform.Evidence) (string, error) {
	file, err := g.in.Path(word)
	if err != nil {
		return "", err
	}
	return file, g.addFile(file, because)
}

// addFile adds a file that must be there.
func (g *gatherer) addFile(file string, because transform.Evidence) error {
	switch {
	case !manifest.IsFile(g.fsys, file):
		return fmt.Errorf("%s is not in the context", file)
	case len(g.inputs.Files)+len(g.inputs.Dirs) >= manifest.MaxFollowed:
		return fmt.Errorf("more than %d files are named", manifest.MaxFollowed)
	}
	g.inputs.AddFile(file, because)
	return nil
}

// addRequirements adds a requirements file with all that it names.
func (g *gatherer) addRequirements(file string, because transform.Evidence) error {
	if g.seen[file] {
		return nil
	}
	g.seen[file] = true
	if err := g.addFile(file, because); err != nil {
		return err
	}
	entries, err := ReadRequirements(g.fsys, file, g.in.Getenv)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := g.addEntry(file, e); err != nil {
			return fmt.Errorf("%s:%d: %w", file, e.Line, err)
		}
	}
	return nil
}

// addEntry adds what one line of a requirements file names.
func (g *gatherer) addEntry(file string, e Entry) error {
	because := transform.Evidence{Source: file, Line: e.Line, Text: e.Text}
	for _, name := range append(e.Requirements, e.Constraints...) {
		if strings.Contains(name, "://") {
			continue
		}
		nested, err := manifest.Resolve(path.Dir(file), name)
		if err != nil {
			return err
		}
		if err := g.addRequirements(nested, because); err != nil {
			return err
		}
	}
	for _, name := range e.FindLinks {
		if err := g.addLinks(path.Dir(file), name, because); err != nil {
			return err
		}
	}
	if e.Local == "" {
		return nil
	}
	return g.addLocal(g.cwd, e.Local, because)
}

// addLinks adds the folder of archives, or the page, that --find-links names: one beside the file
// that names it, else one of the working directory.
func (g *gatherer) addLinks(dir, name string, because transform.Evidence) error {
	if strings.Contains(name, "://") && !strings.HasPrefix(name, "file:") {
		return nil
	}
	for _, base := range []string{dir, g.cwd} {
		found, err := g.place(base, name)
		switch {
		case err != nil:
			return err
		case manifest.IsDir(g.fsys, found):
			return g.addDir(found, because)
		case manifest.IsFile(g.fsys, found):
			return g.addFile(found, because)
		}
	}
	return fmt.Errorf("%s is not in the context", name)
}

// addDir adds a folder whole.
func (g *gatherer) addDir(dir string, because transform.Evidence) error {
	if dir == "." || dir == g.in.Dir || strings.HasPrefix(g.in.Dir, dir+"/") {
		return fmt.Errorf("%s is the whole project", dir)
	}
	g.inputs.AddDir(dir, because)
	return nil
}

// place returns the path of a folder or archive that dir's manifest, or the command, names.
func (g *gatherer) place(dir, name string) (string, error) {
	if name := localName(name); path.IsAbs(name) {
		return g.in.Path(name)
	}
	return resolveLocal(dir, name)
}

// addLocal adds a folder with a project to install, or an archive; dir is what name is relative to.
func (g *gatherer) addLocal(dir, name string, because transform.Evidence) error {
	found, err := g.place(dir, name)
	switch {
	case err != nil:
		return err
	case manifest.IsFile(g.fsys, found):
		return g.addFile(found, because)
	case !manifest.IsDir(g.fsys, found):
		return fmt.Errorf("%s is not in the context", found)
	}
	if err := g.addDir(found, because); err != nil {
		return fmt.Errorf("%q installs the project itself, from its source", name)
	}
	return g.addSource(found)
}

// project reads the pyproject.toml of the working directory, which must be there, and adds it.
func (g *gatherer) project(dir string) (*Project, error) {
	p, err := ReadProject(g.fsys, path.Join(dir, "pyproject.toml"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s", path.Join(dir, "pyproject.toml"))
	}
	if err != nil {
		return nil, err
	}
	g.inputs.AddFile(p.File, transform.Evidence{Source: p.File, Text: g.in.Manager + " reads it in the project's folder"})
	return p, nil
}

// noEnvironment refuses a virtual environment in the context: the install would use it.
func (g *gatherer) noEnvironment(dir string) error {
	if venv := path.Join(dir, ".venv"); manifest.IsDir(g.fsys, venv) {
		return fmt.Errorf("%s is in the context: an install would find it, and it would cover the one that is made (an ignore file keeps it out)", venv)
	}
	return nil
}
