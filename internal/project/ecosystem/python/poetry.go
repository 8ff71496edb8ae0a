package python

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// poetry adds what poetry install and sync read.
// Source: https://python-poetry.org/docs/cli/#install,
// https://python-poetry.org/docs/basic-usage/#operating-modes
func (g *gatherer) poetry() error {
	if g.Asks != "install" && g.Asks != "sync" {
		return fmt.Errorf("what \"poetry %s\" reads is not known, or it changes pyproject.toml", g.Asks)
	}
	if err := g.enter("-C", "--directory", "-P", "--project"); err != nil {
		return err
	}
	dir := g.in.Dir
	p, err := g.project(dir)
	if err != nil {
		return err
	}
	poetry := p.Tool.Poetry
	if !g.HasFlag("--no-root") && (poetry == nil || poetry.PackageMode == nil || *poetry.PackageMode) {
		return fmt.Errorf("%s: poetry installs the project itself, from its source, unless --no-root is given", p.File)
	}
	if versioning := p.Tool.PoetryVersioning; versioning != nil && versioning.Enable {
		return fmt.Errorf("%s:%d: the version comes from git", p.File, p.evidence("poetry-dynamic-versioning").Line)
	}
	if err := g.noEnvironment(dir); err != nil {
		return err
	}
	g.addThere(dir, "poetry.lock", "poetry.toml")
	locked, err := lockedLocals(g.fsys, path.Join(dir, "poetry.lock"))
	if err != nil {
		return err
	}
	locals := append(p.locals(), locked...)
	if g.HasFlag("--no-directory") {
		return g.addManifests(dir, locals)
	}
	return g.addLocals(dir, locals)
}

// addManifests adds the manifests of path dependencies that are not installed: poetry 2.5 reads them
// nevertheless.
func (g *gatherer) addManifests(dir string, locals []localEntry) error {
	for _, local := range locals {
		found, err := g.place(dir, local.path)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", local.because.Source, local.because.Line, err)
		}
		g.inputs.AddThere(g.fsys, found, "poetry reads it in a path dependency", "pyproject.toml", "setup.py", "setup.cfg")
	}
	return nil
}

// lockedLocals returns the path dependencies of a lock file, none where it is not there.
func lockedLocals(fsys fs.FS, file string) ([]localEntry, error) {
	locked, err := ReadLock(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var locals []localEntry
	for _, l := range locked {
		if l.Local != "" {
			locals = append(locals, localEntry{l.Local, transform.Evidence{Source: file, Line: l.Line, Text: l.Name + " comes from " + l.Local}})
		}
	}
	return locals, nil
}

// pdmHooks are the names of scripts that pdm install and sync run by themselves.
// Source: https://pdm-project.org/en/latest/usage/hooks/
var pdmHooks = []string{"pre_invoke", "pre_lock", "post_lock", "pre_install", "post_install"}

// pdm adds what pdm install and sync read.
// Source: https://pdm-project.org/en/latest/reference/cli/,
// https://pdm-project.org/en/latest/reference/pep621/
func (g *gatherer) pdm() error {
	if g.Asks != "install" && g.Asks != "sync" {
		return fmt.Errorf("what \"pdm %s\" reads is not known, or it changes pyproject.toml", g.Asks)
	}
	if len(g.Values("-L", "--lockfile", "--override")) > 0 {
		return fmt.Errorf("another lock file is named")
	}
	if err := g.enter("-p", "--project"); err != nil {
		return err
	}
	dir := g.in.Dir
	p, err := g.project(dir)
	if err != nil {
		return err
	}
	library := p.Tool.PDM == nil || p.Tool.PDM.Distribution == nil || *p.Tool.PDM.Distribution
	if library && !g.HasFlag("--no-self", "--no-project") {
		return fmt.Errorf("%s: pdm installs the project itself, from its source, unless --no-self is given", p.File)
	}
	if p.Tool.PDM != nil {
		for _, hook := range pdmHooks {
			if _, ok := p.Tool.PDM.Scripts[hook]; ok {
				e := p.evidence(hook)
				return fmt.Errorf("%s:%d: pdm runs the script %q, which may read the source", e.Source, e.Line, hook)
			}
		}
	}
	if err := g.noEnvironment(dir); err != nil {
		return err
	}
	g.addThere(dir, "pdm.lock", "pdm.toml", ".pdm.toml", ".pdm-python", ".python-version")
	locked, err := lockedLocals(g.fsys, path.Join(dir, "pdm.lock"))
	if err != nil {
		return err
	}
	return g.addLocals(dir, append(p.locals(), locked...))
}

// pipenv adds what pipenv install and sync read.
// Source: https://pipenv.pypa.io/en/latest/cli.html,
// https://pipenv.pypa.io/en/latest/configuration.html
func (g *gatherer) pipenv() error {
	dir := g.in.Dir
	switch {
	case g.Asks != "install" && g.Asks != "sync":
		return fmt.Errorf("what \"pipenv %s\" reads is not known, or it changes the Pipfile", g.Asks)
	case g.env("PIPENV_PIPFILE") != "":
		return errors.New("PIPENV_PIPFILE names another Pipfile")
	case len(g.Operands) > 0 || g.HasFlag("-r", "--requirements", "-e", "--editable"):
		return fmt.Errorf("\"pipenv %s\" of a package changes the Pipfile, which the source copied later would change back", g.Asks)
	case !g.isFile(dir, "Pipfile"):
		return fmt.Errorf("there is no %s", path.Join(dir, "Pipfile"))
	}
	if !g.HasFlag("--system") {
		if err := g.noEnvironment(dir); err != nil {
			return err
		}
	}
	g.addThere(dir, "Pipfile", "Pipfile.lock")
	locals, err := g.pipfileLocals(dir)
	if err != nil {
		return err
	}
	return g.addLocals(dir, locals)
}

// pipfileLocals returns the paths that a Pipfile and its lock give to packages.
func (g *gatherer) pipfileLocals(dir string) ([]localEntry, error) {
	file := path.Join(dir, "Pipfile")
	pipfile, text, err := ReadPipfile(g.fsys, file)
	if err != nil {
		return nil, err
	}
	finder := manifest.NewFinder(file, text)
	var locals []localEntry
	for _, group := range []map[string]any{pipfile.Packages, pipfile.DevPackages} {
		for _, name := range slices.Sorted(maps.Keys(group)) {
			for _, table := range tables(group[name]) {
				for _, local := range []string{stringOf(table, "path") + strings.TrimPrefix(stringOf(table, "file"), "file://"), localRepository(table)} {
					if local != "" && (strings.HasPrefix(local, "file:") || !strings.Contains(local, "://")) {
						locals = append(locals, localEntry{local, finder.Find(local)})
					}
				}
			}
		}
	}
	lockFile := path.Join(dir, "Pipfile.lock")
	lock, text, err := ReadPipfileLock(g.fsys, lockFile)
	if errors.Is(err, fs.ErrNotExist) {
		return locals, nil
	}
	if err != nil {
		return nil, err
	}
	finder = manifest.NewFinder(lockFile, text)
	for _, group := range []map[string]PipfilePackage{lock.Default, lock.Develop} {
		for _, name := range slices.Sorted(maps.Keys(group)) {
			if local := group[name].Path; local != "" {
				locals = append(locals, localEntry{local, finder.Find(`"` + local + `"`)})
			}
		}
	}
	return locals, nil
}

// Environment is a conda environment file.
type Environment struct {
	// Conda are the packages as conda writes them, Pip the lines of the requirements that it gives to pip.
	Conda, Pip []string

	finder *manifest.Finder
}

// ReadEnvironment reads a conda environment file. The error begins with its path.
func ReadEnvironment(fsys fs.FS, name string) (*Environment, error) {
	var file struct {
		Dependencies []any `yaml:"dependencies"`
	}
	text, err := manifest.ReadYAML(fsys, name, &file)
	if err != nil {
		return nil, err
	}
	e := &Environment{finder: manifest.NewFinder(name, text)}
	for _, d := range file.Dependencies {
		switch d := d.(type) {
		case string:
			e.Conda = append(e.Conda, d)
		case map[string]any:
			e.Pip = append(e.Pip, textsOf(listOf(d["pip"]))...)
		}
	}
	return e, nil
}
