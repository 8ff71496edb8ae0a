// Package rust reads Cargo's manifests.
package rust

import (
	"io/fs"
	"path"
	"slices"

	"dopt/internal/project/manifest"
)

// A Manifest is a Cargo.toml.
// Source: https://doc.rust-lang.org/cargo/reference/manifest.html
type Manifest struct {
	// Path is where it is in the context.
	Path string `toml:"-"`

	Package   *Package   `toml:"package"`
	Workspace *Workspace `toml:"workspace"`

	Lib      *Target  `toml:"lib"`
	Bins     []Target `toml:"bin"`
	Examples []Target `toml:"example"`
	Tests    []Target `toml:"test"`
	Benches  []Target `toml:"bench"`

	Tables
	// Targets are the dependencies for some platforms only, by condition.
	Targets map[string]Tables `toml:"target"`
	// Patches replace crates, by registry and name; Replacements do, by name and version.
	Patches      map[string]map[string]any `toml:"patch"`
	Replacements map[string]any            `toml:"replace"`

	data []byte
}

// A Package is the [package] table.
type Package struct {
	Name string `toml:"name"`
	// Build is the build script's path, false for none, nil for build.rs where there is one.
	Build any `toml:"build"`
	// Links is the native library that the build script links.
	Links string `toml:"links"`
	// DefaultRun is the program that cargo run starts.
	DefaultRun string `toml:"default-run"`
	// Autobins is false where only the programs of [[bin]] are built.
	Autobins *bool `toml:"autobins"`
	// Workspace is the folder of the workspace, relative to the manifest's, "" for the next one upwards.
	Workspace string `toml:"workspace"`
}

// A Workspace is the [workspace] table.
type Workspace struct {
	// Members and Exclude are folders; those of Members may have globs.
	Members []string `toml:"members"`
	Exclude []string `toml:"exclude"`
	// Dependencies are what members ask for with workspace = true.
	Dependencies map[string]any `toml:"dependencies"`
}

// A Target is one of the things that a package builds.
type Target struct {
	// Name is "" for the package's own.
	Name string `toml:"name"`
	// Path is the source file, "" for where cargo finds it by name.
	Path string `toml:"path"`
}

// Tables are the tables of dependencies. A value is a version or a table.
type Tables struct {
	Normal map[string]any `toml:"dependencies"`
	Dev    map[string]any `toml:"dev-dependencies"`
	Build  map[string]any `toml:"build-dependencies"`
}

// Read reads the Cargo.toml of a folder.
func Read(fsys fs.FS, dir string) (*Manifest, error) {
	return readFile(fsys, path.Join(dir, "Cargo.toml"))
}

func readFile(fsys fs.FS, name string) (*Manifest, error) {
	m := Manifest{Path: name}
	var err error
	if m.data, err = manifest.ReadTOML(fsys, name, &m); err != nil {
		return nil, err
	}
	return &m, nil
}

func (m *Manifest) dir() string { return path.Dir(m.Path) }

// groups returns the tables of dependencies, those of platforms included, by group.
func (m *Manifest) groups() []group {
	var all []group
	add := func(d Tables, condition string) {
		all = append(all, group{"", condition, d.Normal}, group{"dev", condition, d.Dev}, group{"build", condition, d.Build})
	}
	add(m.Tables, "")
	for _, condition := range sortedKeys(m.Targets) {
		add(m.Targets[condition], condition)
	}
	return all
}

// A group is one table of dependencies.
type group struct {
	name, condition string
	entries         map[string]any
}

// Binaries returns the names of the programs that the package builds, sorted: those of [[bin]],
// and those that cargo finds in src.
func (m *Manifest) Binaries(fsys fs.FS) []string {
	if m.Package == nil {
		return nil
	}
	var names []string
	for _, b := range m.Bins {
		names = append(names, b.Name)
	}
	if m.Package.Autobins == nil || *m.Package.Autobins {
		names = append(names, m.foundBinaries(fsys)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// foundBinaries returns the programs that no [[bin]] need name.
func (m *Manifest) foundBinaries(fsys fs.FS) []string {
	var names []string
	const mainFile = "src/main.rs"
	named := slices.ContainsFunc(m.Bins, func(b Target) bool { return path.Clean(b.Path) == mainFile })
	if !named && manifest.IsFile(fsys, path.Join(m.dir(), mainFile)) {
		names = append(names, m.Package.Name)
	}
	folder := path.Join(m.dir(), "src/bin")
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return names
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case path.Ext(name) == ".rs":
			names = append(names, name[:len(name)-len(".rs")])
		case manifest.IsFile(fsys, path.Join(folder, name, "main.rs")):
			names = append(names, name)
		}
	}
	return names
}

// needsSource returns why cargo refuses to load the manifest when the sources are not there, "" if
// it does not: it looks for the file of each target that has no path, and for the build script
// that "links" demands, but not for files that the manifest names itself.
// Tried with cargo 1.95; the messages are those of cargo/src/cargo/util/toml/targets.rs and mod.rs.
func (m *Manifest) needsSource() (line int, reason string) {
	if m.Package == nil {
		return 0, ""
	}
	kinds := []struct {
		table   string
		targets []Target
	}{{"[[bin]]", m.Bins}, {"[[example]]", m.Examples}, {"[[test]]", m.Tests}, {"[[bench]]", m.Benches}, {"[lib]", nil}}
	if m.Lib != nil {
		kinds[4].targets = []Target{*m.Lib}
	}
	named := false
	for _, k := range kinds {
		if slices.ContainsFunc(k.targets, func(t Target) bool { return t.Path == "" }) {
			return manifest.LineOf(m.data, k.table), k.table + " without a path: cargo refuses to load the manifest where the file is missing, and it is part of the source"
		}
		named = named || len(k.targets) > 0
	}
	if !named {
		return manifest.LineOf(m.data, "[package]"),
			"no [lib] or [[bin]] names its file, so that cargo refuses to load it without src/main.rs or src/lib.rs, which are part of the source"
	}
	if m.Package.Links != "" && m.Package.Build == nil {
		return manifest.LineOf(m.data, "links"), `"links" demands build.rs, which is part of the source`
	}
	if run := m.Package.DefaultRun; run != "" && !slices.ContainsFunc(m.Bins, func(b Target) bool { return b.Name == run }) {
		return manifest.LineOf(m.data, "default-run"), "default-run names a program that no [[bin]] names: cargo looks for it in the source"
	}
	return 0, ""
}
