package validate

import (
	"fmt"
	"slices"

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
	return slices.ContainsFunc(u.all(), func(c *call) bool { return c.words[0] == "set" && c.setsErrexit() })
}

// start is the place of the script as a whole.
func (u *unit) start() place {
	must := u.Script.errexit() || u.mode != nil && u.mode.setsErrexit() && u.options(u.stmts[0]) != nil
	for _, c := range u.all() {
		if c.words[0] == "set" && !c.setsErrexit() {
			must = false
		}
	}
	return place{may: u.errexit(), must: must, tail: true}
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
	// replaced are programs that earlier units have called and then installed anew, with the
	// command that did.
	replaced map[string]string
	// doubts are reasons why the join may not hold.
	doubts []string
}

// join checks that the commands of after are those of the scripts before, in order, that each
// sees what it saw in a shell of its own, and that a script starts only if the one before
// ended in success. It returns the reason why not, "" if all holds.
func (j *joiner) join(after *unit) string {
	if why := after.joinable(); why != "" {
		return why
	}
	if len(after.ops) == 1 && len(after.stmts) > 1 {
		return j.sequence(after)
	}
	rest := after.ops
	for i, u := range j.units {
		last := i == len(j.units)-1
		n, sub := j.consume(u, rest)
		if n < 0 {
			return difference(j.units, after)
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
	if len(rest) == 0 {
		return ""
	}
	if !j.match.whole(nil, rest) {
		return difference(j.units, after)
	}
	return j.units[len(j.units)-1].suppressed()
}

// consume finds a unit at the start of the operands, plain or in a subshell, and returns how
// many operands it takes; -1 if it is not there.
func (j *joiner) consume(u *unit, rest []*syntax.Stmt) (n int, sub bool) {
	j.match.before = u.Script
	if n := j.match.operands(u.ops, rest, true); n >= 0 {
		return n, false
	}
	if j.mode != "" && u.modeText() == j.mode && len(u.stmts) == 1 {
		if n := j.match.operands(u.ops[1:], rest, true); n >= 0 {
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

// sequence checks a script of several statements: they are those of the units, and the
// option -e ends it where a unit fails.
func (j *joiner) sequence(after *unit) string {
	rest := after.stmts
	for i, u := range j.units {
		last := i == len(j.units)-1
		n, sub := j.consumeList(u, rest)
		if n < 0 || last && n != len(rest) {
			return difference(j.units, after)
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

// all returns the simple commands of a unit.
func (u *unit) all() []*call { return u.calls(u.stmts...) }
