package rust

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A closure is what cargo loads for one command: the manifest, its workspace with all members, and
// the path dependencies of all of them.
type closure struct {
	fsys fs.FS
	// root is the manifest of the workspace, or the package itself.
	root *Manifest
	// loaded are all manifests by folder, because why each is.
	loaded  map[string]*Manifest
	because map[string]transform.Evidence
}

// load reads the manifest name and what cargo loads with it.
func load(fsys fs.FS, name string) (*closure, error) {
	first, err := readFile(fsys, name)
	if err != nil {
		return nil, err
	}
	c := &closure{fsys: fsys, loaded: map[string]*Manifest{}, because: map[string]transform.Evidence{}}
	if c.root, err = findRoot(fsys, first); err != nil {
		return nil, err
	}
	if err := c.follow(c.root.dir(), transform.Evidence{Source: c.root.Path, Text: "cargo reads the workspace's manifest"}); err != nil {
		return nil, err
	}
	if c.root.Workspace != nil {
		if err := c.followMembers(); err != nil {
			return nil, err
		}
	}
	return c, c.follow(first.dir(), transform.Evidence{Source: name, Text: "the package that the command is about"})
}

// findRoot returns the manifest whose workspace m belongs to, m itself where there is none.
func findRoot(fsys fs.FS, m *Manifest) (*Manifest, error) {
	if m.Workspace != nil {
		return m, nil
	}
	if m.Package != nil && m.Package.Workspace != "" {
		dir, err := manifest.Resolve(m.dir(), m.Package.Workspace)
		if err != nil {
			return nil, fmt.Errorf("%s: workspace: %w", m.Path, err)
		}
		return Read(fsys, dir)
	}
	for dir := m.dir(); dir != "."; {
		dir = path.Dir(dir)
		up, err := Read(fsys, dir)
		if err != nil {
			continue // none here, or none that can be read: cargo would say so itself
		}
		if up.Workspace == nil {
			continue
		}
		if up.excludes(m.dir()) {
			break
		}
		return up, nil
	}
	return m, nil
}

// excludes reports whether the workspace says that a folder is not of it.
func (m *Manifest) excludes(dir string) bool {
	return slices.ContainsFunc(m.Workspace.Exclude, func(e string) bool {
		excluded := path.Join(m.dir(), e)
		return dir == excluded || strings.HasPrefix(dir, excluded+"/")
	})
}

// maxGlobs is how many globs a workspace may have: for each the context is searched.
const maxGlobs = 50

// followMembers loads the members of the workspace.
func (c *closure) followMembers() error {
	if w := c.root.Workspace; len(w.Members)+len(w.Exclude) > manifest.MaxFollowed {
		return fmt.Errorf("%s: the workspace names more than %d folders", c.root.Path, manifest.MaxFollowed)
	}
	globs := 0
	for _, member := range c.root.Workspace.Members {
		because := transform.Evidence{Source: c.root.Path, Line: manifest.LineOf(c.root.data, `"`+member+`"`), Text: "a member of the workspace"}
		pattern, err := manifest.Resolve(c.root.dir(), member)
		if err != nil {
			return fmt.Errorf("%s: member %w", c.root.Path, err)
		}
		dirs := []string{pattern}
		if strings.ContainsAny(member, "*?[") {
			if globs++; globs > maxGlobs {
				return fmt.Errorf("%s: the workspace has more than %d globs", c.root.Path, maxGlobs)
			}
			if dirs, err = c.matches(pattern); err != nil {
				return err
			}
		}
		for _, dir := range dirs {
			if err := c.follow(dir, because); err != nil {
				return err
			}
		}
	}
	return nil
}

// matches returns the folders with a manifest that a member's glob means.
func (c *closure) matches(pattern string) ([]string, error) {
	found, err := manifest.Glob(c.fsys, ".", []string{pattern})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.root.Path, err)
	}
	return slices.DeleteFunc(found, func(dir string) bool {
		return c.root.excludes(dir) || !manifest.IsFile(c.fsys, path.Join(dir, "Cargo.toml"))
	}), nil
}

// follow loads the manifest of a folder, once, and those that it names.
func (c *closure) follow(dir string, because transform.Evidence) error {
	if c.loaded[dir] != nil {
		return nil
	}
	if len(c.loaded) >= manifest.MaxFollowed {
		return fmt.Errorf("%s: more than %d manifests", c.root.Path, manifest.MaxFollowed)
	}
	m, err := Read(c.fsys, dir)
	if err != nil {
		return err
	}
	c.loaded[dir], c.because[dir] = m, because
	tables := slices.Collect(maps.Values(m.Patches))
	tables = append(tables, m.Replacements)
	for _, g := range m.groups() {
		tables = append(tables, g.entries)
	}
	if m.Workspace != nil {
		tables = append(tables, m.Workspace.Dependencies)
	}
	for _, table := range tables {
		if err := c.followPaths(m, table); err != nil {
			return err
		}
	}
	return nil
}

// followPaths loads the path dependencies of one table.
func (c *closure) followPaths(m *Manifest, table map[string]any) error {
	for _, name := range sortedKeys(table) {
		to := field(table[name], "path")
		if to == "" {
			continue
		}
		dir, err := manifest.Resolve(m.dir(), to)
		if err != nil {
			return fmt.Errorf("%s: dependency %s: %w", m.Path, name, err)
		}
		because := transform.Evidence{Source: m.Path, Line: manifest.LineOf(m.data, `"`+to+`"`), Text: "the path dependency " + name}
		if err := c.follow(dir, because); err != nil {
			return err
		}
	}
	return nil
}

// field returns a text of an entry's table, "" where there is none.
func field(entry any, name string) string {
	table, _ := entry.(map[string]any)
	text, _ := table[name].(string)
	return text
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
