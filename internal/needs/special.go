package needs

import (
	"path"
	"slices"
	"strings"
	"sync"

	"dopt/internal/needs/source"
	"dopt/internal/project/ecosystem/python"
	"dopt/internal/project/manifest"
	"dopt/transform/shell"
)

// special has the programs whose arguments say more than their name; see specialOf.
var special struct {
	once  sync.Once
	table map[string]func(*frame, command)
}

// specialOf returns what reads the arguments of a program, nil where they say nothing more.
func specialOf(name string) func(*frame, command) {
	special.once.Do(func() { special.table = readersOfArguments() })
	return special.table[name]
}

func readersOfArguments() map[string]func(*frame, command) {
	table := map[string]func(*frame, command){}
	for names, read := range map[string]func(*frame, command){
		"exec builtin":      (*frame).execBuiltin,
		"command":           (*frame).commandBuiltin,
		"which type hash":   (*frame).asked,
		"eval":              (*frame).eval,
		"set":               (*frame).setArguments,
		"shift":             (*frame).shift,
		". source":          (*frame).sourced,
		"find":              (*frame).find,
		"su":                (*frame).su,
		"make gmake":        (*frame).make,
		"npm yarn pnpm bun": (*frame).nodeManager,
		"npx pnpx bunx":     (*frame).npx,
		"supervisord":       (*frame).supervisord,
		"honcho foreman forego overmind hivemind": (*frame).procfile,
		"start-stop-daemon":                       (*frame).startStopDaemon,
		"poetry pipenv uv pdm bundle":             (*frame).runVerb,
		"locale-gen localedef":                    (*frame).localeGen,
		"useradd adduser":                         (*frame).makeUser,
		"groupadd addgroup":                       (*frame).makeGroup,
		"chown chgrp install":                     (*frame).chown,
		"gcc g++ cc c++ clang clang++":            (*frame).compiler,
		"pkg-config pkgconf":                      (*frame).pkgConfig,
		"cmake meson":                             (*frame).generator,
		"go cargo ninja mvn gradle sbt dotnet ghc stack rustc javac scons waf": (*frame).builder,
		"crontab supercronic":                                                   (*frame).crontabFile,
		"python python2 python3 node nodejs ruby perl php":                      (*frame).interpreter,
		"docker-php-ext-install docker-php-ext-enable docker-php-ext-configure": (*frame).phpExtensions,
	} {
		for name := range strings.FieldsSeq(names) {
			table[name] = read
		}
	}
	return table
}

// inline are options of interpreters behind which stands no path of a program: it is a module, or written there.
var inline = strings.Fields("-m -c -e -E -r -p --eval --print --version -V -v --help -h")

// interpreter reads a call of an interpreter at run time. Where nothing of the build context is in the image, its program comes from
// elsewhere: from a volume or a download. Else it may be made of what is copied.
func (f *frame) interpreter(c command) {
	program := programOf(c)
	switch {
	case program == "":
	case f.step != nil && path.Base(program) == "setup.py":
		f.setup(c, c.abs(program))
	case f.step != nil || len(f.image.entries) > 0 || len(f.image.sources) > 0:
	case !within(c.abs(program), "/usr"):
		f.unknown(c.because, "runs %s, which is not in the build context", program)
	}
}

// programOf returns the path of the program that an interpreter is to run, as it is written; "" where it is none.
func programOf(c command) string {
	for _, w := range c.argv[1:] {
		switch {
		case slices.Contains(inline, w):
			return ""
		case !strings.HasPrefix(w, "-"):
			return w
		}
	}
	return ""
}

// setup reads a call of a project's setup.py that is not in the build context: of an archive, which is unpacked into a folder with the
// name and the version of its package.
func (f *frame) setup(c command, program string) {
	if _, ok := f.image.context(program); ok {
		return
	}
	folder := path.Base(path.Dir(program))
	i := strings.LastIndexByte(folder, '-') + 1
	if i == 0 || strings.Trim(folder[i:min(i+1, len(folder))], "0123456789") != "" || strings.Contains(folder, shell.Unknown) {
		f.unknown(c.because, "installs what a manifest asks for that is not in the build context")
		return
	}
	f.dependency("python", manifest.Dependency{Name: python.Normalize(folder[:i-1]), Version: folder[i:], URL: folder, Source: c.because}, c.certainty)
}

func (f *frame) execBuiltin(c command) {
	i := 1
	for i < len(c.argv) && slices.Contains([]string{"-a", "-c", "-l", "-p", "--"}, c.argv[i]) {
		if c.argv[i] == "-a" {
			i++
		}
		i++
	}
	if i < len(c.argv) && !strings.HasPrefix(c.argv[i], "-") {
		f.run(c.with(i))
	}
}

func (f *frame) commandBuiltin(c command) {
	if len(c.argv) < 2 {
		return
	}
	if c.argv[1] == "-v" || c.argv[1] == "-V" {
		f.asked(c.with(1))
		return
	}
	f.execBuiltin(c)
}

// asked adds the programs that a script only looks for.
func (f *frame) asked(c command) {
	for _, name := range operands(c.argv[1:], "") {
		name = path.Base(name)
		if !plainName(name) || builtins()[name] || f.functions[name] || f.image.has(name) || f.brought(name) {
			continue
		}
		f.walk.need(Need{Kind: Command, Name: name, Evidence: c.because, Certainty: Likely, Optional: true})
	}
}

func (f *frame) eval(c command) {
	if slices.ContainsFunc(c.argv[1:], func(w string) bool { return strings.Contains(w, shell.Unknown) }) {
		f.unknown(c.because, "runs a text that is made when it runs: %s", c.because.Text)
		return
	}
	f.inner(c, strings.Join(c.argv[1:], " "), nil)
}

// setArguments reads "set -- server "$@"", by which entrypoints put a command in front of their arguments.
func (f *frame) setArguments(c command) {
	i := slices.Index(c.argv, "--")
	if i < 0 || i+1 >= len(c.argv) || slices.Equal(c.argv[i+1:], f.args) {
		return
	}
	words := c.argv[i+1:]
	if c.certainty == Certain {
		f.args, f.known = words, true
		return
	}
	if !strings.HasPrefix(words[0], "-") {
		f.run(c.with(i + 1))
	}
}

// shift takes the first argument away.
func (f *frame) shift(c command) {
	if c.certainty != Certain || len(f.args) == 0 || len(c.argv) > 1 {
		f.known = false
		return
	}
	f.args = f.args[1:]
}

// sourced reads a script that runs within this one.
func (f *frame) sourced(c command) {
	if len(c.argv) < 2 {
		return
	}
	p := c.abs(c.argv[1])
	if one, ok := f.image.read(p, f.doc.Name); p != "" && ok {
		f.interpret(c.with(1), one, "bash")
		return
	}
	switch {
	case p == "":
		f.unknown(c.because, "runs a script named by %s", c.raw[1])
	case f.image.makes(p) || path.Base(p) == "activate" || within(p, "/etc"): // of a virtual environment, or of the base image
	default:
		f.unknown(c.because, "runs %s, which is not in the build context", p)
	}
}

// find reads the commands behind -exec.
func (f *frame) find(c command) {
	for i, w := range c.argv {
		if slices.Contains([]string{"-exec", "-execdir", "-ok", "-okdir"}, w) && i+1 < len(c.argv) {
			rest := c.with(i + 1)
			if end := slices.IndexFunc(rest.argv, func(w string) bool { return w == ";" || w == "+" }); end > 0 {
				rest.argv, rest.raw = rest.argv[:end], rest.raw[:min(end, len(rest.raw))]
			}
			f.run(rest)
		}
	}
}

// su reads "su user -c text".
func (f *frame) su(c command) {
	i := slices.IndexFunc(c.argv, func(w string) bool { return w == "-c" || w == "--command" })
	if i > 0 {
		f.text(c, i+1)
	}
	for _, w := range operands(c.argv[1:], "-c --command -s --shell -g") {
		if w != "-" {
			f.account(w, c.because, c.certainty)
			return
		}
	}
}

func (f *frame) startStopDaemon(c command) {
	for i, w := range c.argv {
		value, ok := strings.CutPrefix(w, "--exec=")
		if !ok && (w == "--exec" || w == "-x" || w == "--startas" || w == "-a") && i+1 < len(c.argv) {
			value, ok = c.argv[i+1], true
		}
		if ok {
			f.run(c.words([]string{value}))
		}
	}
}

// runVerb reads "poetry run x" and "bundle exec x": what is run is a program of the project's packages, or a shell
// or language.
func (f *frame) runVerb(c command) {
	rest := operands(c.argv[1:], "--project --directory --with -p --python --group")
	if len(rest) > 1 && (rest[0] == "run" || rest[0] == "exec") {
		inner := c.with(slices.Index(c.argv, rest[1]))
		if slices.Contains(shells, rest[1]) || slices.Contains(runtimes, rest[1]) {
			f.run(inner)
			return
		}
		f.arguments(inner)
	}
}

func (f *frame) localeGen(c command) {
	words := operands(c.argv[1:], "-i -f -A -c --inputfile --charmap")
	for _, w := range words {
		if strings.Contains(w, "_") && !strings.Contains(w, shell.Unknown) && !source.Portable(w) {
			f.walk.need(Need{Kind: Locale, Name: w, Evidence: c.because, Certainty: c.certainty})
		}
	}
}

// compiler reads what a compiler is linked with, and takes note that a step compiles.
func (f *frame) compiler(c command) {
	f.builder(c)
	for _, w := range c.argv[1:] {
		if name, ok := strings.CutPrefix(w, "-l"); ok && plainName(name) {
			n := Need{Kind: Library, Name: name, Evidence: c.because, Certainty: c.certainty}
			f.walk.need(n)
			n.Certainty = Likely // it may be linked statically
			f.image.linked.add(n)
		}
	}
}

// builder takes note that a step compiles.
func (f *frame) builder(command) {
	f.image.builds = true
	if f.image.compiles == nil {
		f.image.compiles = f.step
	}
}

// generator takes note that a step writes Makefiles, which call the compilers of the system.
func (f *frame) generator(c command) {
	f.builder(c)
	f.image.generated = true
	f.walk.need(Need{Kind: Command, Name: "cc", Evidence: c.because, Certainty: Likely})
}

func (f *frame) pkgConfig(c command) {
	for _, w := range operands(c.argv[1:], "") {
		if plainName(w) && strings.Trim(w, "0123456789.") != "" {
			f.walk.need(Need{Kind: PkgConfig, Name: w, Evidence: c.because, Certainty: c.certainty})
		}
	}
}
