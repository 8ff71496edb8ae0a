package python

import (
	"fmt"
	"path"
	"strings"

	"dopt/internal/project/manifest"
)

// reachesOut are the texts in the build files of a package that make its build read more than its
// folder.
var reachesOut = []struct{ text, reason string }{
	{"setuptools_scm", "its version comes from git"},
	{"setuptools-scm", "its version comes from git"},
	{"hatch-vcs", "its version comes from git"},
	{"versioneer", "its version comes from git"},
	{"pbr", "its version comes from git"},
	{"poetry-dynamic-versioning", "its version comes from git"},
	{"subprocess", "it runs other programs"},
	{"os.system", "it runs other programs"},
	{"getcwd", "it looks at the working directory"},
	{"pardir", "it reads files of the folder above"},
	{".parent.parent", "it reads files of the folder above"},
	{".parents[", "it reads files of the folder above"},
	{"..", "it reads files of the folder above"},
}

// addSource follows the path dependencies of a project in a folder that is an input whole, and
// refuses one whose build reads more than that.
func (g *gatherer) addSource(dir string) error {
	if g.seen[dir] {
		return nil
	}
	g.seen[dir] = true
	known := ""
	if file := path.Join(dir, "pyproject.toml"); manifest.IsFile(g.fsys, file) {
		p, err := ReadProject(g.fsys, file)
		if err != nil {
			return err
		}
		known = file
		if err := g.addIgnoreFiles(dir, p); err != nil {
			return err
		}
		locals := p.locals()
		text := string(p.text)
		for _, local := range locals {
			text = strings.ReplaceAll(text, local.path, "")
		}
		if err := refuseReaching(file, text); err != nil {
			return err
		}
		if err := g.addLocals(dir, locals); err != nil {
			return err
		}
	}
	for _, name := range []string{"setup.py", "setup.cfg"} {
		file := path.Join(dir, name)
		if !manifest.IsFile(g.fsys, file) {
			continue
		}
		text, err := manifest.Read(g.fsys, file)
		if err != nil {
			return err
		}
		if err := refuseReaching(file, string(text)); err != nil {
			return err
		}
		known = file
	}
	if known == "" {
		return fmt.Errorf("%s has neither pyproject.toml nor setup.py", dir)
	}
	return nil
}

// addIgnoreFiles adds the files by which a build backend leaves out files of a package: hatchling
// looks for them in the folders above, too, and poetry-core asks git.
// Source: https://hatch.pypa.io/latest/config/build/#vcs,
// https://python-poetry.org/docs/pyproject/#exclude-and-include
func (g *gatherer) addIgnoreFiles(dir string, p *Project) error {
	backend := ""
	if p.BuildSystem != nil {
		backend = p.BuildSystem.Backend
	}
	for ; ; dir = path.Dir(dir) {
		switch {
		case strings.HasPrefix(backend, "hatchling"):
			g.inputs.AddThere(g.fsys, dir, "hatchling leaves out of a package what it names", ".gitignore", ".hgignore")
		case strings.HasPrefix(backend, "poetry") && manifest.IsDir(g.fsys, path.Join(dir, ".git")):
			return fmt.Errorf("%s: poetry asks git which files belong to the package", p.File)
		}
		if dir == "." {
			return nil
		}
	}
}

func refuseReaching(file, text string) error {
	text = strings.ReplaceAll(text, "...", "")
	for _, r := range reachesOut {
		if strings.Contains(text, r.text) {
			return fmt.Errorf("%s:%d: %s (%s)", file, manifest.LineOf([]byte(text), r.text), r.reason, r.text)
		}
	}
	return nil
}

// addLocals adds what path dependencies of a manifest in dir name.
func (g *gatherer) addLocals(dir string, locals []localEntry) error {
	for _, local := range locals {
		if err := g.addLocal(dir, local.path, local.because); err != nil {
			return fmt.Errorf("%s:%d: %w", local.because.Source, local.because.Line, err)
		}
	}
	return nil
}
