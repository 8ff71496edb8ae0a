package validate

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// InstallsPackages returns the packages of the distribution that the script installs by name; ok is false where it does anything
// more than that, than updating apt's lists and removing them, and than choosing a mirror where a build argument says so.
func (s Script) InstallsPackages() (names []string, ok bool) {
	if !s.posix() || !s.Root() {
		return nil, false
	}
	file, err := s.parse()
	if err != nil || len(file.Stmts) != 1 {
		return nil, false
	}
	list := conjuncts(file.Stmts[0])
	if s.switchesMirror(list[0]) {
		list = list[1:]
	}
	for i, stmt := range list {
		c := s.simple(stmt)
		if c == nil || len(c.expr.Assigns) > 0 {
			return nil, false
		}
		words := strings.Join(c.words, " ")
		list, install := strings.CutPrefix(words, "apt-get install -y ")
		switch {
		case i == 0 && words == "apt-get update":
		case i == 1 && install:
			list = strings.TrimPrefix(list, "--no-install-recommends ")
			if !packageNames(list) {
				return nil, false
			}
			names = strings.Fields(list)
		case i == 2 && words == "rm -rf /var/lib/apt/lists/*":
		default:
			return nil, false
		}
	}
	return names, len(names) > 0
}

// PackagesByName returns the packages of the distribution that the script installs by their names whenever it succeeds, as far as these are written
// plainly.
func (s Script) PackagesByName() (names []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, list := range file.Stmts {
		for _, stmt := range conjuncts(list) {
			c := s.simple(stmt)
			if c == nil || c.program != "apt-get" && c.program != "apt" || c.verb() != "install" {
				continue
			}
			names = append(names, slices.DeleteFunc(c.operands()[1:], func(w string) bool { return !packageNames(w) })...)
		}
	}
	return names
}

// EditsSettings returns the files that say where packages of the distribution come from and that commands of the script edit.
func (s Script) EditsSettings() (files []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		for _, w := range c.args {
			if c.program == "sed" && strings.HasPrefix(w, "/etc/apt/") {
				files = append(files, path.Clean(w))
			}
		}
	}
	return files
}

// Repeats reports whether each command of the script is one that the others run, as the same user, in the same directory unless
// it only works on the system's accounts and settings, and with nothing around it.
func (s Script) Repeats(others []Script) bool {
	if !s.posix() {
		return false
	}
	file, err := s.parse()
	if err != nil || len(file.Stmts) != 1 {
		return false
	}
	for _, stmt := range conjuncts(file.Stmts[0]) {
		c := s.simple(stmt)
		if c == nil {
			return false
		}
		use := commands[c.program]
		_, replaces := c.replacement()
		if c.program == "mkdir" && c.onPaths(0) {
			continue // whether the stage has the folder is asked of Makes
		}
		onPaths := (use == ownsFiles || use == modesFiles || use == linksFile) && c.onPaths(1) || c.program == "rm" && c.onPaths(0)
		anywhere := use == changesUsers || use == changesSystem || use == linksLibraries || replaces || onPaths
		ran := slices.ContainsFunc(others, func(o Script) bool {
			if o.Root() != s.Root() || !anywhere && o.Dir != s.Dir {
				return false
			}
			file, err := o.parse()
			return err == nil && slices.ContainsFunc(o.calls(file.Stmts...), func(d *call) bool { return canonical(d.expr) == canonical(c.expr) })
		})
		if !ran {
			return false
		}
	}
	return true
}

// onPaths reports whether all operands of a call behind the first skip are absolute paths.
func (c *call) onPaths(skip int) bool {
	var operands []string
	for _, w := range c.args {
		if !strings.HasPrefix(w, "-") {
			operands = append(operands, w)
		}
	}
	return len(operands) > skip && !slices.ContainsFunc(operands[skip:], func(w string) bool { return !path.IsAbs(w) || strings.Contains(w, dynamic) })
}

// Gives returns the paths whose owner or mode the script changes; recursive are those of folders with all in them.
func (s Script) Gives() (paths, recursive []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil, nil
	}
	for _, c := range s.calls(file.Stmts...) {
		if !slices.Contains([]string{"chown", "chgrp", "chmod"}, c.program) {
			continue
		}
		operands := slices.DeleteFunc(slices.Clone(c.args), func(w string) bool { return strings.HasPrefix(w, "-") })
		for _, w := range operands[min(1, len(operands)):] {
			if !path.IsAbs(w) {
				w = path.Join(c.dir, w)
			}
			if paths = append(paths, path.Clean(w)); c.has("-R", "--recursive") {
				recursive = append(recursive, path.Clean(w))
			}
		}
	}
	return paths, recursive
}

// makers are commands whose operands, or the last of them, are there afterwards. Source: POSIX.1-2024, Shell & Utilities.
var makers = map[string]struct{ last bool }{"mkdir": {}, "touch": {}, "cp": {true}, "mv": {true}, "ln": {true}, "install": {true}}

// Makes returns the absolute paths that commands of the script make, as far as they name them plainly, and those that they remove and do not make
// again.
func (s Script) Makes() (made, removed []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil, nil
	}
	for _, c := range s.calls(file.Stmts...) {
		m, makes := makers[c.program]
		var operands []string
		for i, w := range c.args {
			mode := i > 0 && c.args[i-1] == "-m" && (c.program == "mkdir" || c.program == "install")
			if !strings.HasPrefix(w, "-") && !strings.Contains(w, dynamic) && !mode {
				operands = append(operands, w)
			}
		}
		if m.last && len(operands) > 1 {
			operands = operands[len(operands)-1:]
		}
		for _, w := range operands {
			p := c.located(w)
			if p == "" {
				continue
			}
			switch {
			case makes && (!m.last || len(operands) > 0):
				made = append(made, path.Clean(p))
				removed = slices.DeleteFunc(removed, func(r string) bool { return r == path.Clean(p) })
			case c.program == "rm" || c.program == "rmdir":
				removed = append(removed, path.Clean(p))
			}
		}
	}
	return made, removed
}

// located returns the path of an operand, "" where the folder is not known; in a home folder it begins with a tilde.
func (c *call) located(word string) string {
	home := strings.HasPrefix(word, "~") || strings.HasPrefix(word, "${HOME}")
	if name, rest, ok := strings.Cut(strings.TrimPrefix(word, "${"), "}"); ok && !home && strings.HasPrefix(word, "${") {
		if value, set := c.script.env(name); set && path.IsAbs(value) {
			word = value + rest
		}
	}
	switch {
	case home:
		return "~" + strings.TrimPrefix(strings.TrimPrefix(word, "${HOME}"), "~")
	case path.IsAbs(word):
		return word
	case c.dir == "":
		return ""
	}
	return path.Join(c.dir, word)
}

// Writes returns the files that commands of the script send their output to, and libraries that they link, as far as they name them plainly.
func (s Script) Writes() (files []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		if i := slices.Index(c.args, "-o"); i >= 0 && i+1 < len(c.args) && slices.Contains(compilers, c.program) && c.has("-shared") {
			files = append(files, path.Clean(c.located(c.args[i+1])))
		}
		for _, r := range c.stmt.Redirs {
			name, ok := s.symbolic(r.Word)
			if to := c.located(name); ok && to != "" && (r.Op == syntax.RdrOut || r.Op == syntax.AppOut || r.Op == syntax.RdrAll) && !strings.HasPrefix(to, "/dev/") {
				files = append(files, path.Clean(to))
			}
		}
	}
	return files
}

// LinkedPaths returns the paths at which commands of the script make symbolic links, as far as they name them plainly. One to a time zone counts as a copy.
func (s Script) LinkedPaths() (links []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		if c.program != "ln" || !c.short("s") && !c.has("--symbolic") || strings.Contains(strings.Join(c.args, " "), "/usr/share/zoneinfo/") {
			continue
		}
		operands := slices.DeleteFunc(slices.Clone(c.args), func(w string) bool { return strings.HasPrefix(w, "-") })
		if len(operands) < 2 {
			continue
		}
		to := c.located(operands[len(operands)-1])
		if !strings.HasSuffix(operands[len(operands)-1], "/") {
			links = append(links, path.Clean(to))
		}
		links = append(links, path.Join(to, path.Base(operands[0])))
	}
	return links
}

// ChangesAccounts returns the calls of the script that make, change and remove users and groups, as text.
func (s Script) ChangesAccounts() (calls []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		if commands[c.program] == changesUsers || c.program == "chpasswd" {
			calls = append(calls, strings.Join(c.words, " "))
		}
	}
	return calls
}

// A Linkage says whether what a script builds needs a C library when it runs.
type Linkage int

// The linkages, worst first.
const (
	// Dynamic: a command links with the C library.
	Dynamic Linkage = iota
	// UnknownLinkage: a command builds something, and how is not said.
	UnknownLinkage
	// GoDefault: go decides by what the program imports.
	GoDefault
	// Static: all is linked into the program.
	Static
	// NoBuild: nothing is built.
	NoBuild
)

// compilers link programs with the C library unless they are told otherwise.
var compilers = strings.Fields("gcc cc g++ c++ clang clang++ ld tcc")

// systems are build systems, which link as files say that are not read.
var systems = strings.Fields("make gmake cmake ninja meson scons configure autogen.sh bazel waf xmake conan")

// Links returns how the script links what it builds: the worst of its commands.
func (s Script) Links() Linkage {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return UnknownLinkage
	}
	worst := NoBuild
	for _, c := range s.calls(file.Stmts...) {
		worst = min(worst, c.links())
	}
	return worst
}

// cgoOff is the assignment by which go compiles nothing that is written in C.
const cgoOff = "CGO_ENABLED=0"

// withoutCgo reports whether all that a call of go has gained is that cgo is off, which nothing has switched on before.
func (m *matcher) withoutCgo(before, after *call) bool {
	_, set := m.before.env("CGO_ENABLED")
	if !m.claim.Allows(transform.WithoutCgo) || set || strings.Contains(m.before.Text, "CGO_ENABLED") || !before.goBuilds() {
		return false
	}
	gained := after.expr.Assigns
	return len(gained) > 0 && m.after.source(gained[0]) == cgoOff &&
		sameSyntax(&syntax.CallExpr{Assigns: before.expr.Assigns}, &syntax.CallExpr{Assigns: gained[1:]})
}

// goBuilds reports whether a call is one by which go makes programs.
func (c *call) goBuilds() bool {
	return c.program == "go" && (c.verb() == "build" || c.verb() == "install")
}

func (c *call) links() Linkage {
	all := strings.Join(c.words, " ")
	switch {
	case slices.Contains(compilers, c.program):
		if c.has("-c", "--version", "-static", "-static-pie") {
			if c.has("-static", "-static-pie") {
				return Static
			}
			return NoBuild
		}
		return Dynamic
	case c.goBuilds():
		if c.has("-race", "-msan", "-asan") {
			return Dynamic
		}
		cgo, _ := c.script.env("CGO_ENABLED")
		for _, a := range c.expr.Assigns {
			if a.Name != nil && a.Name.Value == "CGO_ENABLED" && a.Value != nil {
				cgo, _ = c.script.symbolic(a.Value)
			}
		}
		if cgo == "0" || strings.Contains(all, "-static") {
			return Static
		}
		return GoDefault
	case c.program == "cargo" && (c.verb() == "build" || c.verb() == "install"), c.program == "rustc":
		if strings.Contains(all, "-linux-musl") {
			return Static
		}
		return Dynamic
	case slices.Contains(systems, c.program):
		return UnknownLinkage
	}
	return NoBuild
}

// Programs returns the names or paths of the programs that the script calls, and whether it can be read.
func (s Script) Programs() (names []string, ok bool) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil, false
	}
	for _, c := range s.calls(file.Stmts...) {
		if len(c.words) > 0 {
			names = append(names, c.words[0])
		}
	}
	return names, true
}

// HasWord reports whether a text has a word: the letters beside it are no part of a longer one.
func HasWord(text, word string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 || word == "" {
			return false
		}
		start, end := at+i, at+i+len(word)
		if (start == 0 || !strings.Contains(letters, text[start-1:start])) && (end == len(text) || !strings.Contains(letters, text[end:end+1])) {
			return true
		}
		at = start + 1
	}
}
