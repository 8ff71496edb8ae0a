package python

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// A kind is what a command does, as far as Python goes.
type kind int

// The kinds. The zero value is a command that is none of Python, or of which nothing is known.
const (
	other kind = iota
	// harmless leaves nothing that the program needs.
	harmless
	// installing fills an environment.
	installing
	// replacing replaces or removes packages that the base image brings.
	replacing
	// running runs code of the project.
	running
)

// A use is what a command does.
type use struct {
	kind kind
	// into is the root of the environment that an install fills.
	into string
	// brings are the packages of the base image of which it installs another version there; none where it removes them.
	brings []string
	// unknown is why the stage is to be left alone, as a predicate.
	unknown string
}

// checkers are programs that look at the project and write nothing but their own caches there.
var checkers = strings.Fields("bandit black coverage flake8 isort mypy nose2 pycodestyle pydocstyle pylint py.test pyright pytest ruff unittest")

// consoles are programs that packages install and that run code of the project.
var consoles = strings.Fields("alembic babel celery django-admin flask mkdocs pybabel scrapy")

// read tells what a command does.
func (f *finder) read(c artifact.Command) use {
	argv := c.Argv()
	if len(argv) == 0 {
		return use{}
	}
	if u, ok := pkgmgr.Identify(argv); ok {
		switch u.Manager.Ecosystem {
		case "python":
			return f.manager(c, u)
		case "conda":
			return use{kind: installing, unknown: "installs packages with " + u.Manager.Name + ", which brings a Python of its own"}
		}
		return use{}
	}
	name := path.Base(argv[0])
	switch {
	case interpreter(name):
		return f.interpreter(c, argv)
	case name == "virtualenv":
		return f.makeEnvironment(c, argv[1:])
	case slices.Contains(checkers, name), name == "fc-cache":
		return use{kind: harmless}
	case slices.Contains(consoles, name):
		return use{kind: running}
	case name == "playwright":
		return browsers
	case name == "." || name == "source":
		return use{kind: harmless}
	}
	if file, ok := f.Tree.Context(c.Path(argv[0])); ok && path.Ext(file) == ".py" {
		return f.script(argv[1:])
	}
	if inPassing(c) {
		return use{kind: harmless}
	}
	return use{}
}

// inPassing reports whether a command fetches or unpacks something in a folder that nothing is kept in, for a later one to install.
func inPassing(c artifact.Command) bool {
	effect := effects.Of(c.Command)
	elsewhere := func(p effects.Path) bool { return !interpreted.Temporary(p.Name) }
	return effect.Known && len(effect.Makes) > 0 && len(effect.Changes) == 0 && !slices.ContainsFunc(effect.Makes, elsewhere)
}

// browsers is the use of a command that downloads browsers.
var browsers = use{kind: harmless, unknown: "downloads browsers, which need libraries of the distribution"}

// interpreter reports whether a program is Python: python, python3, python3.11.
func interpreter(name string) bool {
	version, ok := strings.CutPrefix(name, "python")
	return ok && strings.Trim(version, "0123456789.") == ""
}

// interpreter reads a call of Python.
func (f *finder) interpreter(c artifact.Command, argv []string) use {
	args := argv[1:]
	for len(args) > 0 && slices.Contains([]string{"-u", "-O", "-OO", "-B", "-s", "-E", "-I"}, args[0]) {
		args = args[1:]
	}
	if len(args) == 0 {
		return use{}
	}
	switch first := args[0]; {
	case first == "-V" || first == "--version":
		return use{kind: harmless}
	case first == "-c" && len(args) > 1:
		return oneLiner(args[1])
	case first == "-m" && len(args) > 1:
		return f.module(c, argv, args[1], args[2:])
	case strings.HasPrefix(first, "-") || strings.Contains(first, shell.Unknown):
		return use{}
	case path.Base(first) == "setup.py":
		return f.setup(c, argv, args[1:])
	}
	if _, ok := f.Tree.Context(c.Path(args[0])); !ok {
		return use{kind: running, unknown: "runs " + args[0] + ", which is not in the build context"}
	}
	return f.script(args[1:])
}

// script reads the words behind the name of a script of the project.
func (f *finder) script(args []string) use {
	if len(args) > 0 && args[0] == "test" {
		return use{kind: harmless}
	}
	return use{kind: running}
}

// module reads python -m.
func (f *finder) module(c artifact.Command, argv []string, name string, args []string) use {
	switch name {
	case "venv", "virtualenv":
		return f.makeEnvironment(c, args)
	case "spacy":
		if len(args) > 0 && args[0] == "download" { // it calls pip
			return f.install(c, argv)
		}
	case "playwright":
		return browsers
	case "nltk.downloader":
		return use{kind: harmless, unknown: "downloads data to a folder of the downloader's choice"}
	case "compileall":
		return use{kind: harmless}
	case "ensurepip":
		return use{kind: replacing}
	}
	if slices.Contains(checkers, name) {
		return use{kind: harmless}
	}
	if slices.Contains(consoles, name) || f.inProject(c, name) {
		return use{kind: running}
	}
	return use{kind: running, unknown: "runs the module " + name + ", which is not in the build context"}
}

// inProject reports whether a module is one of the project, looked for where the command runs.
func (f *finder) inProject(c artifact.Command, module string) bool {
	p := path.Join(c.Dir, strings.ReplaceAll(module, ".", "/"))
	for _, file := range []string{p + ".py", path.Join(p, "__main__.py"), path.Join(p, "__init__.py")} {
		if _, ok := f.Tree.Context(file); ok && c.Dir != "" {
			return true
		}
	}
	return false
}

// setup reads setup.py. Its own code is that of the package which it installs, as with pip.
func (f *finder) setup(c artifact.Command, argv, args []string) use {
	i := slices.IndexFunc(args, func(w string) bool { return !strings.HasPrefix(w, "-") })
	if i < 0 {
		return use{}
	}
	switch args[i] {
	case "develop":
		if interpreted.Temporary(c.Dir) {
			return use{kind: installing, unknown: "links to sources in a folder that nothing is kept in"}
		}
		return f.install(c, argv)
	case "install":
		return f.install(c, argv)
	case "build", "build_ext", "build_py", "bdist_wheel", "sdist", "test", "check", "clean", "egg_info":
		return use{kind: harmless}
	}
	return use{}
}

// oneLiner reads code on the command line: what only imports and prints is a check.
func oneLiner(text string) use {
	for statement := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		statement = strings.TrimSpace(statement)
		word, _, _ := strings.Cut(statement, " ")
		call := strings.Contains(strings.TrimPrefix(statement, "print("), "(")
		if word != "import" && word != "from" && word != "assert" && !strings.HasPrefix(statement, "print(") && statement != "" || call {
			return use{kind: running, unknown: "runs code that may put files anywhere"}
		}
	}
	return use{kind: harmless}
}

// makeEnvironment reads the words behind venv or virtualenv.
func (f *finder) makeEnvironment(c artifact.Command, args []string) use {
	root := ""
	for i := 0; i < len(args); i++ {
		switch w := args[i]; {
		case w == "-p" || w == "--python" || w == "--prompt":
			i++
		case !strings.HasPrefix(w, "-"):
			root = c.Path(w)
		}
	}
	if root == "" || interpreted.Temporary(root) {
		return use{kind: installing, unknown: "makes a virtual environment in a folder that is not known"}
	}
	return use{kind: installing, into: root}
}

// reloaders are flags by which servers look for changes of the sources, or show their inside to whoever asks.
var reloaders = []string{"--reload", "--debug", "--debugger", "--autoreload", "--py-autoreload"}

// develops says why the process is one for development; "" if nothing tells so.
func (f *finder) develops() string {
	argv := append([]string{f.Start.Program}, f.Start.Args...)
	for _, w := range argv[1:] {
		if name, _, _ := strings.Cut(w, "="); slices.Contains(reloaders, name) {
			return "is for development: it starts with " + w
		}
	}
	last := f.Stage.Stage.Instructions[len(f.Stage.Stage.Instructions)-1]
	for _, name := range []string{"FLASK_DEBUG", "FLASK_ENV"} {
		if v, _ := f.Var(last, name); v == "1" || v == "true" || v == "development" {
			return "is for development: " + name + " is " + v
		}
	}
	if transform.Watches(argv) {
		return "is for development: it starts " + path.Base(argv[0])
	}
	return ""
}
