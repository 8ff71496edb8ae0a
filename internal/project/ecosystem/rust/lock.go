package rust

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Lock is a Cargo.lock.
type Lock struct {
	Packages []Locked `toml:"package"`
}

// A Locked is one package of a lock file.
type Locked struct {
	Name    string `toml:"name"`
	Version string `toml:"version"`
	// Source is where it comes from, such as registry+https://…, "" for a folder of the project.
	Source string `toml:"source"`
	// Dependencies are names, with a version (and source) where the name alone does not tell.
	Dependencies []string `toml:"dependencies"`
}

// ReadLock reads the Cargo.lock of a folder.
func ReadLock(fsys fs.FS, dir string) (*Lock, error) {
	var l Lock
	if _, err := manifest.ReadTOML(fsys, path.Join(dir, "Cargo.lock"), &l); err != nil {
		return nil, err
	}
	return &l, nil
}

// Dependencies returns the crates that the package or workspace in dir asks for, then those that
// only they ask for, by its lock file.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	c, err := load(fsys, path.Join(dir, "Cargo.toml"))
	if err != nil {
		return nil, err
	}
	lock, err := ReadLock(fsys, c.root.dir())
	if errors.Is(err, fs.ErrNotExist) {
		lock, err = &Lock{}, nil
	}
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	direct := map[string]bool{}
	for _, dir := range sortedKeys(c.loaded) {
		for _, d := range c.direct(c.loaded[dir], lock) {
			direct[d.Name] = true
			all = append(all, d)
		}
	}
	for _, p := range lock.Packages {
		if p.Source == "" || direct[p.Name] {
			continue
		}
		all = append(all, manifest.Dependency{
			Name: p.Name, Version: p.Version, Git: gitOf(p.Source), Transitive: true,
			Source: transform.Evidence{Source: path.Join(c.root.dir(), "Cargo.lock"), Text: p.Name},
		})
	}
	return all, nil
}

// direct returns what one manifest asks for.
func (c *closure) direct(m *Manifest, lock *Lock) []manifest.Dependency {
	var all []manifest.Dependency
	lines := manifest.FirstLines(m.data, dependencyKey())
	versions := lock.versions(m)
	for _, g := range m.groups() {
		for _, key := range sortedKeys(g.entries) {
			d := c.dependency(m, key, g.entries[key])
			d.Group, d.Marker = g.name, g.condition
			d.Version = versions[d.Name]
			d.Source = transform.Evidence{Source: m.Path, Line: lines[key], Text: key}
			all = append(all, d)
		}
	}
	return all
}

// dependency reads one entry of a table.
func (c *closure) dependency(m *Manifest, key string, entry any) manifest.Dependency {
	from := m
	if table, ok := entry.(map[string]any); ok && table["workspace"] == true && c.root.Workspace != nil {
		entry, from = c.root.Workspace.Dependencies[key], c.root
	}
	d := manifest.Dependency{Name: key, Constraint: field(entry, "version"), Git: field(entry, "git")}
	if version, ok := entry.(string); ok {
		d.Constraint = version
	}
	if name := field(entry, "package"); name != "" {
		d.Name = name
	}
	if to := field(entry, "path"); to != "" {
		d.Path = path.Join(from.dir(), to)
	}
	table, _ := entry.(map[string]any)
	features, _ := table["features"].([]any)
	for _, f := range features {
		if text, ok := f.(string); ok {
			d.Extras = append(d.Extras, text)
		}
	}
	return d
}

// versions returns the exact versions of crates as a package asks for them.
func (l *Lock) versions(m *Manifest) map[string]string {
	versions := map[string]string{}
	for _, p := range l.Packages {
		if versions[p.Name] == "" {
			versions[p.Name] = p.Version
		}
	}
	for _, p := range l.Packages {
		if m.Package == nil || p.Name != m.Package.Name || p.Source != "" {
			continue
		}
		// Of several versions of a crate, the one is named that is meant.
		for _, d := range p.Dependencies {
			if words := strings.Fields(d); len(words) > 1 {
				versions[words[0]] = words[1]
			}
		}
	}
	return versions
}

// gitOf returns the repository of a lock file's source, "" for that of a registry.
func gitOf(source string) string {
	url, _ := strings.CutPrefix(source, "git+")
	if url == source {
		return ""
	}
	return url
}

// dependencyKey captures the name in front of = or . on a line, or the last one of a table's.
var dependencyKey = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^[ \t]*(?:\[[^\]\n]*ependencies\.)?"?([\w-]+)"?[ \t]*[=.\]]`)
})
