package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
)

// A Locked is one package of a lock file.
type Locked struct {
	Name, Version string
	// URL is where it was found, "" where the lock does not say.
	URL string
	// Dev is true for what only development needs, where the lock says so.
	Dev bool
	// InstallScript is true where the lock says that it runs code when it is installed.
	InstallScript bool
	// Peers are the packages that it loads where the project has them, optional ones among them, as a lock of npm says from version 2 on, and one of pnpm.
	Peers []string
	// Line is where it stands, counted from 1, 0 where that is not known.
	Line int
}

// lockReaders read the lock files, in the order in which one is looked for.
var lockReaders = []struct {
	name string
	read func(fsys fs.FS, name string) ([]Locked, error)
}{
	{"npm-shrinkwrap.json", readNPM},
	{"package-lock.json", readNPM},
	{"pnpm-lock.yaml", readPNPM},
	{"yarn.lock", readYarn},
	{"bun.lock", readBun},
}

// ReadLock reads a lock file; its name says of which manager. Packages of the project itself are
// left out. The error begins with its path.
func ReadLock(fsys fs.FS, name string) ([]Locked, error) {
	for _, r := range lockReaders {
		if r.name == path.Base(name) {
			return r.read(fsys, name)
		}
	}
	return nil, fmt.Errorf("%s: no lock file that can be read", name)
}

// An npmLocked is an entry of a package-lock.json; those of version 1 are nested.
type npmLocked struct {
	Version      text                 `json:"version"`
	Resolved     text                 `json:"resolved"`
	Dev          bool                 `json:"dev"`
	Link         bool                 `json:"link"`
	Script       bool                 `json:"hasInstallScript"`
	Dependencies map[string]npmLocked `json:"dependencies"`
}

// readNPM reads a package-lock.json of any version.
// Source: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
func readNPM(fsys fs.FS, name string) ([]Locked, error) {
	var lock struct {
		// Packages are by folder since version 2; their dependencies are constraints.
		Packages map[string]struct {
			Version  text  `json:"version"`
			Resolved text  `json:"resolved"`
			Dev      bool  `json:"dev"`
			Link     bool  `json:"link"`
			Script   bool  `json:"hasInstallScript"`
			Peers    texts `json:"peerDependencies"`
		} `json:"packages"`
		Dependencies map[string]npmLocked `json:"dependencies"`
	}
	data, err := manifest.ReadJSON(fsys, name, &lock)
	if err != nil {
		return nil, err
	}
	finder := manifest.NewFinder(name, data)
	var all []Locked
	for _, folder := range slices.Sorted(maps.Keys(lock.Packages)) {
		i := strings.LastIndex(folder, "node_modules/")
		if e := lock.Packages[folder]; i >= 0 && !e.Link {
			all = append(all, Locked{
				Name: folder[i+len("node_modules/"):], Version: string(e.Version), URL: string(e.Resolved), Dev: e.Dev, InstallScript: e.Script, Peers: slices.Sorted(maps.Keys(e.Peers)),
				Line: finder.Find(`"` + folder + `"`).Line,
			})
		}
	}
	if lock.Packages == nil {
		all = appendNested(all, lock.Dependencies, finder)
	}
	return all, nil
}

func appendNested(all []Locked, entries map[string]npmLocked, finder *manifest.Finder) []Locked {
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		e := entries[name]
		if !strings.HasPrefix(string(e.Version), "file:") {
			all = append(all, Locked{Name: name, Version: string(e.Version), URL: string(e.Resolved), Dev: e.Dev, Line: finder.Find(`"` + name + `"`).Line})
		}
		all = appendNested(all, e.Dependencies, finder)
	}
	return all
}

// readPNPM reads a pnpm-lock.yaml. The keys of its packages are /name/1.0.0 (version 5),
// /name@1.0.0(peers) (6) or name@1.0.0 (9).
func readPNPM(fsys fs.FS, name string) ([]Locked, error) {
	var lock pnpmLock
	data, err := manifest.ReadYAML(fsys, name, &lock)
	if err != nil {
		return nil, err
	}
	shipped, known := lock.production()
	finder := manifest.NewFinder(name, data)
	var all []Locked
	for _, key := range slices.Sorted(maps.Keys(lock.Packages)) {
		e := lock.Packages[key]
		l := Locked{
			Name: e.Name, Version: e.Version, Dev: e.Dev || known && !shipped[key], InstallScript: e.RequiresBuild,
			Peers: slices.Sorted(maps.Keys(e.Peers)), Line: finder.Find(key).Line,
		}
		if l.Name == "" {
			id, _, _ := strings.Cut(strings.TrimPrefix(key, "/"), "(")
			end := strings.LastIndexByte(id, '@')
			if end <= 0 {
				end = strings.LastIndexByte(id, '/')
			}
			if end <= 0 {
				continue
			}
			l.Name, l.Version = id[:end], id[end+1:]
		}
		all = append(all, l)
	}
	return all, nil
}

// A pnpmLock is what is read of a pnpm-lock.yaml. From version 9 on what a package needs is in its snapshots, one for each set of peers.
type pnpmLock struct {
	Importers map[string]struct {
		Dependencies map[string]pnpmVersion `yaml:"dependencies"`
		Optional     map[string]pnpmVersion `yaml:"optionalDependencies"`
	} `yaml:"importers"`
	Packages map[string]struct {
		Name          string            `yaml:"name"`
		Version       string            `yaml:"version"`
		Dev           bool              `yaml:"dev"`
		RequiresBuild bool              `yaml:"requiresBuild"`
		Peers         map[string]string `yaml:"peerDependencies"`
	} `yaml:"packages"`
	Snapshots map[string]struct {
		Dependencies map[string]string `yaml:"dependencies"`
		Optional     map[string]string `yaml:"optionalDependencies"`
	} `yaml:"snapshots"`
}

// A pnpmVersion is the version that a dependency of the project has got.
type pnpmVersion struct {
	Version string `yaml:"version"`
}

// production returns the keys of the packages that the project needs besides what only development does; known is false where the lock is
// older than version 9, or names one that it does not have.
func (l pnpmLock) production() (keys map[string]bool, known bool) {
	if len(l.Snapshots) == 0 {
		return nil, false
	}
	var left []string
	for _, i := range l.Importers {
		for name, v := range i.Dependencies {
			left = append(left, l.snapshot(name, v.Version))
		}
		for name, v := range i.Optional {
			left = append(left, l.snapshot(name, v.Version))
		}
	}
	keys, seen := map[string]bool{}, map[string]bool{}
	for len(left) > 0 {
		id := left[len(left)-1]
		left = left[:len(left)-1]
		if id == "" {
			return nil, false
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		key, _, _ := strings.Cut(id, "(")
		keys[key] = true
		for _, list := range []map[string]string{l.Snapshots[id].Dependencies, l.Snapshots[id].Optional} {
			for name, version := range list {
				left = append(left, l.snapshot(name, version))
			}
		}
	}
	return keys, true
}

// snapshot returns the key of the snapshot that a dependency names, "" if there is none; the version of one under another name is that key.
func (l pnpmLock) snapshot(name, version string) string {
	for _, id := range []string{name + "@" + version, version} {
		if _, ok := l.Snapshots[id]; ok {
			return id
		}
	}
	return ""
}

// readBun reads a bun.lock, which is JSON with commas behind the last elements: each package is a
// list that begins with name@version. Source: https://bun.com/docs/pm/lockfile
func readBun(fsys fs.FS, name string) ([]Locked, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string][]any `json:"packages"`
	}
	if err := json.Unmarshal(withoutLastCommas(data), &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	finder := manifest.NewFinder(name, data)
	var all []Locked
	for _, key := range slices.Sorted(maps.Keys(lock.Packages)) {
		var id string
		if e := lock.Packages[key]; len(e) > 0 {
			id, _ = e[0].(string)
		}
		if at := strings.LastIndexByte(id, '@'); at > 0 && !strings.Contains(id, "@workspace:") {
			all = append(all, Locked{Name: id[:at], Version: id[at+1:], Line: finder.Find(`"` + key + `": [`).Line})
		}
	}
	return all, nil
}

// withoutLastCommas returns data with blanks for the commas that JSON does not allow.
func withoutLastCommas(data []byte) []byte {
	data = bytes.Clone(data)
	comma, quoted := -1, false
	for i, c := range data {
		switch {
		case quoted:
			// An escaped quote does not end a text; an escaped backslash before one does not escape it.
			if c == '"' && !escaped(data[:i]) {
				quoted = false
			}
		case c == '"':
			quoted, comma = true, -1
		case c == ',':
			comma = i
		case c == ']' || c == '}':
			if comma >= 0 {
				data[comma] = ' '
			}
			comma = -1
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			comma = -1
		}
	}
	return data
}

// escaped reports whether before ends in an odd number of backslashes.
func escaped(before []byte) bool {
	return (len(before)-len(bytes.TrimRight(before, `\`)))%2 == 1
}

// Dependencies returns what the package in dir and those of its workspaces ask for, with the
// versions of the lock file beside it, and what only others ask for. It is an error where a
// manifest or the lock cannot be read.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	root, err := ReadPackage(fsys, path.Join(dir, "package.json"))
	if err != nil {
		return nil, err
	}
	g := &gatherer{fsys: fsys, root: dir}
	if manifest.IsFile(fsys, path.Join(dir, "pnpm-workspace.yaml")) {
		g.manager = "pnpm"
	}
	members, err := g.workspaces(root)
	if err != nil {
		return nil, err
	}
	all := root.Direct()
	own := map[string]bool{string(root.Name): true}
	for _, member := range members {
		p, err := ReadPackage(fsys, path.Join(member, "package.json"))
		if err != nil {
			return nil, err
		}
		own[string(p.Name)] = true
		all = append(all, p.Direct()...)
	}
	all = slices.DeleteFunc(all, func(d manifest.Dependency) bool { return own[d.Name] })
	for _, r := range lockReaders {
		if file := path.Join(dir, r.name); manifest.IsFile(fsys, file) {
			locked, err := r.read(fsys, file)
			if err != nil {
				return nil, err
			}
			return withLock(all, file, locked), nil
		}
	}
	return all, nil
}

// withLock completes direct dependencies by a lock file, and adds what only others ask for. Where
// a package is there in several versions, the direct one is the first of the lock.
func withLock(direct []manifest.Dependency, file string, locked []Locked) []manifest.Dependency {
	asked := map[string][]int{}
	for i, d := range direct {
		asked[d.Name] = append(asked[d.Name], i)
	}
	all := direct
	for _, l := range locked {
		taken := false
		for _, i := range asked[l.Name] {
			if all[i].Version == "" {
				all[i].Version, all[i].InstallScript, taken = l.Version, l.InstallScript, true
			}
		}
		if taken {
			continue
		}
		d := manifest.Dependency{Name: l.Name, Version: l.Version, InstallScript: l.InstallScript, Transitive: true}
		if l.Dev {
			d.Group = "dev"
		}
		d.Source.Source, d.Source.Line, d.Source.Text = file, l.Line, l.Name
		all = append(all, d)
	}
	return all
}
