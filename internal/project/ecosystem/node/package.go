// Package node reads the manifests, lock files and settings of Node.js projects, and tells which of
// them an install by npm, Yarn, pnpm or Bun reads. Nothing is executed: what the project's own install
// scripts do is read from a small table and, for scripts of Node.js, from their text; where that does
// not tell, the install needs the source.
package node

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
)

// A Package is a package.json. Fields of a form that npm would not take are empty.
// Source: https://docs.npmjs.com/cli/v11/configuring-npm/package-json
type Package struct {
	// File is its path in the context.
	File string `json:"-"`

	Name           text       `json:"name"`
	Version        text       `json:"version"`
	Main           text       `json:"main"`
	Module         text       `json:"module"`
	Type           text       `json:"type"`
	PackageManager text       `json:"packageManager"`
	Workspaces     workspaces `json:"workspaces"`
	Scripts        texts      `json:"scripts"`
	// Bin are the programs by name; "" is the one that has the name of the package.
	Bin bins `json:"bin"`

	Dependencies    texts `json:"dependencies"`
	DevDependencies texts `json:"devDependencies"`
	Optional        texts `json:"optionalDependencies"`
	Peer            texts `json:"peerDependencies"`

	// Overrides of npm are nested, those of Yarn (resolutions) and pnpm are not.
	Overrides   any   `json:"overrides"`
	Resolutions texts `json:"resolutions"`
	// Patched are the patch files of Bun by package; those of pnpm are in PNPM.
	Patched texts `json:"patchedDependencies"`
	PNPM    struct {
		Patched   texts `json:"patchedDependencies"`
		Overrides texts `json:"overrides"`
	} `json:"pnpm"`

	// Meta is what pnpm and Yarn are told about dependencies.
	Meta map[string]struct {
		// Injected is true for a package of the workspace that pnpm copies instead of linking it.
		Injected bool `json:"injected"`
	} `json:"dependenciesMeta"`

	Gypfile *bool `json:"gypfile"`
	Prisma  struct {
		Schema text `json:"schema"`
	} `json:"prisma"`
	Directories struct {
		Bin text `json:"bin"`
	} `json:"directories"`

	finder *manifest.Finder
}

// text is a JSON string; other values are "".
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

// texts is an object of strings; other values are left out.
type texts map[string]string

func (t *texts) UnmarshalJSON(data []byte) error {
	var all map[string]any
	if json.Unmarshal(data, &all) != nil {
		return nil
	}
	*t = texts{}
	for key, value := range all {
		if s, ok := value.(string); ok {
			(*t)[key] = s
		}
	}
	return nil
}

// bins is one program or an object of them.
type bins map[string]string

func (b *bins) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil && one != "" {
		*b = bins{"": one}
		return nil
	}
	return (*texts)(b).UnmarshalJSON(data)
}

// workspaces is a list of patterns, or an object with one.
type workspaces []string

func (w *workspaces) UnmarshalJSON(data []byte) error {
	var list []string
	if json.Unmarshal(data, &list) != nil {
		var object struct {
			Packages []string `json:"packages"`
		}
		if json.Unmarshal(data, &object) != nil {
			return nil
		}
		list = object.Packages
	}
	*w = list
	return nil
}

// ReadPackage reads a package.json. The error begins with its path.
func ReadPackage(fsys fs.FS, name string) (*Package, error) {
	p := &Package{File: name}
	data, err := manifest.ReadJSON(fsys, name, p)
	if err != nil {
		return nil, err
	}
	p.finder = manifest.NewFinder(name, data)
	return p, nil
}

// dir is the folder of the package.
func (p *Package) dir() string { return path.Dir(p.File) }

// HasDependency reports whether the package asks for another one, in whatever group.
func (p *Package) HasDependency(name string) bool {
	for _, g := range p.groups() {
		if _, ok := g.entries[name]; ok {
			return true
		}
	}
	return false
}

// A group is one of the lists of dependencies.
type group struct {
	name    string
	entries texts
}

func (p *Package) groups() []group {
	return []group{{"", p.Dependencies}, {"dev", p.DevDependencies}, {"optional", p.Optional}, {"peer", p.Peer}}
}

// Direct returns what the package itself asks for, by group and name. Path is left empty where it
// leads out of the context.
func (p *Package) Direct() []manifest.Dependency {
	var all []manifest.Dependency
	for _, g := range p.groups() {
		for _, name := range slices.Sorted(maps.Keys(g.entries)) {
			d := manifest.Dependency{Name: name, Constraint: g.entries[name], Group: g.name, Source: p.finder.Find(`"` + name + `"`)}
			if local, ok := localPath(d.Constraint); ok {
				d.Path, _ = manifest.Resolve(p.dir(), local)
			} else if isGit(d.Constraint) {
				d.Git = d.Constraint
			} else if strings.Contains(d.Constraint, "://") {
				d.URL = d.Constraint
			}
			all = append(all, d)
		}
	}
	return all
}

// localPath returns the folder or archive that the specifier of a dependency names.
// Source: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#local-paths,
// https://yarnpkg.com/protocols
func localPath(specifier string) (string, bool) {
	for _, protocol := range []string{"file:", "link:", "portal:"} {
		if local, ok := strings.CutPrefix(specifier, protocol); ok {
			local, _, _ = strings.Cut(local, "::") // Yarn's own parameters
			return strings.TrimPrefix(local, "//"), true
		}
	}
	for _, start := range []string{"./", "../", "/", "~/"} {
		if strings.HasPrefix(specifier, start) {
			return specifier, true
		}
	}
	return specifier, specifier == "." || specifier == ".."
}

// isGit reports whether a specifier names a repository: by its URL, or owner/name on GitHub.
func isGit(specifier string) bool {
	for _, start := range []string{"git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "gist:"} {
		if strings.HasPrefix(specifier, start) {
			return true
		}
	}
	return strings.Contains(specifier, ".git") && strings.Contains(specifier, "://") ||
		strings.Count(specifier, "/") == 1 && !strings.ContainsAny(specifier, ":@")
}
