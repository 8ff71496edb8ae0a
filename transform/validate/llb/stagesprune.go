package llb

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform/validate"
)

// pruning is the one command that the build stage may gain, as its last: it removes from node_modules what only development needs. Source:
// https://docs.npmjs.com/cli/v11/commands/npm-prune
const pruning = "npm prune --omit=dev"

// unpruned returns what the build stage makes without a last step, more than the stage had, that removes what only development needs. Such
// a step is judged.
func (d *division) unpruned() *node {
	steps := d.builder.graph.result.history()
	last := d.builder.graph.result
	if len(steps) != len(d.before.graph.result.history())+1 || last.op.GetExec() == nil {
		return last
	}
	script, ok := last.script()
	if exec := last.op.GetExec(); !ok || script.Text != pruning || len(exec.Mounts) != 1 || exec.Network != pb.NetMode_UNSET || exec.Security != pb.SecurityMode_SANDBOX {
		return last
	}
	d.pruned(script)
	return steps[len(steps)-2]
}

// pruned judges whether the image can do without what only development needs: the lock says what that is, node starts the program, and no
// source names one of those packages.
func (d *division) pruned(s validate.Script) {
	var lock struct {
		Packages map[string]struct {
			Dev bool `json:"dev"`
		} `json:"packages"`
	}
	data, ok := d.given.Read(path.Join(s.Dir, "package-lock.json"))
	if !ok || json.Unmarshal(data, &lock) != nil || len(lock.Packages) == 0 {
		d.note(unsound("no lock of npm says which packages only development needs"))
		return
	}
	if r, _ := d.runtimeOf(d.after.graph.base()); r == nil || r.variable != "NODE_VERSION" {
		d.note(unsound("the image has no Node.js, and the packages of a project of Node.js are pruned"))
	}
	gone := map[string]bool{}
	for folder, p := range lock.Packages {
		if name, ok := strings.CutPrefix(folder, "node_modules/"); ok && p.Dev && !strings.Contains(name, "node_modules/") {
			gone[name] = true
		}
	}
	d.eachGiven(func(p string) {
		ext := path.Ext(p)
		if !slices.Contains([]string{".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx"}, ext) || testOrSetting(p) {
			return
		}
		text, _ := d.given.Read(p)
		for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune("'\"`\n", r) }) {
			if name := packageOf(word); gone[name] {
				d.note(unsound("%s names %s, which only development has", p, name))
			}
		}
	})
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
