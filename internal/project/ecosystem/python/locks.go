package python

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Locked is one package of a lock file.
type Locked struct {
	Name, Version string
	// Local is the folder or archive that it comes from, as the lock writes it; "" where it comes
	// from elsewhere.
	Local string
	// Virtual is true for a project that is not installed itself.
	Virtual bool
	// Git and URL are where it comes from instead of the index.
	Git, URL string
	// Requires are the normalised names of the packages that it depends on.
	Requires []string
	// Files are the names or addresses of the files that the index has of this version, as far as the lock lists them.
	Files []string
	// Line is where it stands, counted from 1, 0 where that is not known.
	Line int
}

// tomlLock is what poetry.lock, uv.lock and pdm.lock have in common, and where they differ.
type tomlLock struct {
	Package []struct {
		Name    string `toml:"name"`
		Version string `toml:"version"`
		// Source is poetry's and uv's.
		Source struct {
			// poetry: type directory, file, git or url, and its url.
			Type string `toml:"type"`
			URL  string `toml:"url"`
			// uv: one of these.
			Editable  string `toml:"editable"`
			Directory string `toml:"directory"`
			Path      string `toml:"path"`
			Virtual   string `toml:"virtual"`
			Git       string `toml:"git"`
		} `toml:"source"`
		// Path, Git and URL are pdm's.
		Path string `toml:"path"`
		Git  string `toml:"git"`
		URL  string `toml:"url"`
		// Dependencies is a table by name (poetry), a list of tables (uv) or of texts (pdm).
		Dependencies any `toml:"dependencies"`
		// Files are poetry's and pdm's, Wheels and Sdist uv's.
		Files  []lockedFile `toml:"files"`
		Wheels []lockedFile `toml:"wheels"`
		Sdist  lockedFile   `toml:"sdist"`
	} `toml:"package"`
}

// A lockedFile names a file of the index: poetry and pdm by its name, uv by its address or, of a folder, its path.
type lockedFile struct {
	File string `toml:"file"`
	URL  string `toml:"url"`
	Path string `toml:"path"`
}

// ReadLock reads a poetry.lock, uv.lock or pdm.lock. The error begins with its path.
func ReadLock(fsys fs.FS, name string) ([]Locked, error) {
	var lock tomlLock
	text, err := manifest.ReadTOML(fsys, name, &lock)
	if err != nil {
		return nil, err
	}
	var all []Locked
	lines := packageLines(text)
	for i, p := range lock.Package {
		l := Locked{Name: Normalize(p.Name), Version: p.Version, Git: p.Source.Git + p.Git, URL: p.URL, Requires: requiredNames(p.Dependencies)}
		switch p.Source.Type {
		case "directory", "file":
			l.Local = p.Source.URL
		case "git":
			l.Git = p.Source.URL
		case "url":
			l.URL = p.Source.URL
		case "":
			l.URL += p.Source.URL
		}
		for _, local := range []string{p.Source.Editable, p.Source.Directory, p.Source.Path, p.Path} {
			if local != "" {
				l.Local = local
			}
		}
		if p.Source.Virtual != "" {
			l.Local, l.Virtual = p.Source.Virtual, true
		}
		if i < len(lines) {
			l.Line = lines[i]
		}
		for _, f := range append(slices.Concat(p.Files, p.Wheels), p.Sdist) {
			if name := cmp.Or(f.File, f.URL, f.Path); name != "" {
				l.Files = append(l.Files, name)
			}
		}
		all = append(all, l)
	}
	return all, nil
}

// packageLines returns the lines of the headers [[package]].
func packageLines(text []byte) []int {
	var lines []int
	n := 0
	for line := range strings.Lines(string(text)) {
		if n++; strings.TrimSpace(line) == "[[package]]" {
			lines = append(lines, n)
		}
	}
	return lines
}

func requiredNames(dependencies any) []string {
	var names []string
	switch d := dependencies.(type) {
	case map[string]any:
		for name := range d {
			names = append(names, Normalize(name))
		}
	case []any:
		for _, entry := range d {
			switch e := entry.(type) {
			case string:
				if r, ok := ParseRequirement(e); ok {
					names = append(names, r.Name)
				}
			case map[string]any:
				names = append(names, Normalize(stringOf(e, "name")))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Pipfile is a Pipfile; the value of a package is a constraint or a table.
// Source: https://pipenv.pypa.io/en/latest/pipfile.html
type Pipfile struct {
	Packages    map[string]any `toml:"packages"`
	DevPackages map[string]any `toml:"dev-packages"`
}

// ReadPipfile reads a Pipfile, and returns its text. The error begins with its path.
func ReadPipfile(fsys fs.FS, name string) (*Pipfile, []byte, error) {
	p := &Pipfile{}
	text, err := manifest.ReadTOML(fsys, name, p)
	return p, text, err
}

// PipfileLock is a Pipfile.lock: the packages of the two groups by name.
type PipfileLock struct {
	Default map[string]PipfilePackage `json:"default"`
	Develop map[string]PipfilePackage `json:"develop"`
}

// A PipfilePackage is one entry of a Pipfile.lock.
type PipfilePackage struct {
	Version string `json:"version"`
	Path    string `json:"path"`
	File    string `json:"file"`
	Git     string `json:"git"`
	Markers string `json:"markers"`
}

// ReadPipfileLock reads a Pipfile.lock, and returns its text. The error begins with its path.
func ReadPipfileLock(fsys fs.FS, name string) (*PipfileLock, []byte, error) {
	lock := &PipfileLock{}
	text, err := manifest.ReadJSON(fsys, name, lock)
	return lock, text, err
}

// withLock completes the dependencies of a project by a lock file beside it: versions, and
// packages that only others ask for.
func withLock(direct []manifest.Dependency, file string, locked []Locked) []manifest.Dependency {
	known := map[string][]int{}
	for i, d := range direct {
		known[d.Name] = append(known[d.Name], i)
	}
	for _, l := range locked {
		if l.Virtual || l.Local == "." {
			continue
		}
		if indices, ok := known[l.Name]; ok {
			for _, i := range indices {
				direct[i].Version, direct[i].Files = l.Version, l.Files
			}
			continue
		}
		d := manifest.Dependency{
			Name: l.Name, Version: l.Version, Git: l.Git, URL: l.URL, Files: l.Files, Transitive: true,
			Source: transform.Evidence{Source: file, Line: l.Line, Text: l.Name},
		}
		if l.Local != "" {
			d.Path, _ = resolveLocal(path.Dir(file), l.Local)
		}
		direct = append(direct, d)
	}
	return direct
}
