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
)

// Dependencies returns what the manifests of a folder ask for: pyproject.toml with the lock beside it,
// setup.cfg, Pipfile with its lock, the pip part of environment.yml, and requirements files with those
// that they name. What several of them ask for is listed once for each. setup.py is not read: it would
// have to be run. It is an error where one cannot be read.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	var all []manifest.Dependency
	for _, read := range []func(fs.FS, string) ([]manifest.Dependency, error){ofProject, ofSetup, ofPipfile, ofEnvironment, ofRequirements} {
		found, err := read(fsys, dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// ofProject returns what pyproject.toml and its lock ask for.
func ofProject(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	p, err := ReadProject(fsys, path.Join(dir, "pyproject.toml"))
	if err != nil {
		return nil, err
	}
	all := p.Dependencies()
	for _, name := range []string{"uv.lock", "poetry.lock", "pdm.lock"} {
		file := path.Join(dir, name)
		if !manifest.IsFile(fsys, file) {
			continue
		}
		locked, err := ReadLock(fsys, file)
		if err != nil {
			return nil, err
		}
		return withLock(all, file, locked), nil
	}
	return all, nil
}

// ofPipfile returns what the Pipfile asks for, with the versions and the further packages of its lock.
func ofPipfile(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	file := path.Join(dir, "Pipfile")
	pipfile, text, err := ReadPipfile(fsys, file)
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	p := Project{File: file, finder: manifest.NewFinder(file, text)}
	for _, group := range []struct {
		name     string
		packages map[string]any
	}{{"", pipfile.Packages}, {"dev", pipfile.DevPackages}} {
		for _, name := range slices.Sorted(maps.Keys(group.packages)) {
			all = append(all, p.named(declared{group: group.name, name: name, value: group.packages[name]}))
		}
	}
	lockFile := path.Join(dir, "Pipfile.lock")
	lock, text, err := ReadPipfileLock(fsys, lockFile)
	if err != nil {
		return all, err
	}
	finder := manifest.NewFinder(lockFile, text)
	var locked []Locked
	for _, group := range []map[string]PipfilePackage{lock.Default, lock.Develop} {
		for _, name := range slices.Sorted(maps.Keys(group)) {
			e := group[name]
			locked = append(locked, Locked{
				Name: Normalize(name), Version: exact(e.Version), Local: e.Path, Git: e.Git, URL: e.File, Line: finder.Find(`"` + name + `"`).Line,
			})
		}
	}
	return withLock(all, lockFile, locked), nil
}

// ofSetup returns what install_requires in the section [options] of setup.cfg lists, a line each.
// Source: https://setuptools.pypa.io/en/latest/userguide/declarative_config.html
func ofSetup(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	file := path.Join(dir, "setup.cfg")
	data, err := manifest.Read(fsys, file)
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	section, key, number := "", "", 0
	for line := range strings.Lines(string(data)) {
		number++
		text := withoutComment(strings.TrimRight(line, "\r\n"))
		switch indented := strings.TrimLeft(line, " \t") != line; {
		case text == "":
			continue
		case strings.HasPrefix(text, "["):
			section, key = strings.Trim(text, "[]"), ""
			continue
		case !indented:
			key, text, _ = strings.Cut(text, "=")
			key = strings.TrimSpace(key)
		}
		if section != "options" || key != "install_requires" {
			continue
		}
		if d, ok := ParseRequirement(strings.TrimSpace(text)); ok {
			d.Source.Source, d.Source.Line, d.Source.Text = file, number, strings.TrimSpace(text)
			all = append(all, d)
		}
	}
	return all, nil
}

// ofEnvironment returns what a conda environment file has pip install.
func ofEnvironment(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	file := path.Join(dir, "environment.yml")
	environment, err := ReadEnvironment(fsys, file)
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	for _, text := range environment.Pip {
		entries, err := parseRequirements(text, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, e := range entries {
			e.Line = environment.finder.Find(text).Line
			if d, ok := e.dependency(file, dir); ok {
				all = append(all, d)
			}
		}
	}
	return all, nil
}

// requirementGroups are the words in the names of requirements files that are not for the program
// itself, and their groups.
var requirementGroups = []struct{ word, group string }{
	{"dev", "dev"}, {"test", "test"}, {"ci", "test"}, {"lint", "dev"}, {"doc", "dev"}, {"build", "build"}, {"local", "dev"},
}

// ofRequirements returns what the requirements files of dir, and of its folder requirements, ask for.
func ofRequirements(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	var all []manifest.Dependency
	seen := map[string]bool{}
	var read func(file, group string) error
	read = func(file, group string) error {
		if seen[file] || len(seen) >= manifest.MaxFollowed {
			return nil
		}
		seen[file] = true
		entries, err := ReadRequirements(fsys, file, nil)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if d, ok := e.dependency(file, dir); ok {
				d.Group = group
				all = append(all, d)
			}
			for _, name := range e.Requirements {
				nested, err := manifest.Resolve(path.Dir(file), name)
				if err != nil || !manifest.IsFile(fsys, nested) {
					continue
				}
				if err := read(nested, group); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, pattern := range []string{"requirements*.txt", "requirements/*.txt"} {
		files, _ := fs.Glob(fsys, path.Join(dir, pattern)) // the pattern is well formed
		for _, file := range files {
			if err := read(file, groupOf(path.Base(file))); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func groupOf(name string) string {
	for _, g := range requirementGroups {
		if strings.Contains(name, g.word) {
			return g.group
		}
	}
	return ""
}

// dependency returns what an entry asks for, false if nothing.
func (e *Entry) dependency(file, dir string) (manifest.Dependency, bool) {
	var d manifest.Dependency
	switch {
	case e.Package != nil:
		d = *e.Package
	case e.Local != "":
		d.Path, _ = resolveLocal(dir, e.Local)
	default:
		return d, false
	}
	d.Source.Source, d.Source.Line, d.Source.Text = file, e.Line, e.Text
	return d, true
}
