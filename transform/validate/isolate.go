package validate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxArgument is the longest argument that Linux passes to a program, in bytes: MAX_ARG_STRLEN in execve(2).
const maxArgument = 131072

// joinable says why no scripts can be joined in this one, whatever they are.
func (u *unit) joinable() string {
	for _, flag := range u.Shell[1:] {
		if flag == "--login" || strings.HasPrefix(flag, "-") && !strings.HasPrefix(flag, "--") && strings.ContainsAny(flag, "li") {
			return "a login or interactive shell reads its profile anew for each RUN"
		}
	}
	if _, ok := u.env("BASH_ENV"); ok {
		return "BASH_ENV is read anew for each RUN"
	}
	if len(u.Text) >= maxArgument {
		return "the script is longer than an argument can be"
	}
	return ""
}

// enter checks that what earlier units left in the shell does not reach this one.
func (j *joiner) enter(u *unit, i int) string {
	if i == 0 {
		return ""
	}
	j.remembered(u)
	for _, c := range j.open {
		switch {
		case c.kind == changesDir && u.startsInDir():
		case c.kind == changesOptions && c.setsMode(j.mode) && u.modeText() == j.mode:
		default:
			return fmt.Sprintf("%s for the commands of the next RUN", c)
		}
	}
	moved := slices.ContainsFunc(j.open, func(c change) bool { return c.kind == changesDir })
	for _, stmt := range u.stmts {
		if v := u.readsShell(stmt, moved); v != "" {
			return fmt.Sprintf("`%s` reads %s, which the joined script changes", u.source(stmt), v)
		}
	}
	return ""
}

// leave notes what the unit changes in the shell that the next ones run in; sub is true when
// it runs in a subshell.
func (j *joiner) leave(u *unit, sub bool) string {
	if !sub {
		j.replaces(u)
	}
	for _, c := range u.changes {
		switch {
		case c.kind.survives():
			return c.String() + " that did not outlive its RUN"
		case sub:
		case c.kind == endsShell, c.kind == changesTrap:
			return c.String() + " before the commands of the next RUN"
		case u.mode != nil && c.stmt == u.mode.stmt:
			j.mode = u.modeText()
			j.open = append(j.open, c)
		default:
			j.open = append(j.open, c)
		}
	}
	for _, c := range u.all() {
		if why := u.outside(c); why != "" {
			return why
		}
	}
	return u.mountedFiles()
}

// outside says what a command of the unit changes that the next RUN would have started with
// anew: its directory, the user's groups.
func (u *unit) outside(c *call) string {
	switch c.program {
	case "rm", "mv", "rmdir":
		gone := c.operands()
		if c.program == "mv" && len(gone) > 0 {
			gone = gone[:len(gone)-1]
		}
		for _, arg := range gone {
			if p := c.resolve(arg); p != "" && (p == u.Dir || strings.HasPrefix(u.Dir, p+"/")) {
				return fmt.Sprintf("`%s` takes away the directory in which the next RUN starts", c)
			}
		}
	case "usermod", "groupmod", "gpasswd", "adduser", "addgroup":
		if !u.Root() {
			return fmt.Sprintf("what `%s` changes counts from the next RUN on", c)
		}
	}
	return ""
}

// startsInDir reports whether the unit goes to an absolute directory before anything else,
// and does nothing if it cannot.
func (u *unit) startsInDir() bool {
	ops := u.ops
	if u.mode != nil && len(ops) > 0 {
		ops = ops[1:]
	}
	if len(u.stmts) != 1 || len(ops) == 0 {
		return false
	}
	c := u.simple(ops[0])
	return c != nil && c.words[0] == "cd" && len(c.words) == 2 && path.IsAbs(c.words[1])
}

// mountedFiles says which file the unit writes that BuildKit mounts anew for each RUN.
func (u *unit) mountedFiles() string {
	for _, file := range []string{"/etc/hosts", "/etc/resolv.conf", "/dev/shm/"} {
		if strings.Contains(u.Text, file) {
			return "what the RUN writes to " + file + " did not outlive it"
		}
	}
	return ""
}

// shellState are parameters whose value depends on what the shell ran before.
var shellState = []string{"_", "BASHPID", "BASH_SUBSHELL", "LINENO", "SECONDS"}

// readsShell returns what a statement reads of the shell's own history, "" if it reads
// nothing that matters. moved is true when an earlier script has left the shell in another directory.
func (u *unit) readsShell(stmt *syntax.Stmt, moved bool) string {
	found := ""
	syntax.Walk(stmt, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil {
			if name := p.Param.Value; slices.Contains(shellState, name) || moved && name == "OLDPWD" {
				found = "$" + name
			}
		}
		return found == ""
	})
	for _, c := range u.calls(stmt) {
		if moved && c.words[0] == "cd" && c.has("-") {
			found = "the directory before"
		}
	}
	return found
}

// setsMode reports whether the change is a call of set with the given canonical text.
func (c change) setsMode(mode string) bool {
	expr, ok := c.stmt.Cmd.(*syntax.CallExpr)
	return ok && canonical(expr) == mode
}

// selfInstalling are managers that can put a newer version of a program into another
// directory of PATH than the one that was called.
var selfInstalling = []string{"pip", "pipenv", "poetry", "uv", "npm", "yarn", "pnpm", "gem", "bundler", "composer"}

// replaces notes the programs that a unit calls by name and installs anew: the shell remembers
// where it found the old one.
func (j *joiner) replaces(u *unit) {
	var called []string
	for _, c := range u.all() {
		called = append(called, c.words[0])
		pm := managerOf(c)
		if pm == nil || !slices.Contains(selfInstalling, pm.name) || !slices.Contains(pm.installs, c.verb()) {
			continue
		}
		for _, arg := range c.args {
			name := arg
			if i := strings.IndexAny(arg, "=<>~!@["); i > 0 {
				name = arg[:i]
			}
			for _, program := range called {
				if programName(program) == name {
					j.replaced[program] = c.String()
				}
			}
		}
	}
}

// remembered doubts a unit that calls such a program.
func (j *joiner) remembered(u *unit) {
	for _, c := range u.all() {
		if old := j.replaced[c.words[0]]; old != "" {
			j.doubts = append(j.doubts, fmt.Sprintf("the shell may remember where `%s` was before `%s`", c.words[0], old))
			return
		}
	}
}
