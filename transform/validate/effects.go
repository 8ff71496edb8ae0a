package validate

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Effects are what a script reads and changes of an image's files, as far as its commands are
// known. They are the validator's own and know less than the passes may.
type Effects struct {
	Reads, Writes []Area
	// Named are those of both that a command names, in contrast to where tools keep things.
	Named []Area
	// Entered are directories that it goes to.
	Entered []string
	// Installs are its commands that install what a project's manifests name; what they read
	// besides Reads is said by Install.Judge.
	Installs []Install
	// Unknown is a command that may read and write anything, "" if there is none.
	Unknown string
	// Programs are the names of the programs that it calls.
	Programs []string
	// Chosen are paths that variables name by which such programs choose files to obey.
	Chosen []string
}

// Effects returns what the script does to the files of an image.
func (s Script) Effects() Effects {
	if !s.posix() {
		return Effects{Unknown: s.oneLine()}
	}
	u, err := s.unit()
	if err != nil {
		return Effects{Unknown: s.oneLine()}
	}
	w := effectWalk{script: s}
	if path.Base(s.Shell[0]) != "sh" {
		w.read(s.systemAreas()...) // a package may bring the shell
	}
	w.redirections(u.stmts)
	w.assignments(u)
	for _, c := range u.all() {
		w.call(c)
	}
	w.searchPath()
	w.effects.Chosen = s.chosen()
	return w.effects
}

// searchPath notes that programs are looked for in the directories of PATH that are not the system's.
func (w *effectWalk) searchPath() {
	dirs, _ := w.script.env("PATH")
	for dir := range strings.SplitSeq(dirs, ":") {
		if !path.IsAbs(dir) || slices.Contains(systemDirs, path.Clean(dir)) {
			continue
		}
		for _, name := range w.effects.Programs {
			w.read(Area{Dir: path.Clean(dir), Name: name})
		}
	}
}

func (s Script) oneLine() string {
	text := strings.Join(strings.Fields(s.Text), " ")
	if r := []rune(text); len(r) > 60 {
		text = string(r[:57]) + "..."
	}
	return text
}

type effectWalk struct {
	script  Script
	effects Effects
}

func (w *effectWalk) read(areas ...Area)  { w.effects.Reads = append(w.effects.Reads, areas...) }
func (w *effectWalk) write(areas ...Area) { w.effects.Writes = append(w.effects.Writes, areas...) }

func (w *effectWalk) unknown(c *call) {
	if w.effects.Unknown == "" {
		w.effects.Unknown = c.String()
	}
}

// redirections notes the files that input comes from and output goes to. A relative one counts
// only where the script never leaves its directory.
func (w *effectWalk) redirections(stmts []*syntax.Stmt) {
	moves := slices.ContainsFunc(w.script.calls(stmts...), (*call).changesDir)
	for _, stmt := range stmts {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if r, ok := n.(*syntax.Redirect); ok {
				w.redirection(r, moves)
			}
			return true
		})
	}
}

func (w *effectWalk) redirection(r *syntax.Redirect, moves bool) {
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc, syntax.DplIn, syntax.DplOut:
		return
	}
	word, ok := w.script.symbolic(r.Word)
	switch {
	case ok && strings.HasPrefix(word, "/dev/"):
		return
	case !ok, strings.Contains(word, "${"), strings.ContainsAny(word, "*?[~"), !path.IsAbs(word) && (moves || w.script.Dir == ""):
		w.read(Everything)
		w.write(Everything)
		return
	case !path.IsAbs(word):
		word = path.Join(w.script.Dir, word)
	}
	area := Area{Dir: path.Clean(word)}
	w.effects.Named = append(w.effects.Named, area)
	if r.Op == syntax.RdrIn {
		w.read(area)
	} else {
		w.write(area)
	}
}

// call notes what one command does.
func (w *effectWalk) call(c *call) {
	if inner, ok := c.inner(); ok {
		w.inner(inner.Effects())
		return
	}
	name := c.words[0]
	if c.program == "" || !w.places(c) {
		w.unknown(c)
		return
	}
	w.effects.Programs = append(w.effects.Programs, path.Base(name), c.program)
	if use, ok := commands[c.program]; ok {
		if slices.Contains(installable, c.program) {
			w.read(w.script.systemAreas()...)
		}
		w.operands(c, use)
		return
	}
	if !w.manager(c) {
		w.unknown(c)
	}
}

func (w *effectWalk) inner(e Effects) {
	w.read(e.Reads...)
	w.write(e.Writes...)
	w.effects.Named = append(w.effects.Named, e.Named...)
	w.effects.Entered = append(w.effects.Entered, e.Entered...)
	w.effects.Installs = append(w.effects.Installs, e.Installs...)
	w.effects.Programs = append(w.effects.Programs, e.Programs...)
	if w.effects.Unknown == "" {
		w.effects.Unknown = e.Unknown
	}
}

// places notes the programs that are called by a path: a copy may bring them. ok is false where the path cannot be told.
func (w *effectWalk) places(c *call) (ok bool) {
	for _, word := range c.words[:len(c.words)-len(c.args)] {
		if !strings.Contains(word, "/") || strings.Contains(word, "=") {
			continue
		}
		area, ok := c.area(word)
		if !ok {
			return false
		}
		w.read(area)
	}
	return true
}

// chosen returns the paths that variables of tools name.
func (s Script) chosen() []string {
	var paths []string
	for _, kv := range s.Env {
		name, value, _ := strings.Cut(kv, "=")
		if name == "PATH" || !ofTool(name) {
			continue
		}
		for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(" :=,;", r) }) {
			if !path.IsAbs(word) {
				word = path.Join(s.Dir, word)
			}
			if paths = append(paths, word); name == "PYTHONPATH" {
				paths = append(paths, path.Join(word, "sitecustomize.py"), path.Join(word, "usercustomize.py"))
			}
		}
	}
	return paths
}

// toolVariables are beginnings of names of variables by which tools choose files.
var toolVariables = []string{
	"SSL_", "REQUESTS_CA_BUNDLE", "CURL_", "GIT_", "WGETRC", "NETRC", "APT_", "CONDA", "RUSTUP_", "PERL5", "PHP",
	"PIP_", "NPM_CONFIG_", "npm_config_", "YARN_", "PNPM_", "BUNDLE_", "GEM_", "UV_", "POETRY_", "PIPENV_", "COMPOSER", "CARGO_", "MAVEN_", "GRADLE_",
	"NODE_", "PYTHON", "RUBY", "JAVA_", "GO", "NUGET_", "DOTNET_", "MIX_", "HEX_", "PATH", "HOME", "XDG_", "BASH_ENV", "LD_",
}

// ofTool reports whether tools may choose files by a variable.
func ofTool(name string) bool {
	return slices.ContainsFunc(toolVariables, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// assignments notes variables that the script sets and by which tools choose files.
func (w *effectWalk) assignments(u *unit) {
	for _, stmt := range u.stmts {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Assign); ok && a.Name != nil && a.Value != nil {
				w.assignment(a)
			}
			return true
		})
	}
}

func (w *effectWalk) assignment(a *syntax.Assign) {
	if !ofTool(a.Name.Value) {
		return
	}
	value, ok := w.script.symbolic(a.Value)
	switch {
	case !ok, a.Name.Value == "PATH", a.Name.Value == "HOME", strings.Contains(value, "${"):
		w.effects.Unknown = w.script.source(a)
	case path.IsAbs(value):
		w.read(Area{Dir: path.Clean(value)})
	case w.script.Dir != "" && value != "" && !strings.ContainsAny(value, " :="):
		w.read(Area{Dir: path.Join(w.script.Dir, value)})
	}
}

// Touched returns the paths that the script writes outside of the system's own directories, and all in directories that it goes
// to. Each is in a directory that must be there, or that the script makes.
func (e Effects) Touched() []string {
	var paths []string
	for _, a := range e.Writes {
		switch {
		case a.Deep:
			paths = append(paths, path.Join(a.Dir, "*"))
		case !InBaseImage(a.Dir):
			paths = append(paths, path.Join(a.Dir, a.Name))
		}
	}
	for _, dir := range e.Entered {
		paths = append(paths, path.Join(dir, "*"))
	}
	for _, i := range e.Installs {
		paths = append(paths, path.Join(i.dir, "*"))
	}
	return paths
}
