package llb

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"
	"github.com/pelletier/go-toml/v2"

	"dopt/transform"
	"dopt/transform/validate"
)

// uninstalling begins the command by which the build stage may end: it removes Poetry, and what only development needs. Source:
// https://pip.pypa.io/en/stable/cli/pip_uninstall/
const uninstalling = "pip uninstall -y "

// uninstalls returns the packages of Python that a step removes, where it does nothing else.
func (n *node) uninstalls() (names []string) {
	exec := n.op.GetExec()
	if exec == nil || len(exec.Mounts) != 1 || exec.Network != pb.NetMode_UNSET || exec.Security != pb.SecurityMode_SANDBOX {
		return nil
	}
	script, ok := n.script()
	list, is := strings.CutPrefix(script.Text, uninstalling)
	if !ok || !is || !script.Root() || strings.Trim(list, "abcdefghijklmnopqrstuvwxyz0123456789- ") != "" || strings.Contains(list, " -") {
		return nil
	}
	return strings.Fields(list)
}

// installerPackages are Poetry and packages that it brings for its own purposes. Source: METADATA of poetry 1.8.3 and 2.1.1, at pypi.org.
var installerPackages = strings.Fields("poetry poetry-core poetry-plugin-export build cachecontrol cleo crashtest distlib dulwich findpython installer " +
	"jaraco-classes jaraco-context jaraco-functools jeepney keyring pbs-installer pkginfo pyproject-hooks rapidfuzz requests-toolbelt secretstorage trove-classifiers virtualenv")

// uninstalled judges whether the image can do without packages of Python that the build stage removes at its end: its base has pip, too, and nothing
// calls that; of the others Poetry is what installs them, the lock tells that the program does not need them, and no source names them.
func (d *division) uninstalled(names []string) {
	if r, _ := d.runtimeOf(d.before.graph.base()); r == nil || r.variable != "PYTHON_VERSION" {
		d.note(unsound("packages of Python are removed, and the stage is on no image of Python"))
		return
	}
	others := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "pip" })
	if len(others) < len(names) {
		d.withoutPip()
	}
	if len(others) > 0 {
		d.note(d.unneeded(others))
	}
}

// withoutPip judges whether the image can do with the pip of its base: the build stage has but one, and neither the process nor a file that the image
// gets of the build context names pip.
func (d *division) withoutPip() {
	d.ownPip = true
	for _, s := range d.ran {
		for _, root := range s.InstallsInto() {
			if root != "/usr/local" {
				d.note(unsound("pip may be removed from %s", root))
			}
		}
	}
	process := strings.Join(slices.Concat(d.before.image.Config.Entrypoint, d.before.image.Config.Cmd), " ")
	if validate.HasWord(process, "pip") {
		d.note(unsound("the image starts pip, which may be another one"))
	}
	d.eachGiven(func(p string) {
		text, _ := d.given.Read(p)
		program := slices.Contains([]string{".py", ".sh", ".conf"}, path.Ext(p)) || path.Ext(p) == "" && strings.HasPrefix(string(text), "#!")
		if !program || slices.ContainsFunc(strings.Split(p, "/"), aside) {
			return
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(strings.TrimSpace(line), "#") && validate.HasWord(line, "pip") {
				d.note(unsound("%s names pip, which may be another one", p))
				return
			}
		}
	})
}

// aside reports whether a name is that of a file or folder which no program reads when it runs: tests, documents, and the settings of tools.
func aside(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "test_") || slices.Contains([]string{"test", "tests", "docs", "conftest.py", "Makefile"}, name)
}

// unneeded judges whether the image can do without packages of Python that Poetry has installed.
func (d *division) unneeded(names []string) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	needed, locked, ok := d.poetryNeeds()
	if !ok {
		return unsound("no lock of Poetry says which packages the program needs")
	}
	for _, name := range names {
		switch {
		case needed[name]:
			v = v.Worse(unsound("the program needs %s", name))
		case !locked[name] && !slices.Contains(installerPackages, name):
			v = v.Worse(unsound("nothing says that the program does not need %s", name))
		case name != "poetry" && slices.ContainsFunc(d.ran, func(s validate.Script) bool { return validate.HasWord(s.Text, name) }):
			v = v.Worse(unsound("a step names %s", name))
		}
	}
	d.eachGiven(func(p string) {
		if path.Ext(p) != ".py" || strings.Contains(p, "/test") {
			return
		}
		text, _ := d.given.Read(p)
		for _, name := range names {
			if validate.HasWord(string(text), strings.ReplaceAll(name, "-", "_")) || validate.HasWord(string(text), name) {
				v = v.Worse(unsound("%s names %s, which the image does not have", p, name))
			}
		}
	})
	return v
}

// forDevelopers are names of groups of dependencies that no program needs when it runs.
var forDevelopers = strings.Fields("dev development test tests testing lint linting linters docs doc typing types format formatting style check qa ci")

// poetryNeeds returns the packages that a project of Poetry needs when it runs, and those that its lock has; ok is false where there is no lock, or
// more than one.
func (d *division) poetryNeeds() (needed, locked map[string]bool, ok bool) {
	var lock struct {
		Package []struct {
			Name         string
			Dependencies map[string]any
		}
	}
	var project struct {
		Project struct {
			Dependencies []string
			Optional     map[string][]string `toml:"optional-dependencies"`
		}
		Groups map[string][]any `toml:"dependency-groups"`
		Tool   struct {
			Poetry struct {
				Dependencies map[string]any
				Group        map[string]struct{ Dependencies map[string]any }
			}
		}
	}
	locks := 0
	d.eachGiven(func(p string) {
		if path.Base(p) != "poetry.lock" {
			return
		}
		text, _ := d.given.Read(p)
		manifest, _ := d.given.Read(path.Join(path.Dir(p), "pyproject.toml"))
		ok = toml.Unmarshal(text, &lock) == nil && toml.Unmarshal(manifest, &project) == nil
		locks++
	})
	if !ok || locks != 1 {
		return nil, nil, false
	}
	needed, locked = map[string]bool{}, map[string]bool{}
	requires := map[string][]string{}
	for _, p := range lock.Package {
		name := canonicalName(p.Name)
		locked[name] = true
		for other := range p.Dependencies {
			requires[name] = append(requires[name], canonicalName(other))
		}
	}
	var queue []string
	for name := range project.Tool.Poetry.Dependencies {
		queue = append(queue, canonicalName(name))
	}
	for group, g := range project.Tool.Poetry.Group {
		for name := range g.Dependencies {
			if !slices.Contains(forDevelopers, group) {
				queue = append(queue, canonicalName(name))
			}
		}
	}
	for group, list := range project.Groups {
		for _, entry := range list {
			if text, ok := entry.(string); ok && !slices.Contains(forDevelopers, group) {
				queue = append(queue, canonicalName(text))
			}
		}
	}
	for _, list := range append(slices.Collect(maps.Values(project.Project.Optional)), project.Project.Dependencies) {
		for _, text := range list {
			queue = append(queue, canonicalName(text))
		}
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if !needed[name] {
			needed[name] = true
			queue = append(queue, requires[name]...)
		}
	}
	return needed, locked, true
}

// canonicalName returns the name of a package that a requirement begins with, as PEP 503 writes it.
func canonicalName(text string) string {
	name := strings.ToLower(strings.TrimSpace(text))
	if i := strings.IndexFunc(name, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_.", r) }); i >= 0 {
		name = name[:i]
	}
	return strings.NewReplacer("_", "-", ".", "-").Replace(name)
}
