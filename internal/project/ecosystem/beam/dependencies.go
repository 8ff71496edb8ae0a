package beam

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

var dependencyPatterns = sync.OnceValue(func() (p struct{ mix, only, git, path, mixLock, rebar, rebarLock *regexp.Regexp }) {
	p.mix = regexp.MustCompile(`\{\s*:(\w+)\s*,\s*(?:"([~><=!\d][^"]*)"|(?:path|git|github|in_umbrella|hex|only|runtime|override|env|app|compile|branch|tag|ref|sparse|organization|optional|targets|manager):)(.*)`)
	p.only = regexp.MustCompile(`\bonly:\s*\[?\s*:(\w+)`)
	p.git = regexp.MustCompile(`\b(?:git|github):\s*"([^"#]+)"`)
	p.path = regexp.MustCompile(`\bpath:\s*"([^"#]+)"`)
	p.mixLock = regexp.MustCompile(`^"([^"]+)":\s*\{:(hex|git),\s*(?::\w+|"([^"]*)"),\s*"([^"]*)"`)
	p.rebar = regexp.MustCompile(`\{\s*(\w+)\s*,\s*(?:"([^"]*)"|\{\s*git\s*,\s*"([^"]*)")`)
	p.rebarLock = regexp.MustCompile(`\{<<"([^"]+)">>,\s*\{(pkg|git),\s*<*"([^"]*)">*,\s*<*"?([^">]*)`)
	return p
})

// Dependencies returns what the mix.exs or rebar.config in dir asks for, as far as it names it in so many
// words, then what only they ask for, by the lock file.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	name, lock, comment, read := path.Join(dir, "mix.exs"), path.Join(dir, "mix.lock"), "#", mixDependency
	if !manifest.IsFile(fsys, name) {
		name, lock, comment, read = path.Join(dir, "rebar.config"), path.Join(dir, "rebar.lock"), "%", rebarDependency
	}
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	locked, order, err := readLock(fsys, lock)
	if err != nil {
		return nil, err
	}
	var all []manifest.Dependency
	inDeps := comment == "#"
	for n, line := range manifest.Code(data, comment) {
		if rest, ok := strings.CutPrefix(line, "{deps"); ok && comment == "%" {
			inDeps, line = true, rest
		}
		for entry := range strings.SplitAfterSeq(line, "},") {
			d, ok := read(entry, dir)
			if !inDeps || !ok {
				continue
			}
			d.Version = locked[d.Name].Version
			d.Source = transform.Evidence{Source: name, Line: n, Text: d.Name}
			delete(locked, d.Name)
			all = append(all, d)
		}
		inDeps = inDeps && !strings.HasSuffix(line, "]}.")
	}
	for _, name := range order {
		if d, ok := locked[name]; ok {
			all = append(all, d)
		}
	}
	return all, nil
}

// readLock returns the packages of a mix.lock or rebar.lock, and their order there.
func readLock(fsys fs.FS, name string) (map[string]manifest.Dependency, []string, error) {
	locked := map[string]manifest.Dependency{}
	var order []string
	data, err := manifest.Read(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return locked, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p := dependencyPatterns()
	for n, line := range manifest.Code(data, "%{") {
		m := p.mixLock.FindStringSubmatch(line)
		if m == nil {
			m = p.rebarLock.FindStringSubmatch(line)
		}
		if m == nil {
			continue
		}
		d := manifest.Dependency{Name: m[1], Transitive: true, Source: transform.Evidence{Source: name, Line: n, Text: m[1]}}
		if m[2] == "git" {
			d.Git = m[3]
		} else {
			d.Version = m[4]
		}
		if _, known := locked[m[1]]; !known {
			order = append(order, m[1])
		}
		locked[m[1]] = d
	}
	return locked, order, nil
}

// mixDependency reads an entry such as {:jason, "~> 1.4", only: :test}.
func mixDependency(entry, dir string) (manifest.Dependency, bool) {
	p := dependencyPatterns()
	m := p.mix.FindStringSubmatch(entry)
	if m == nil {
		return manifest.Dependency{}, false
	}
	d := manifest.Dependency{Name: m[1], Constraint: m[2]}
	if only := p.only.FindStringSubmatch(entry); only != nil && only[1] != "prod" {
		d.Group = only[1]
	}
	if git := p.git.FindStringSubmatch(entry); git != nil {
		d.Git = git[1]
	}
	if folder := p.path.FindStringSubmatch(entry); folder != nil {
		d.Path, _ = manifest.Resolve(dir, folder[1])
	}
	return d, true
}

// rebarDependency reads an entry such as {cowboy, "2.10.0"}.
func rebarDependency(entry, _ string) (manifest.Dependency, bool) {
	m := dependencyPatterns().rebar.FindStringSubmatch(entry)
	if m == nil {
		return manifest.Dependency{}, false
	}
	return manifest.Dependency{Name: m[1], Constraint: m[2], Git: m[3]}, true
}
