package dotnet

import (
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

// Dependencies returns the packages that the projects in dir, and those that they build upon, ask
// for, then those that only other packages ask for, by packages.lock.json.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	c := closure{fsys: fsys, loaded: map[string]*Project{}}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		var err error
		switch ext := path.Ext(name); {
		case ext == ".sln" || ext == ".slnx":
			err = c.solution(name, transform.Evidence{})
		case isProject(name):
			err = c.project(name, transform.Evidence{})
		}
		if err != nil {
			return nil, err
		}
	}
	names := slices.Sorted(maps.Keys(c.loaded))
	versions := map[string]string{}
	for _, name := range names {
		for _, v := range c.loaded[name].Versions {
			versions[strings.ToLower(v.Name)] = v.Version
		}
	}
	var all []manifest.Dependency
	for _, name := range names {
		for _, r := range c.loaded[name].Packages {
			all = append(all, dependency(r, versions))
		}
		if isProject(name) {
			locked, err := transitive(fsys, path.Join(path.Dir(name), "packages.lock.json"))
			if err != nil {
				return nil, err
			}
			all = append(all, locked...)
		}
	}
	return all, nil
}

// dependency completes a package reference by the versions that are managed centrally.
func dependency(r Reference, versions map[string]string) manifest.Dependency {
	d := manifest.Dependency{Name: r.Name, Constraint: r.Version, Source: r.Source}
	if d.Constraint == "" {
		d.Constraint = versions[strings.ToLower(r.Name)]
	}
	// A version alone means that one or, where it does not exist, the next later one.
	if exact := strings.Trim(d.Constraint, "[]"); !strings.ContainsAny(exact, "*(),$[]") {
		d.Version = exact
	}
	if r.Private {
		d.Group = "build"
	}
	return d
}

var memberName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"([^"\\]+)"\s*:`) })

// transitive returns what a lock file lists beyond the project's own packages.
func transitive(fsys fs.FS, name string) ([]manifest.Dependency, error) {
	if !manifest.IsFile(fsys, name) {
		return nil, nil
	}
	var lock struct {
		Dependencies map[string]map[string]struct {
			Type     string `json:"type"`
			Resolved string `json:"resolved"`
		} `json:"dependencies"`
	}
	data, err := manifest.ReadJSON(fsys, name, &lock)
	if err != nil {
		return nil, err
	}
	found := map[string]manifest.Dependency{}
	lines := manifest.FirstLines(data, memberName())
	var names []string
	for _, framework := range slices.Sorted(maps.Keys(lock.Dependencies)) {
		for id, p := range lock.Dependencies[framework] {
			if _, seen := found[id]; p.Type != "Transitive" || seen {
				continue
			}
			names = append(names, id)
			found[id] = manifest.Dependency{
				Name: id, Version: p.Resolved, Transitive: true,
				Source: transform.Evidence{Source: name, Line: lines[id], Text: id},
			}
		}
	}
	slices.Sort(names)
	var all []manifest.Dependency
	for _, id := range names {
		all = append(all, found[id])
	}
	return all, nil
}
