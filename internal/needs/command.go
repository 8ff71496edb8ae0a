package needs

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/needs/source"
	"dopt/transform"
	"dopt/transform/shell"
)

// run reads a command: what it is, and what its arguments call and open.
func (f *frame) run(c command) {
	if len(c.argv) == 0 || f.budget.spent() || f.depth > maxDepth {
		return
	}
	name := c.argv[0]
	switch {
	case name == "" || f.functions[name]:
		return
	case strings.Contains(name, shell.Unknown):
		f.named(c)
		return
	case strings.Contains(name, "/") && !f.plainPath(&c):
		return
	}
	name = path.Base(c.argv[0])
	if f.tests == nil && f.step != nil && runsTests(name, c.argv[1:]) {
		f.tests = f.step
	}
	if slices.Contains(shells, name) {
		f.shell(c)
		return
	}
	if w, ok := wrappers()[name]; ok {
		f.program(name, c)
		f.wrapped(w, c)
		return
	}
	if !builtins()[name] {
		f.program(name, c)
	}
	f.arguments(c)
}

// named reads a command whose name is a variable.
func (f *frame) named(c command) {
	raw := strings.Trim(c.raw[0], `"`)
	if usual, ok := fallback(raw); ok {
		usually := c.words(append(strings.Fields(usual), c.argv[1:]...))
		usually.certainty = Likely
		f.run(usually)
	}
	if raw == unknownVariable {
		f.unknown(c.because, "calls a command that a variable names: %s", c.because.Text)
		return
	}
	if raw == "$@" || raw == "$*" || strings.HasPrefix(raw, "$1") {
		f.unknown(c.because, "calls what its caller names: %s", raw)
		return
	}
	f.unknown(c.because, "calls a command named by %s", brief(raw))
}

// plainPath reads a command that is named by its path. It reports whether it is a program of the distribution,
// which is then in c by its name.
func (f *frame) plainPath(c *command) bool {
	p := c.abs(c.argv[0])
	if p == "" {
		f.unknown(c.because, "runs %s in a folder that is not known", c.argv[0])
		return false
	}
	if file, ok := f.image.read(p, f.doc.Name); ok {
		f.file(*c, file, p)
		return false
	}
	if f.image.makes(p) {
		c.argv = append([]string{path.Base(p)}, c.argv[1:]...)
		f.arguments(*c)
		return false
	}
	name, ok := source.Program(p)
	if !ok && within(p, "/usr/local") {
		name, ok = path.Base(p), true // the base image's own
	}
	switch {
	case ok:
		c.argv = append([]string{name}, c.argv[1:]...)
		return true
	case source.SystemPath(p) || within(p, "/etc/init.d"):
		f.walk.need(Need{Kind: Path, Name: p, Evidence: c.because, Certainty: c.certainty})
	case !f.image.builds:
		f.unknown(c.because, "runs %s, which is not in the build context", p)
	case f.image.fetches:
		f.unknown(c.because, "runs %s, which may be built from sources that are not in the build context", p)
	}
	return false
}

// arguments reads what the arguments of a program say, which need not be one of the distribution.
func (f *frame) arguments(c command) {
	name := path.Base(c.argv[0])
	if read := specialOf(name); read != nil {
		read(f, c)
	}
	f.manager(c)
	f.addresses(name, c)
	f.paths(name, c)
}

// program adds the need of a program that is looked for in PATH, unless a step of the stage brings it.
func (f *frame) program(name string, c command) {
	if !plainName(name) || f.bins && f.projectProgram(name) {
		return
	}
	for _, folder := range searchPath {
		p := path.Join(folder, name)
		if file, ok := f.image.read(p, f.doc.Name); ok {
			f.file(c, file, p)
			return
		}
	}
	f.walk.program(name, c.because, c.certainty)
}

// plainName reports whether a word can be the name of a program.
func plainName(name string) bool {
	return name != "" && len(name) < 100 && !strings.ContainsAny(name, " \t\n$*?<>|&;()'\"`\x00=,") && !strings.HasPrefix(name, "-") && name != "}" && name != "{"
}

// program adds the need of a program, unless a step brings it.
func (w *walk) program(name string, because transform.Evidence, certainty Certainty) {
	if slices.Contains(shells, name) {
		w.need(Need{Kind: Shell, Name: name, Evidence: because, Certainty: certainty})
		return
	}
	switch {
	case w.image.has(name) || w.brought(name):
		return
	case (w.image.builds || w.image.fetches) && !known(w.out.Release, name):
		if w.image.fetches {
			w.unknown(because, "calls %s, which may come with what is downloaded: its libraries are not known", name)
		}
		return
	}
	w.need(Need{Kind: Command, Name: name, Evidence: because, Certainty: certainty})
}

// known reports whether a package of the distribution has a program.
func known(r debian.Release, name string) bool {
	if r == "" {
		r = debian.Releases[len(debian.Releases)-1]
	}
	return len(Owners(r, &Need{Kind: Command, Name: name})) > 0 || slices.Contains(runtimes, name)
}

// runtimes are the programs of languages, which official images have without a package.
var runtimes = []string{"python", "python3", "pip", "pip3", "node", "npm", "npx", "yarn", "go", "java", "javac", "ruby", "gem", "bundle", "php", "composer", "cargo", "rustc", "mvn", "gradle", "dotnet"}

// shell reads a call of a shell.
func (f *frame) shell(c command) {
	name := path.Base(c.argv[0])
	f.walk.need(Need{Kind: Shell, Name: name, Evidence: c.because, Certainty: c.certainty})
	args := c.argv[1:]
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--rcfile" || a == "--init-file":
			i++
		case strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, "c") && len(a) > 1:
			f.text(c, i+2)
			return
		case a == "-s" || a == "-":
			f.fromPipe(c)
			return
		case strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && (strings.HasSuffix(a, "o") || strings.HasSuffix(a, "O")):
			i++ // the name of an option follows
		case strings.HasPrefix(a, "-") || strings.HasPrefix(a, "+"):
		default:
			f.scriptFile(c.with(i+1), name)
			return
		}
	}
	if c.stdin || len(args) > 0 && f.step != nil {
		f.fromPipe(c)
	}
}

func (f *frame) fromPipe(c command) {
	f.unknown(c.because, "runs a script that it reads from a pipe: %s", c.because.Text)
}

// text reads the script in word i of a command: that of sh -c.
func (f *frame) text(c command, i int) {
	switch {
	case i >= len(c.argv):
	case strings.Contains(c.argv[i], shell.Unknown):
		f.unknown(c.because, "runs a script that is made when it runs: %s", brief(c.raw[i]))
	default:
		var args []string
		if i+2 <= len(c.argv) {
			args = c.argv[min(i+2, len(c.argv)):]
		}
		f.inner(c, c.argv[i], args)
	}
}

// inner reads the text of a script inside of another one.
func (f *frame) inner(c command, text string, args []string) {
	f.budget.scripts--
	parsed, err := shell.Parse(text, shell.Bash, c.dir, f.env)
	if err != nil {
		f.unknown(c.because, "runs a script that cannot be read: %s", brief(err.Error()))
		return
	}
	sub := f.sub(c)
	sub.args, sub.known = args, true
	sub.at = func(int, int) transform.Evidence { return c.because }
	sub.script(parsed)
}

// sub returns the frame of a script that a command of this one runs.
func (f *frame) sub(c command) *frame {
	return &frame{walk: f.walk, env: f.env, certainty: c.certainty, at: f.at, bins: f.bins, depth: f.depth + 1}
}

// scriptFile reads a script that a shell is given by its path; it is the first word of c.
func (f *frame) scriptFile(c command, interpreter string) {
	p := c.abs(c.argv[0])
	if p == "" {
		f.unknown(c.because, "runs a script named by %s", c.raw[0])
		return
	}
	if file, ok := f.image.read(p, f.doc.Name); ok {
		f.interpret(c, file, interpreter)
		return
	}
	f.unknown(c.because, "runs %s, which is not in the build context", p)
}

// file reads a program of the build context by its first line.
func (f *frame) file(c command, one file, p string) {
	first, _, _ := strings.Cut(string(one.data), "\n")
	first = strings.TrimSuffix(first, "\r")
	line, ok := strings.CutPrefix(first, "#!")
	words := strings.Fields(line)
	because := transform.Evidence{Source: one.name, Line: one.line, Text: brief(first)}
	switch {
	case strings.IndexByte(string(one.data[:min(len(one.data), 512)]), 0) >= 0:
		f.unknown(c.because, "runs %s, which is no script: its libraries are not known", one.name)
		return
	case !ok || len(words) == 0:
		f.interpret(c, one, "sh")
		return
	}
	interpreter := path.Base(words[0])
	if w, ok := wrappers()[interpreter]; ok && len(words) > 1 { // env, with-contenv
		f.walk.program(interpreter, because, c.certainty)
		rest := operands(words[1:], w.valued)
		if len(rest) == 0 {
			return
		}
		interpreter = path.Base(rest[0])
	}
	if slices.Contains(shells, interpreter) {
		f.walk.need(Need{Kind: Shell, Name: interpreter, Evidence: because, Certainty: c.certainty})
		f.interpret(c, one, interpreter)
		return
	}
	f.walk.program(interpreter, because, c.certainty)
	f.scan(one, interpreter)
}

// extensions are those of the sources that an interpreter runs.
var extensions = map[string]string{"python": ".py", "python3": ".py", "node": ".js", "ruby": ".rb", "php": ".php"}

// scan reads a program that its interpreter's name tells the language of.
func (f *frame) scan(one file, interpreter string) {
	ext := extensions[interpreter]
	if ext == "" || source.Known(one.name) {
		return // what has an extension is among the sources
	}
	f.uses(one.name, withLines(string(one.data), one.line, source.Scan(one.name+ext, string(one.data))))
}

// interpret reads a file as a script of a shell. The first word of c is its name.
func (f *frame) interpret(c command, one file, interpreter string) {
	key := one.name + "\x00" + strings.Join(c.argv[1:], "\x00")
	if f.scripts[key] || f.budget.spent() {
		return
	}
	f.scripts[key] = true
	defer delete(f.scripts, key)
	f.budget.scripts--
	text := string(one.data)
	if wrapperScript(one.name) {
		f.walk.program("java", c.because, c.certainty)
		return
	}
	if strings.Contains(text, "\r\n") {
		f.unknown(c.because, "runs %s, whose lines end in carriage returns", one.name)
		return
	}
	lang := shell.POSIX
	if interpreter != "sh" && interpreter != "dash" && interpreter != "ash" {
		lang = shell.Bash
	}
	parsed, err := shell.Parse(text, lang, c.dir, f.env)
	if err != nil && lang == shell.POSIX {
		parsed, err = shell.Parse(text, shell.Bash, c.dir, f.env)
	}
	if err != nil {
		f.unknown(c.because, "runs %s, which cannot be read: %s", one.name, brief(err.Error()))
		return
	}
	sub := f.sub(c)
	sub.args, sub.known, sub.self = c.argv[1:], true, c.abs(c.argv[0])
	sub.at = func(start, end int) transform.Evidence {
		line := one.line
		if !one.flat {
			line += strings.Count(text[:start], "\n")
		}
		return at(one.name, line, text[start:end])
	}
	sub.script(parsed)
}

// wrapperScript reports whether a script is one that Maven or Gradle writes: all that it does is to start Java.
// Sources: maven.apache.org/tools/wrapper, docs.gradle.org/current/userguide/gradle_wrapper.html.
func wrapperScript(name string) bool {
	return path.Base(name) == "mvnw" || path.Base(name) == "gradlew"
}

// wrapped reads the command behind the arguments of a wrapper.
func (f *frame) wrapped(w wrapper, c command) {
	valued, users := strings.Fields(w.valued), strings.Fields(w.users)
	skip := w.skip
	c.more = c.more || path.Base(c.argv[0]) == "xargs"
	i := 1
	for ; i < len(c.argv); i++ {
		a := c.argv[i]
		switch {
		case w.behind != "":
			if a == w.behind {
				f.run(c.with(min(i+1, len(c.argv)-1)))
				return
			}
		case a == "--":
		case strings.HasPrefix(a, "-") && a != "-":
			last := a
			if !strings.HasPrefix(a, "--") && len(a) > 2 && !slices.Contains(valued, a) {
				last = "-" + a[len(a)-1:] // -Hu user
			}
			if slices.Contains(valued, last) && i+1 < len(c.argv) {
				i++
				if slices.Contains(users, last) {
					f.account(c.argv[i], c.because, c.certainty)
				}
			}
		case strings.Contains(a, "=") && skip == 0 && !strings.HasPrefix(a, "/"): // a variable of env
		case skip > 0:
			skip--
			if w.user {
				f.account(c.argv[i], c.because, c.certainty)
			}
		default:
			f.run(c.with(i))
			return
		}
	}
}
