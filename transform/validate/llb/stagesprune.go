package llb

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"
	"go.yaml.in/yaml/v3"

	"dopt/transform"
	"dopt/transform/validate"
)

// A pruning is a command with the lock that says what it removes; gone reads that, with the package.json beside it, and returns nil where it
// cannot. anew is true where it installs what is left anew.
type pruning struct {
	command, lock string
	gone          func(lock, manifest []byte) map[string]bool
	anew          bool
}

// prunings are the commands of which the build stage may gain one, as its last, with what tells by a lock which packages they remove from
// node_modules: those that only development needs. Sources: https://docs.npmjs.com/cli/v11/commands/npm-prune, https://pnpm.io/cli/prune,
// https://classic.yarnpkg.com/en/docs/cli/install, https://yarnpkg.com/cli/workspaces/focus
var prunings = []pruning{
	{"npm prune --omit=dev", "package-lock.json", goneOfNPM, false},
	{"pnpm prune --prod --ignore-scripts", "pnpm-lock.yaml", goneOfPNPM, false},
	{"yarn install --production --ignore-scripts --prefer-offline --frozen-lockfile", "yarn.lock", goneOfYarn("# yarn lockfile v1"), true},
	{"yarn workspaces focus --production", "yarn.lock", goneOfYarn("__metadata:"), true},
}

// unpruned returns what the stage that builds makes without a last step, more than the stage had, that removes what only development needs. Such
// a step is judged. last is what it makes.
func (d *division) unpruned(last *node) *node {
	steps := last.history()
	names := last.uninstalls()
	switch {
	case len(steps) != len(d.before.graph.result.history())+1:
		return last
	case last.prunes():
		d.note(d.pruned(last, d.given, d.after.graph.base()))
	case len(names) > 0:
		d.uninstalled(names)
	default:
		return last
	}
	return steps[len(steps)-2]
}

// prunes reports whether a step removes what only development needs, and does nothing else.
func (n *node) prunes() bool {
	exec := n.op.GetExec()
	if exec == nil || len(exec.Mounts) != 1 || exec.Network != pb.NetMode_UNSET || exec.Security != pb.SecurityMode_SANDBOX {
		return false
	}
	script, ok := n.script()
	return ok && slices.ContainsFunc(prunings, func(p pruning) bool { return p.command == script.Text })
}

// addedPruning pairs nothing with a last step that removes what only development needs, of a stage that others copy from.
func (a *alignment) addedPruning(i, j int) bool {
	if !a.claim.Allows(transform.RuntimeStage) || i == 0 || i != len(a.before) || j != len(a.after)-1 || !a.after[j].prunes() {
		return false
	}
	given := received{context: newBuildContext(a.env.Files)}
	lists, _ := given.context.follow(a.before)
	given.deliveries = slices.Concat(lists...)
	a.withoutDevelopment = true
	base := strings.TrimPrefix(from(a.before[0]), "docker-image://")
	a.pairs = append(a.pairs, pair{a.pruned(a.after[j], given, base), nil, j + 1})
	return true
}

// filing are programs that load no package of Node.js.
var filing = strings.Fields("chown chgrp chmod mkdir ln rm useradd groupadd adduser addgroup")

// unused judges whether the steps of a stage that copies from a pruned one may use what that has lost.
func (c *comparison) unused(stage *node) {
	if !c.withoutDevelopment || stage.prunes() {
		return
	}
	for _, s := range scripts(stage.history()) {
		names, known := s.Programs()
		_, installs := s.InstallsPackages()
		if !installs && (!known || slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(filing, path.Base(name)) })) {
			c.note(unsound("%s may use packages that only development has", s.Text))
		}
	}
}

// pruned judges whether an image can do without what only development needs, which a step removes: the lock says what that is, base has
// Node.js, and no source that the stage is given names one of those packages.
func (c *comparison) pruned(step *node, given received, base string) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	script, _ := step.script()
	var gone map[string]bool
	for _, p := range prunings {
		if data, ok := given.Read(path.Join(script.Dir, p.lock)); ok && p.command == script.Text {
			manifest, _ := given.Read(path.Join(script.Dir, "package.json"))
			gone = p.gone(data, manifest)
			if p.anew && changesInstalled(manifest) {
				v = v.Worse(unsound("%s may undo what a script of the project changes of a package", script.Text))
			}
		}
	}
	if gone == nil {
		return unsound("no lock says which packages only development needs")
	}
	if r, _ := c.runtimeOf(base); (r == nil || r.variable != nodeVersion) && distrolessNode(base) == "" {
		v = v.Worse(unsound("the image has no Node.js, and the packages of a project of Node.js are pruned"))
	}
	list, _ := given.Find(validate.Everything)
	for _, p := range list {
		ext := path.Ext(p)
		if !slices.Contains([]string{".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx"}, ext) || testOrSetting(p) {
			continue
		}
		text, _ := given.Read(p)
		for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune("'\"`\n", r) }) {
			if name := packageOf(word); gone[name] {
				v = v.Worse(unsound("%s names %s, which only development has", p, name))
			}
		}
	}
	return v
}

// goneOfNPM returns the packages that a lock of npm says only development needs, nil if it is none.
func goneOfNPM(data, _ []byte) map[string]bool {
	var lock struct {
		Packages map[string]struct {
			Dev bool `json:"dev"`
		} `json:"packages"`
	}
	if json.Unmarshal(data, &lock) != nil || len(lock.Packages) == 0 {
		return nil
	}
	gone := map[string]bool{}
	for folder, p := range lock.Packages {
		if name, ok := strings.CutPrefix(folder, "node_modules/"); ok && p.Dev && !strings.Contains(name, "node_modules/") {
			gone[name] = true
		}
	}
	return gone
}

// goneOfPNPM returns the packages of a lock of pnpm that the project does not name as one that it needs when it runs: no other can be loaded by it.
// It is nil where there are several projects, or none.
func goneOfPNPM(data, _ []byte) map[string]bool {
	type versions map[string]any
	var lock struct {
		Importers map[string]struct {
			Dependencies versions `yaml:"dependencies"`
			Optional     versions `yaml:"optionalDependencies"`
			Development  versions `yaml:"devDependencies"`
		} `yaml:"importers"`
	}
	if yaml.Unmarshal(data, &lock) != nil || len(lock.Importers) != 1 {
		return nil
	}
	gone := map[string]bool{}
	for _, i := range lock.Importers {
		for name := range i.Development {
			if i.Dependencies[name] == nil && i.Optional[name] == nil {
				gone[name] = true
			}
		}
	}
	return gone
}

// goneOfYarn returns what reads a lock of Yarn that has a text: the packages that the project beside it does not name as one that it needs when it
// runs. It is nil where there are several projects.
func goneOfYarn(mark string) func(lock, manifest []byte) map[string]bool {
	return func(lock, manifest []byte) map[string]bool {
		var project struct {
			Dependencies map[string]any `json:"dependencies"`
			Optional     map[string]any `json:"optionalDependencies"`
			Development  map[string]any `json:"devDependencies"`
			Workspaces   any            `json:"workspaces"`
		}
		if json.Unmarshal(manifest, &project) != nil || project.Workspaces != nil || !strings.Contains(string(lock), mark) {
			return nil
		}
		gone := map[string]bool{}
		for name := range project.Development {
			if project.Dependencies[name] == nil && project.Optional[name] == nil {
				gone[name] = true
			}
		}
		return gone
	}
}

// changesInstalled reports whether a package.json has scripts that run when all is installed, or a package that changes others then. Source:
// https://docs.npmjs.com/cli/v11/using-npm/scripts
func changesInstalled(manifest []byte) bool {
	var project struct {
		Scripts, Dependencies, DevDependencies map[string]any
	}
	if json.Unmarshal(manifest, &project) != nil {
		return true
	}
	return slices.ContainsFunc(strings.Fields("preinstall install postinstall prepare"), func(name string) bool { return project.Scripts[name] != nil }) ||
		project.Dependencies["patch-package"] != nil || project.DevDependencies["patch-package"] != nil
}

// packageOf returns the package of a module's name: the first part of a path, or the first two of a scope.
func packageOf(module string) string {
	name, rest, ok := strings.Cut(module, "/")
	if ok && strings.HasPrefix(name, "@") {
		second, _, _ := strings.Cut(rest, "/")
		return name + "/" + second
	}
	return name
}

// testOrSetting reports whether a source is one that tests or tools read, by its name.
func testOrSetting(p string) bool {
	base := path.Base(p)
	return strings.Contains(p, "/test/") || strings.Contains(p, "/tests/") || strings.Contains(p, "/__tests__/") || strings.Contains(p, "/node_modules/") ||
		strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") || strings.Contains(base, ".config.") || strings.Contains(base, ".d.ts") || strings.HasPrefix(base, ".eslintrc")
}
