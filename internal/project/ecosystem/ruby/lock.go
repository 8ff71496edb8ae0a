package ruby

import (
	"io/fs"
	"path"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Locked is one gem of a lock file.
type Locked struct {
	Name, Version string
	// Git and Path are where it comes from instead of an index.
	Git, Path string
	Source    transform.Evidence
}

// ReadLock reads the gems of a Gemfile.lock; of a gem for several platforms it returns one.
func ReadLock(fsys fs.FS, name string) ([]Locked, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	var all []Locked
	seen := map[string]bool{}
	section, remote, n := "", "", 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		text := strings.TrimSpace(line)
		switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
		case text == "":
		case indent == 0:
			section, remote = text, ""
		case indent == 2 && strings.HasPrefix(text, "remote: "):
			remote = strings.TrimPrefix(text, "remote: ")
		case indent == 4:
			// name (version) or name (version-platform)
			gem, version, ok := strings.Cut(text, " (")
			version, _, _ = strings.Cut(strings.TrimSuffix(version, ")"), "-")
			if !ok || seen[gem] || section != "GEM" && section != "GIT" && section != "PATH" {
				continue
			}
			seen[gem] = true
			l := Locked{Name: gem, Version: version, Source: transform.Evidence{Source: name, Line: n, Text: text}}
			switch section {
			case "GIT":
				l.Git = remote
			case "PATH":
				l.Path, _ = manifest.Resolve(path.Dir(name), remote)
			}
			all = append(all, l)
		}
	}
	return all, nil
}

// Dependencies returns the gems that the Gemfile in dir asks for, then those that only they ask
// for, by its lock file. Lines that are not understood are left aside.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	name := path.Join(dir, "Gemfile")
	if other := path.Join(dir, "gems.rb"); !manifest.IsFile(fsys, name) && manifest.IsFile(fsys, other) {
		name = other
	}
	g, err := ReadGemfile(fsys, name)
	if err != nil {
		return nil, err
	}
	var locked []Locked
	if lock := path.Join(dir, lockName(path.Base(name))); manifest.IsFile(fsys, lock) {
		if locked, err = ReadLock(fsys, lock); err != nil {
			return nil, err
		}
	}
	versions := map[string]string{}
	for _, l := range locked {
		versions[l.Name] = l.Version
	}
	direct := map[string]bool{}
	var all []manifest.Dependency
	for _, gem := range g.Gems {
		if gem.Name == "" {
			continue
		}
		direct[gem.Name] = true
		d := manifest.Dependency{
			Name: gem.Name, Version: versions[gem.Name], Constraint: gem.Constraints, Git: gem.Git, Path: gem.Path, Source: gem.Source,
		}
		if len(gem.Groups) > 0 {
			d.Group = gem.Groups[0]
		}
		if d.Group == "development" {
			d.Group = "dev"
		}
		all = append(all, d)
	}
	for _, l := range locked {
		if !direct[l.Name] {
			all = append(all, manifest.Dependency{Name: l.Name, Version: l.Version, Git: l.Git, Path: l.Path, Transitive: true, Source: l.Source})
		}
	}
	return all, nil
}
