package system

import (
	"path"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// npmLocks are the lock files of npm. Those of version 2 and later say of each package whether it runs a script when it is
// installed; without one nothing is compiled. Source: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
var npmLocks = []string{"npm-shrinkwrap.json", "package-lock.json"}

// plainNode reports whether the lock file beside a manifest, or above it, says that a package of Node.js runs nothing when it
// is installed.
func (t *translation) plainNode(name string, because transform.Evidence) bool {
	for dir := path.Dir(because.Source); ; dir = path.Dir(dir) {
		scripts, read := t.scripts[dir]
		if !read {
			scripts = t.readScripts(dir)
			t.scripts[dir] = scripts
		}
		if scripts != nil || dir == "." || dir == "/" {
			runs, locked := scripts[name]
			return locked && !runs
		}
	}
}

// readScripts returns which of the locked packages run a script when they are installed, nil where no lock file says so.
func (t *translation) readScripts(dir string) map[string]bool {
	for _, file := range npmLocks {
		var lock struct {
			Version  int `json:"lockfileVersion"`
			Packages map[string]struct {
				Script bool `json:"hasInstallScript"`
			} `json:"packages"`
		}
		if t.files == nil {
			return nil
		}
		if _, err := manifest.ReadJSON(t.files, path.Join(dir, file), &lock); err != nil || lock.Version < 2 {
			continue
		}
		scripts := make(map[string]bool, len(lock.Packages))
		for folder, p := range lock.Packages {
			const modules = "node_modules/"
			if i := strings.LastIndex(folder, modules); i >= 0 {
				name := folder[i+len(modules):]
				scripts[name] = scripts[name] || p.Script
			}
		}
		return scripts
	}
	return nil
}
