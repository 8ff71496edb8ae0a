// Package golang reads the manifests of Go modules.
//
// That a module is private changes nothing here: credentials and GOPRIVATE are not files of the
// project. What go reads is described at https://go.dev/ref/mod.
package golang

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/mod/modfile"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// ReadModule reads a go.mod. The error begins with name and, where it is known, the line.
func ReadModule(fsys fs.FS, name string) (*modfile.File, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(name, data, nil)
	return file, firstOf(err)
}

// ReadWork reads a go.work as ReadModule does a go.mod.
func ReadWork(fsys fs.FS, name string) (*modfile.WorkFile, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.ParseWork(name, data, nil)
	return file, firstOf(err)
}

// firstOf returns the first of a list of errors.
func firstOf(err error) error {
	if list, ok := err.(modfile.ErrorList); ok && len(list) > 0 {
		return &list[0]
	}
	return err
}

// Dependencies returns the modules that the go.mod in dir requires, with the versions that it
// gives: Go takes those, or later ones that other modules require. Those marked "// indirect" are
// Transitive; of those that another module replaces, that one is returned.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	name := path.Join(dir, "go.mod")
	file, err := ReadModule(fsys, name)
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	for _, r := range file.Require {
		d := manifest.Dependency{
			Name: r.Mod.Path, Version: r.Mod.Version, Constraint: r.Mod.Version, Transitive: r.Indirect,
			Source: evidence(name, r.Syntax),
		}
		if replace := replacement(file.Replace, r); replace != nil {
			d.Name, d.Version = replace.New.Path, replace.New.Version
			if modfile.IsDirectoryPath(replace.New.Path) {
				d.Name = r.Mod.Path
				// Outside the context it is no path of the context's.
				d.Path, _ = manifest.Resolve(dir, replace.New.Path)
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// replacement returns what replaces a required module, nil if nothing does.
func replacement(replaces []*modfile.Replace, r *modfile.Require) *modfile.Replace {
	for _, replace := range replaces {
		if replace.Old.Path == r.Mod.Path && (replace.Old.Version == "" || replace.Old.Version == r.Mod.Version) {
			return replace
		}
	}
	return nil
}

// evidence is one line of a go.mod or go.work.
func evidence(name string, line *modfile.Line) transform.Evidence {
	text := strings.Join(line.Token, " ")
	return transform.Evidence{Source: name, Line: line.Start.Line, Text: text}
}

func at(name string, line *modfile.Line) string { return fmt.Sprintf("%s:%d", name, line.Start.Line) }
