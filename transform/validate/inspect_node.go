package validate

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// A packageJSON is what counts of a package.json. Source: docs.npmjs.com/cli/configuring-npm/package-json.
type packageJSON struct {
	Scripts              map[string]string `json:"scripts"`
	Dependencies         map[string]string `json:"dependencies"`
	DevDependencies      map[string]string `json:"devDependencies"`
	OptionalDependencies map[string]string `json:"optionalDependencies"`
	Workspaces           json.RawMessage   `json:"workspaces"`
	Bin                  json.RawMessage   `json:"bin"`
	Resolutions          json.RawMessage   `json:"resolutions"`
	Overrides            json.RawMessage   `json:"overrides"`
	PNPM                 json.RawMessage   `json:"pnpm"`
}

// lifecycle are the scripts that an install runs. Source: docs.npmjs.com/cli/using-npm/scripts, "Life Cycle Operation Order".
var lifecycle = []string{"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare", "dependencies"}

// lifecyclePrograms are programs that lifecycle scripts run, and what each reads of the project.
var lifecyclePrograms = map[string][]string{
	"husky": nil, "is-ci": nil, "only-allow": nil, "opencollective": nil, "opencollective-postinstall": nil, "patch-package": {"patches"},
	"prisma": {"prisma", "schema.prisma", "prisma.config.ts", "prisma.config.js", ".env"},
}

// inspectNode follows package.json: workspaces, dependencies that are folders, scripts that the install runs.
func inspectNode(n *inspection) {
	if n.Downloads() {
		return
	}
	root, ok := n.packageJSON(path.Join(n.dir, "package.json"))
	if !ok {
		return
	}
	n.workspaceAbove()
	settings, pnpm := n.text(path.Join(n.dir, "pnpm-workspace.yaml"))
	if len(root.Workspaces) > 0 || pnpm {
		n.workspaces(append(workspacePatterns(root.Workspaces), listed(settings)...))
	}
	if !n.keepsLock() {
		n.nodeLock(root)
	}
}

// packageJSON reads one package.json and what it names.
func (n *inspection) packageJSON(p string) (m packageJSON, ok bool) {
	text, ok := n.text(p)
	if !ok {
		return m, false
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		n.doubt("%s cannot be read: %v", p, err)
		return m, false
	}
	for _, deps := range []map[string]string{m.Dependencies, m.DevDependencies, m.OptionalDependencies} {
		for _, name := range slices.Sorted(maps.Keys(deps)) {
			if dir, ok := localDependency(deps[name]); ok {
				n.needsFile(path.Join(path.Dir(p), dir))
			}
		}
	}
	n.replacements(p, m)
	if n.runsScripts(path.Dir(p)) {
		n.lifecycle(p, m)
	}
	return m, true
}

// replacements follows packages that are patched or replaced: patches are in one of two folders by convention.
// Source: yarnpkg.com/protocol/patch, pnpm.io/cli/patch.
func (n *inspection) replacements(p string, m packageJSON) {
	text := string(m.Resolutions) + string(m.Overrides) + string(m.PNPM)
	if mentions(text, `"file:`, `"link:`, `"portal:`) != "" {
		n.refuse("%s replaces packages by folders of the source", p)
	}
	if mentions(text, "patch:", "patchedDependencies") != "" {
		n.needsFile(path.Join(path.Dir(p), "patches"))
	}
}

// localDependency returns the path of a dependency that is a folder or an archive of the project.
func localDependency(spec string) (dir string, ok bool) {
	if strings.HasPrefix(spec, "patch:") {
		return "patches", true
	}
	for _, prefix := range []string{"file:", "link:", "portal:"} {
		if rest, ok := strings.CutPrefix(spec, prefix); ok {
			return rest, true
		}
	}
	return spec, strings.HasPrefix(spec, ".") || strings.HasPrefix(spec, "/") || strings.HasPrefix(spec, "~/")
}

// runsScripts reports whether the install runs the scripts of the package in dir.
func (n *inspection) runsScripts(dir string) bool {
	if n.has("--ignore-scripts") {
		return false
	}
	if data, ok := n.view.Read(path.Join(dir, ".npmrc")); ok && strings.Contains(strings.ReplaceAll(string(data), " ", ""), "ignore-scripts=true") {
		return false
	}
	return true
}

func (n *inspection) lifecycle(p string, m packageJSON) {
	if kind, _ := n.view.Stat(path.Join(path.Dir(p), "binding.gyp")); kind == File {
		n.refuse("binding.gyp makes %s compile the source", n.Install)
	}
	for _, name := range lifecycle {
		if text := m.Scripts[name]; text != "" {
			n.lifecycleScript(p, m, name, text)
		}
	}
}

// lifecycleScript judges one script that the install runs.
func (n *inspection) lifecycleScript(p string, m packageJSON, name, text string) {
	s, _ := NewScript([]string{"/bin/sh", "-c", text})
	s.Dir, s.Env, s.User = path.Dir(p), n.call.script.Env, n.call.script.User
	u, err := s.unit()
	if err != nil {
		n.refuse("%s runs %q of %s, which cannot be read", n.Install, name, p)
		return
	}
	for _, c := range u.all() {
		program := c.program
		if (program == "npx" || program == "yarn") && len(c.operands()) > 0 {
			program = c.operands()[0]
		}
		needs, known := lifecyclePrograms[program]
		switch {
		case commands[program] == touchesNothing && hasKey(commands, program), program == "node" && n.nodeAlone(path.Dir(p), c):
		case !known, program == "prisma" && !slices.Contains(c.args, "generate"):
			n.refuse("%s runs %q of %s: %s, which may need the source", n.Install, name, p, text)
			return
		case program == "husky" && oldHusky(m):
			needs = []string{".git"}
		}
		for _, f := range needs {
			n.needsFile(path.Join(path.Dir(p), f))
		}
	}
}

func hasKey[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

// oldHusky reports whether the version of husky may be one that fails where there is no .git:
// before 7. Source: typicode/husky, releases.
func oldHusky(m packageJSON) bool {
	v := m.DevDependencies["husky"]
	if v == "" {
		v = m.Dependencies["husky"]
	}
	major, _, _ := strings.Cut(strings.TrimLeft(v, "^~>=v "), ".")
	return len(major) == 0 || len(major) == 1 && (major < "7" || major > "9")
}

// workspacePatterns returns the patterns of the field "workspaces", which is a list or has one.
func workspacePatterns(field json.RawMessage) (patterns []string) {
	var yarn struct{ Packages []string }
	if json.Unmarshal(field, &patterns) != nil && json.Unmarshal(field, &yarn) == nil {
		return yarn.Packages
	}
	return patterns
}

// listed returns the entries of the lists in a file of YAML, quotes aside.
func listed(yaml string) (entries []string) {
	for line := range strings.Lines(yaml) {
		if entry, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok {
			entries = append(entries, strings.Trim(strings.TrimSpace(entry), `"'`))
		}
	}
	return entries
}

// isMember reports whether patterns may name a folder of a workspace; any may where one is not plain.
func isMember(dir string, patterns []string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		p = strings.Trim(strings.TrimPrefix(p, "./"), "/")
		switch {
		case strings.HasPrefix(p, "!"):
			return false
		case strings.Contains(p, "**") || strings.ContainsAny(p, "{}()[]#:\\@+"):
			return true
		}
		ok, err := path.Match(p, dir)
		return ok || err != nil
	})
}

// workspaces follows the packages of a workspace. The install links their programs, so that those must be there.
func (n *inspection) workspaces(patterns []string) {
	area := Area{Dir: n.dir, Name: "package.json", Deep: true}
	paths, ok := n.view.Find(area)
	if !ok {
		n.doubt("the packages of the workspace in %s cannot be told", n.dir)
		return
	}
	for _, p := range paths {
		dir, _ := below(path.Dir(p), n.dir)
		if p == path.Join(n.dir, "package.json") || strings.Contains(p, "/node_modules/") || !isMember(dir, patterns) {
			continue
		}
		if m, ok := n.packageJSON(p); ok {
			for _, bin := range programsOf(m.Bin) {
				n.needsFile(path.Join(path.Dir(p), bin))
			}
		}
	}
}

// programsOf returns the paths in the field "bin", which is one path or several by name.
func programsOf(bin json.RawMessage) []string {
	var one string
	if json.Unmarshal(bin, &one) == nil {
		return []string{one}
	}
	var several map[string]string
	if json.Unmarshal(bin, &several) != nil {
		return nil
	}
	return slices.Sorted(maps.Values(several))
}

// workspaceAbove refuses a package that belongs to a workspace whose root is above it.
func (n *inspection) workspaceAbove() {
	for dir := n.dir; dir != "/"; {
		dir = path.Dir(dir)
		data, ok := n.view.Read(path.Join(dir, "package.json"))
		var m packageJSON
		if ok && json.Unmarshal(data, &m) == nil && len(m.Workspaces) > 0 {
			n.refuse("%s is part of the workspace in %s", n.dir, dir)
			return
		}
	}
}

// nodeLock checks that the lock file says what package.json asks for, so that the install has no reason to
// change it.
func (n *inspection) nodeLock(m packageJSON) {
	p := path.Join(n.dir, n.installer.lock)
	switch kind, ok := n.view.Stat(p); {
	case ok && kind == Absent:
		return
	case !ok:
		n.mayRewrite(p)
		return
	}
	data, _ := n.view.Read(p)
	fits := false
	switch n.installer.lock {
	case "package-lock.json":
		fits = npmLockFits(data, m)
	case "yarn.lock":
		fits = yarnLockFits(string(data), m)
	}
	if !fits || len(m.Workspaces) > 0 {
		n.mayRewrite(p)
	}
}

// npmLockFits compares the root package of a lock file with package.json. npm rewrites lock
// files of version 1. Source: docs.npmjs.com/cli/configuring-npm/package-lock-json.
func npmLockFits(data []byte, m packageJSON) bool {
	var lock struct {
		Version  int                    `json:"lockfileVersion"`
		Packages map[string]packageJSON `json:"packages"`
	}
	if json.Unmarshal(data, &lock) != nil || lock.Version < 2 {
		return false
	}
	root, ok := lock.Packages[""]
	return ok && maps.Equal(root.Dependencies, m.Dependencies) && maps.Equal(root.DevDependencies, m.DevDependencies) &&
		maps.Equal(root.OptionalDependencies, m.OptionalDependencies)
}

// yarnLockFits reports whether each dependency has its entry.
func yarnLockFits(lock string, m packageJSON) bool {
	for _, deps := range []map[string]string{m.Dependencies, m.DevDependencies, m.OptionalDependencies} {
		for name, want := range deps {
			entry := name + "@" + want
			berry := name + "@npm:" + want
			if !slices.ContainsFunc([]string{entry, berry}, func(e string) bool {
				return mentions(lock, e+":", e+`"`, e+",") != ""
			}) {
				return false
			}
		}
	}
	return true
}
