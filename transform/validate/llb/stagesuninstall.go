package llb

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

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

// libraries are what Poetry brings and programs load, too, whether or not they ask for it: with Poetry it would go away. The pass has a table of the
// rest, of which programs make no use; what is in neither is not installed by Poetry. Source: METADATA of poetry 1.8.3, 2.1.1 and earlier ones and of what
// these depend on, at pypi.org.
var libraries = strings.Fields("anyio backports-tarfile certifi cffi charset-normalizer cryptography fastjsonschema filelock h11 html5lib httpcore httpx idna " +
	"importlib-metadata lazy-importer lockfile more-itertools msgpack packaging pexpect platformdirs ptyprocess pycparser pyparsing requests setuptools shellingham six " +
	"tomli tomlkit typing-extensions urllib3 webencodings wheel zipp zstandard")

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
	if file := d.mentions("pip", ".py", ".sh", ".conf", ""); file != "" {
		d.note(unsound("%s names pip, which may be another one", file))
	}
}

// aside reports whether a name is that of a file or folder which no program reads when it runs: tests, documents, and the settings of tools.
func aside(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "test_") || slices.Contains([]string{"test", "tests", "docs", "conftest.py", "noxfile.py", "Makefile"}, name)
}

// unneeded judges whether the image can do without packages of Python that Poetry has installed.
func (d *division) unneeded(names []string) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	project, ok := d.poetryProject()
	if !ok {
		return unsound("no lock of Poetry says which packages the program needs")
	}
	needed, doubtful := project.needs()
	for _, name := range names {
		switch {
		case needed[name]:
			v = v.Worse(unsound("the program needs %s", name))
		case doubtful[name]:
			v = v.Worse(transform.Verdict{Status: transform.Unproven, Reasons: []string{"the program may need " + name + ", of a group without any tool of developers that is known"}})
		case !project.locks(name) && slices.Contains(libraries, name):
			v = v.Worse(unsound("nothing says that the program does not need %s", name))
		case name != "poetry" && slices.ContainsFunc(d.ran, func(s validate.Script) bool { return validate.HasWord(s.Text, name) }):
			v = v.Worse(unsound("a step names %s", name))
		}
	}
	for _, name := range names {
		for _, module := range []string{name, strings.ReplaceAll(name, "-", "_")} {
			if file := d.mentions(module, ".py"); file != "" {
				v = v.Worse(unsound("%s names %s, which the image does not have", file, name))
			}
		}
	}
	return v
}

// mentions returns the first file of the build context with one of some extensions, "" for a script, that has a word in a line which is no comment; ""
// if none has. Tests, documents and settings of tools are passed by.
func (d *division) mentions(word string, extensions ...string) (file string) {
	d.eachGiven(func(p string) {
		ext := path.Ext(p)
		if file != "" || !slices.Contains(extensions, ext) || slices.ContainsFunc(strings.Split(p, "/"), aside) {
			return
		}
		text, _ := d.given.Read(p)
		if ext == "" && !strings.HasPrefix(string(text), "#!") {
			return
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(strings.TrimSpace(line), "#") && validate.HasWord(line, word) {
				file = p
				return
			}
		}
	})
	return file
}
