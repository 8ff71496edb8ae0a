// Package php reads Composer's manifests.
package php

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Manifest is a composer.json.
// Source: https://getcomposer.org/doc/04-schema.md
type Manifest struct {
	// Path is where it is in the context.
	Path string `json:"-"`

	Name       string     `json:"name"`
	Require    Object     `json:"require"`
	RequireDev Object     `json:"require-dev"`
	Autoload   Autoload   `json:"autoload"`
	Scripts    Object     `json:"scripts"`
	Config     Object     `json:"config"`
	Extra      Object     `json:"extra"`
	Repos      Collection `json:"repositories"`

	AutoloadDev Autoload `json:"autoload-dev"`

	data []byte
}

// Autoload says where PHP finds classes. The folders of PSR-4 and PSR-0 are looked into when a
// class is asked for, Classmap's when Composer writes the autoloader.
type Autoload struct {
	Classmap Collection `json:"classmap"`
}

// An Object is a JSON object; PHP writes an empty one as a list.
type Object map[string]json.RawMessage

// UnmarshalJSON reads an object, or an empty one for anything else.
func (o *Object) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		members = nil
	}
	*o = members
	return nil
}

// text returns a member that is a text, "" for another.
func (o Object) text(name string) string {
	var text string
	if json.Unmarshal(o[name], &text) != nil {
		return ""
	}
	return text
}

// isTrue reports whether a member is true.
func (o Object) isTrue(name string) bool { return string(o[name]) == "true" }

// A Collection is what may be written as a list or as an object, whose names do not matter.
type Collection []json.RawMessage

// UnmarshalJSON reads the members of a list or an object, in order of their names.
func (c *Collection) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(data, &members); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			list = append(list, members[name])
		}
	}
	*c = list
	return nil
}

// ReadManifest reads a composer.json.
func ReadManifest(fsys fs.FS, name string) (*Manifest, error) {
	m := Manifest{Path: name}
	var err error
	m.data, err = manifest.ReadJSON(fsys, name, &m)
	if err != nil {
		return nil, err
	}
	return &m, nil
}

// VendorDir returns the folder that packages are installed to, relative to the manifest's.
func (m *Manifest) VendorDir() string {
	if dir := m.Config.text("vendor-dir"); dir != "" {
		return path.Clean(dir)
	}
	return "vendor"
}

func (m *Manifest) line(text string) int { return manifest.LineOf(m.data, `"`+text+`"`) }

// A Lock is a composer.lock.
type Lock struct {
	Packages    []Locked `json:"packages"`
	PackagesDev []Locked `json:"packages-dev"`

	data []byte
}

// A Locked is one package of a lock file.
type Locked struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Type is "library" or, for code that runs inside Composer, "composer-plugin".
	Type   string `json:"type"`
	Source struct {
		Type, URL string
	} `json:"source"`
	Dist struct {
		Type, URL string
	} `json:"dist"`
}

// ReadLock reads a composer.lock.
func ReadLock(fsys fs.FS, name string) (*Lock, error) {
	var l Lock
	var err error
	l.data, err = manifest.ReadJSON(fsys, name, &l)
	if err != nil {
		return nil, err
	}
	return &l, nil
}

// lockedName and memberName capture the name of a package of a lock file, and of a member of any object.
var (
	lockedName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"name":\s*"([^"]+)"`) })
	memberName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"([^"\\]+)"\s*:`) })
)

// lockName returns the name of the lock file that belongs to a manifest.
func lockName(name string) string { return strings.TrimSuffix(name, ".json") + ".lock" }

// Dependencies returns what the composer.json in dir requires, PHP and its extensions included
// (php, ext-gd), then those packages that only others ask for, by composer.lock.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	name := path.Join(dir, "composer.json")
	m, err := ReadManifest(fsys, name)
	if err != nil {
		return nil, err
	}
	lock := &Lock{}
	if file := lockName(name); manifest.IsFile(fsys, file) {
		if lock, err = ReadLock(fsys, file); err != nil {
			return nil, err
		}
	}
	locked := map[string]manifest.Dependency{}
	lines := manifest.FirstLines(lock.data, lockedName())
	for i, packages := range [][]Locked{lock.Packages, lock.PackagesDev} {
		for _, p := range packages {
			d := manifest.Dependency{
				Name: p.Name, Version: strings.TrimPrefix(p.Version, "v"), Group: []string{"", "dev"}[i], Transitive: true,
				InstallScript: p.Type == "composer-plugin",
				Source:        transform.Evidence{Source: lockName(name), Line: lines[p.Name], Text: p.Name},
			}
			if p.Dist.Type == "path" {
				d.Path = path.Join(dir, p.Dist.URL)
			}
			locked[p.Name] = d
		}
	}
	var all []manifest.Dependency
	lines = manifest.FirstLines(m.data, memberName())
	for i, required := range []Object{m.Require, m.RequireDev} {
		for _, key := range slices.Sorted(maps.Keys(required)) {
			d := locked[strings.ToLower(key)]
			d.Name, d.Constraint, d.Group, d.Transitive = key, required.text(key), []string{"", "dev"}[i], false
			d.Source = transform.Evidence{Source: name, Line: lines[key], Text: key}
			delete(locked, strings.ToLower(key))
			all = append(all, d)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(locked)) {
		all = append(all, locked[key])
	}
	return all, nil
}
