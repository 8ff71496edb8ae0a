// Package swift reads the manifests of Swift packages.
package swift

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Package is what a Package.swift says in so many words. It is a program and is not run.
// Source: https://docs.swift.org/package-manager/PackageDescription/PackageDescription.html
type Package struct {
	// Path is where it is in the context.
	Path string
	// Dependencies are its .package(…) entries.
	Dependencies []Dependency
	// Executables are the names of its executable targets.
	Executables []string

	data []byte
}

// A Dependency is one .package(…).
type Dependency struct {
	// URL is where it comes from; Path is its folder, as written. One of them is "" unless neither
	// can be told.
	URL, Path string
	// Constraint is what is said of versions: from: "1.0.0".
	Constraint string
	Source     transform.Evidence
}

var patterns = sync.OnceValue(func() (p struct{ entry, url, path, blanks, executable, location *regexp.Regexp }) {
	p.entry = regexp.MustCompile(`\.package\(((?:[^()]|\([^()]*\))*)\)`)
	p.url = regexp.MustCompile(`\burl:\s*"([^"\\]+)"\s*,?\s*((?s:.*))`)
	p.path = regexp.MustCompile(`\bpath:\s*"([^"\\]+)"`)
	p.blanks = regexp.MustCompile(`\s+`)
	p.executable = regexp.MustCompile(`\.executableTarget\(\s*name:\s*"([^"\\]+)"`)
	p.location = regexp.MustCompile(`"(?:location|repositoryURL)"\s*:\s*"([^"]+)"`)
	return p
})

// ReadPackage reads the manifest name.
func ReadPackage(fsys fs.FS, name string) (*Package, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	pkg := &Package{Path: name, data: data}
	p := patterns()
	text := blankComments(data)
	line, from := 1, 0
	for _, at := range p.entry.FindAllStringSubmatchIndex(text, -1) {
		entry := text[at[2]:at[3]]
		line += strings.Count(text[from:at[0]], "\n")
		from = at[0]
		d := Dependency{Source: transform.Evidence{Source: name, Line: line, Text: "a package"}}
		if m := p.url.FindStringSubmatch(entry); m != nil {
			d.URL, d.Constraint = m[1], strings.TrimSpace(p.blanks.ReplaceAllString(m[2], " "))
		} else if m := p.path.FindStringSubmatch(entry); m != nil {
			d.Path = m[1]
		}
		pkg.Dependencies = append(pkg.Dependencies, d)
	}
	if strings.Count(text, ".package(") != len(pkg.Dependencies) {
		pkg.Dependencies = append(pkg.Dependencies, Dependency{Source: transform.Evidence{Source: name, Text: "a package"}})
	}
	for _, m := range p.executable.FindAllStringSubmatch(text, -1) {
		pkg.Executables = append(pkg.Executables, m[1])
	}
	return pkg, nil
}

// blankComments returns the text with the lines that are comments blanked, so that offsets stay.
func blankComments(data []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(strings.TrimSpace(line), "//") {
			line = strings.Repeat(" ", len(line)-1) + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// Dependencies returns the packages that the Package.swift in dir asks for, named as
// Package.resolved names them, then those that only they ask for.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	pkg, err := ReadPackage(fsys, path.Join(dir, "Package.swift"))
	if err != nil {
		return nil, err
	}
	pins, err := readResolved(fsys, path.Join(dir, "Package.resolved"))
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	direct := map[string]bool{}
	for _, p := range pkg.Dependencies {
		d := manifest.Dependency{Name: identity(p.URL + p.Path), Constraint: p.Constraint, Git: p.URL, Source: p.Source}
		if p.Path != "" {
			d.Path, _ = manifest.Resolve(dir, p.Path)
		}
		if i := slices.IndexFunc(pins, func(pin manifest.Dependency) bool { return pin.Name == d.Name }); i >= 0 {
			d.Version = pins[i].Version
		}
		direct[d.Name] = true
		all = append(all, d)
	}
	for _, pin := range pins {
		if !direct[pin.Name] {
			all = append(all, pin)
		}
	}
	return all, nil
}

// identity returns the name by which Swift knows a package: the last part of its address.
func identity(address string) string {
	return strings.ToLower(strings.TrimSuffix(path.Base(address), ".git"))
}

// readResolved returns the packages of a Package.resolved, none where there is no such file.
func readResolved(fsys fs.FS, name string) ([]manifest.Dependency, error) {
	type pin struct {
		Location, RepositoryURL string
		State                   struct{ Version string }
	}
	var resolved struct {
		Pins   []pin
		Object struct{ Pins []pin } // of version 1
	}
	data, err := manifest.ReadJSON(fsys, name, &resolved)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	lines := manifest.FirstLines(data, patterns().location)
	for _, p := range append(resolved.Pins, resolved.Object.Pins...) {
		address := p.Location + p.RepositoryURL
		all = append(all, manifest.Dependency{
			Name: identity(address), Version: p.State.Version, Git: address, Transitive: true,
			Source: transform.Evidence{Source: name, Line: lines[address], Text: fmt.Sprintf("%s %s", identity(address), p.State.Version)},
		})
	}
	return all, nil
}
