package validate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A unit is one of several scripts that are joined, taken apart.
type unit struct {
	Script
	stmts []*syntax.Stmt
	ops   []*syntax.Stmt
	// mode is the leading call of set that only sets options, nil if there is none.
	mode    *call
	changes []change
}

func (s Script) unit() (*unit, error) {
	file, err := s.parse()
	if err != nil {
		return nil, err
	}
	u := &unit{Script: s, stmts: file.Stmts, ops: operands(file.Stmts), changes: s.changes(file.Stmts)}
	if len(file.Stmts) > 0 {
		u.mode = s.options(firstSimple(file.Stmts[0]))
	}
	return u, nil
}

// firstSimple returns the first operand of a statement.
func firstSimple(stmt *syntax.Stmt) *syntax.Stmt {
	if ops := conjuncts(stmt); len(ops) > 0 {
		return ops[0]
	}
	return stmt
}

// errexit reports whether the option -e is on in any part of the unit.
func (u *unit) errexit() bool {
	if u.Script.errexit() {
		return true
	}
	for _, stmt := range u.stmts {
		for _, c := range u.calls(stmt) {
			if c.words[0] == "set" && c.setsErrexit() {
				return true
			}
		}
	}
	return false
}

// modeText is the canonical text of the unit's mode, "" if it has none.
func (u *unit) modeText() string {
	if u.mode == nil {
		return ""
	}
	return canonical(u.mode.expr)
}

// A joiner checks that one script does what several did one after the other.
type joiner struct {
	units []*unit
	match matcher
	// open are the changes of earlier units that the shell still holds, mode the options
	// that were set at the start of the first of them.
	open []change
	mode string
	// owner tells which script an open change comes from.
	owner Script
}

// join checks that the commands of after are those of the scripts before, in order, that each
// sees what it saw in a shell of its own, and that a script starts only if the one before
// ended in success. It returns the reason why not, "" if all holds.
func (j *joiner) join(after *unit) string {
	if len(after.ops) == 1 && len(after.stmts) > 1 {
		return j.sequence(after)
	}
	rest := after.ops
	for i, u := range j.units {
		last := i == len(j.units)-1
		n, sub := j.consume(u, rest)
		if n < 0 {
			return j.mismatch(after)
		}
		if why := j.enter(u, i); why != "" {
			return why
		}
		if !last {
			if why := j.leave(u, sub); why != "" {
				return why
			}
			if why := u.suppressed(); why != "" {
				return why
			}
		}
		rest = rest[n:]
	}
	if n := j.match.trailing(rest); n < len(rest) {
		return j.mismatch(after)
	}
	return ""
}

// consume finds a unit at the start of the operands, plain or in a subshell, and returns how
// many operands it takes; -1 if it is not there.
func (j *joiner) consume(u *unit, rest []*syntax.Stmt) (n int, sub bool) {
	if n := j.match.prefix(u.ops, rest); n >= 0 {
		return n, false
	}
	if j.mode != "" && u.modeText() == j.mode && len(u.stmts) == 1 {
		if n := j.match.prefix(u.ops[1:], rest); n >= 0 {
			return n, false
		}
	}
	if len(rest) > 0 {
		if inner, ok := subshell(rest[0]); ok && j.match.whole(u.ops, operands(inner)) {
			return 1, true
		}
	}
	return -1, false
}

// enter checks that what earlier units left in the shell does not reach this one.
func (j *joiner) enter(u *unit, i int) string {
	if i == 0 {
		return ""
	}
	for _, c := range j.open {
		switch {
		case c.kind == changesDir && u.startsInDir():
		case c.kind == changesOptions && j.mode != "" && u.modeText() == j.mode:
		default:
			return fmt.Sprintf("%s for the commands of the next RUN", j.owner.says(c))
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

// leave notes what the unit changes in the shell that the next ones run in.
func (j *joiner) leave(u *unit, sub bool) string {
	for _, c := range u.changes {
		switch {
		case c.kind.survives():
			return u.says(c) + " that did not outlive its RUN"
		case sub:
		case c.kind == endsShell, c.kind == changesTrap:
			return u.says(c) + " before the commands of the next RUN"
		default:
			j.open = append(j.open, c)
			j.owner = u.Script
		}
	}
	if !sub && u.mode != nil && len(j.open) > 0 && j.mode == "" && j.open[0].kind == changesOptions {
		j.mode = u.modeText()
	}
	return u.mountedFiles()
}

// startsInDir reports whether the unit goes to an absolute directory before anything else.
func (u *unit) startsInDir() bool {
	ops := u.ops
	if len(u.stmts) > 1 {
		ops = conjuncts(u.stmts[0])
	}
	if u.mode != nil && len(ops) > 0 {
		ops = ops[1:]
	}
	if len(ops) == 0 {
		return false
	}
	c := u.simple(ops[0])
	return c != nil && c.words[0] == "cd" && len(c.words) == 2 && path.IsAbs(c.words[1])
}

// suppressed says what the option -e no longer does once more commands follow the unit: the
// shell ignores -e in what "&&" waits for.
func (u *unit) suppressed() string {
	if len(u.ops) == 0 || !u.errexit() {
		return ""
	}
	if last := u.ops[len(u.ops)-1]; sequential(last) {
		return fmt.Sprintf("with a command behind it, `%s` no longer stops at its first failure", u.source(last))
	}
	return ""
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

// sequence checks a script of several statements: they are those of the units, and the
// option -e ends it where a unit fails.
func (j *joiner) sequence(after *unit) string {
	rest := after.stmts
	for i, u := range j.units {
		last := i == len(j.units)-1
		n, sub := j.consumeList(u, rest)
		if n < 0 || last && n != len(rest) {
			return j.mismatch(after)
		}
		if why := j.enter(u, i); why != "" {
			return why
		}
		if !last {
			if why := j.leave(u, sub); why != "" {
				return why
			}
			if why := j.stops(u, sub); why != "" {
				return why
			}
		}
		rest = rest[n:]
	}
	return ""
}

// consumeList finds the statements of a unit at the start of a list.
func (j *joiner) consumeList(u *unit, rest []*syntax.Stmt) (n int, sub bool) {
	stmts := u.stmts
	if len(stmts) <= len(rest) && canonicalList(rest[:len(stmts)]) == canonicalList(stmts) {
		return len(stmts), false
	}
	if j.mode != "" && u.modeText() == j.mode && u.options(stmts[0]) != nil {
		if stmts = stmts[1:]; len(stmts) <= len(rest) && canonicalList(rest[:len(stmts)]) == canonicalList(stmts) {
			return len(stmts), false
		}
	}
	if len(rest) > 0 {
		if inner, ok := subshell(rest[0]); ok && canonicalList(inner) == canonicalList(u.stmts) {
			return 1, true
		}
	}
	return -1, false
}

// stops says why a failure of the unit would not end the script before the next statement.
func (j *joiner) stops(u *unit, sub bool) string {
	on := u.Script.errexit() || !sub && u.mode != nil && u.mode.setsErrexit() && u.options(u.stmts[0]) != nil
	if len(u.stmts) == 0 {
		return ""
	}
	last := u.stmts[len(u.stmts)-1]
	if !on || !sub && !strict(last) {
		return fmt.Sprintf("a failure of `%s` no longer stops what comes after it", u.source(last))
	}
	return ""
}

// mismatch says why the commands of after are not those of the units.
func (j *joiner) mismatch(after *unit) string {
	var before []*unit
	before = append(before, j.units...)
	return difference(before, after)
}

// difference names the first command that only one side has; when both have the same
// commands, it says what kind of difference is left.
func difference(before []*unit, after *unit) string {
	have := map[string]int{}
	for _, c := range after.all() {
		have[canonical(c.expr)]++
	}
	for _, u := range before {
		for _, c := range u.all() {
			key := canonical(c.expr)
			if have[key]--; have[key] < 0 {
				return fmt.Sprintf("the command `%s` is gone or differs", u.source(c.stmt))
			}
		}
	}
	for _, c := range after.all() {
		if have[canonical(c.expr)] > 0 {
			return fmt.Sprintf("the command `%s` is new or differs", after.source(c.stmt))
		}
	}
	if len(after.ops) > 0 {
		if or, ok := after.ops[len(after.ops)-1].Cmd.(*syntax.BinaryCmd); ok && or.Op == syntax.OrStmt && len(before) > 1 {
			return fmt.Sprintf("a failure of `%s` would be hidden by `|| %s`", after.source(or.X), after.source(or.Y))
		}
	}
	return "the commands are the same, but not the order or the conditions in which they run"
}

// all returns the simple commands of a unit.
func (u *unit) all() []*call {
	var all []*call
	for _, stmt := range u.stmts {
		all = append(all, u.calls(stmt)...)
	}
	return all
}
