package node

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
)

// YarnMajor returns the major version of Yarn that the project in a folder is for: "1" unless something says that it is a later one, "" where that
// does not say which. Sources: https://yarnpkg.com/migration/guide, https://yarnpkg.com/configuration/yarnrc#yarnPath
func YarnMajor(fsys fs.FS, dir string) string {
	p, err := ReadPackage(fsys, path.Join(dir, "package.json"))
	version, asked := "", false
	if err == nil {
		version, asked = strings.CutPrefix(string(p.PackageManager), "yarn@")
	}
	version, _, _ = strings.Cut(version, ".")
	old := version == "0" || version == "1"
	var rc Yarnrc
	if _, err := manifest.ReadYAML(fsys, path.Join(dir, ".yarnrc.yml"), &rc); err == nil || manifest.IsFile(fsys, path.Join(dir, ".yarnrc.yml")) {
		if file, ok := strings.CutPrefix(path.Base(rc.YarnPath), "yarn-"); ok {
			version, _, _ = strings.Cut(file, ".")
		} else if old || !asked {
			return ""
		}
		return version
	}
	if asked {
		if old {
			return "1"
		}
		return version
	}
	lock, err := manifest.Read(fsys, path.Join(dir, "yarn.lock"))
	if err == nil && strings.Contains(string(lock[:min(len(lock), 1000)]), "__metadata:") {
		return ""
	}
	return "1"
}

// A yarnEntry is one of a yarn.lock.
type yarnEntry struct {
	Locked
	// answers are the specifiers that it answers, needs those that it asks for.
	answers, needs []string
}

// readYarn reads a yarn.lock of Yarn 1 or of a later one: entries begin with the specifiers that they answer, at the beginning of a line. What
// only development needs is told by the package.json beside it, unless that has workspaces.
func readYarn(fsys fs.FS, name string) ([]Locked, error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	entries := yarnEntries(string(data))
	var shipped map[string]bool
	if p, err := ReadPackage(fsys, path.Join(path.Dir(name), "package.json")); err == nil && len(p.Workspaces) == 0 {
		shipped = yarnProduction(p, entries)
	}
	var all []Locked
	for _, e := range entries {
		e.Dev = shipped != nil && !slices.ContainsFunc(e.answers, func(s string) bool { return shipped[s] })
		all = append(all, e.Locked)
	}
	return all, nil
}

// yarnEntries reads the entries of a yarn.lock, but for those of the project's own packages.
func yarnEntries(text string) (entries []*yarnEntry) {
	var entry *yarnEntry
	section, number := "", 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " "):
			entry, section = newYarnEntry(line, number), ""
			if entry != nil {
				entries = append(entries, entry)
			}
		case entry == nil:
		case strings.HasPrefix(line, "    "):
			entry.add(section, line)
		default:
			section = strings.TrimSuffix(strings.TrimSpace(line), ":")
			entry.set(line)
		}
	}
	return entries
}

// newYarnEntry returns the entry that begins with a line, nil for __metadata and packages of the project.
func newYarnEntry(line string, number int) *yarnEntry {
	e := &yarnEntry{Locked: Locked{Line: number}}
	for s := range strings.SplitSeq(strings.TrimSuffix(line, ":"), ",") {
		e.answers = append(e.answers, strings.Trim(s, ` "`))
	}
	name, _, ok := cutSpecifier(e.answers[0])
	if !ok || strings.Contains(e.answers[0], "@workspace:") {
		return nil
	}
	e.Name = name
	return e
}

// cutSpecifier cuts name@range, where the name may have a scope.
func cutSpecifier(s string) (name, constraint string, ok bool) {
	at := strings.IndexByte(strings.TrimPrefix(s, "@"), '@')
	if at < 0 {
		return "", "", false
	}
	if strings.HasPrefix(s, "@") {
		at++
	}
	return s[:at], s[at+1:], true
}

// set takes a field of an entry: version "1.0.0" or version: 1.0.0.
func (e *yarnEntry) set(line string) {
	key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch strings.TrimSuffix(key, ":") {
	case "version":
		e.Version = strings.Trim(value, `"`)
	case "resolved":
		e.URL = strings.Trim(value, `"`)
	}
}

// add takes a line of a section of an entry: name "^1.0.0" or name: "npm:^1.0.0".
func (e *yarnEntry) add(section, line string) {
	name, constraint, _ := strings.Cut(strings.TrimSpace(line), " ")
	name = strings.Trim(strings.TrimSuffix(name, ":"), `"`)
	switch section {
	case "dependencies", "optionalDependencies":
		e.needs = append(e.needs, name+"@"+strings.Trim(constraint, `"`))
	case "peerDependencies":
		e.Peers = append(e.Peers, name)
	}
}

// yarnProduction returns the specifiers that a project leads to besides what only development needs, nil where the lock does not answer one.
func yarnProduction(p *Package, entries []*yarnEntry) map[string]bool {
	answers := map[string]*yarnEntry{}
	for _, e := range entries {
		for _, s := range e.answers {
			answers[s] = e
		}
	}
	var left []string
	for _, list := range []texts{p.Dependencies, p.Optional} {
		for name, constraint := range list {
			left = append(left, name+"@"+constraint)
		}
	}
	reached := map[string]bool{}
	for len(left) > 0 {
		s := left[len(left)-1]
		left = left[:len(left)-1]
		e, ok := answers[s]
		if name, constraint, _ := cutSpecifier(s); !ok { // since Yarn 2 a lock says where from, and a package.json need not
			s = name + "@npm:" + constraint
			e, ok = answers[s]
		}
		switch {
		case !ok:
			return nil
		case !reached[s]:
			reached[s] = true
			left = append(left, e.needs...)
		}
	}
	return reached
}
