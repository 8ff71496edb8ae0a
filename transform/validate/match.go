package validate

import (
	"fmt"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// A matcher compares two syntax trees and notes the differences that a claim may allow.
// Whether they are allowed where they stand is decided afterwards, on the notes.
type matcher struct {
	claim transform.Claim
	// before is the script that is compared just now.
	before, after Script
	// units are all scripts before.
	units []*unit
	// at is where in the script the comparison stands.
	at place
	// fixed is above 0 within loops and functions, where nothing may be inserted: what is
	// behind it in the text can run before it.
	fixed int
	// gained are the targets of the cache mounts that the step has gained.
	gained []string
	edits  []edit
	// why is the reason of the last refusal, "" if it is a plain difference.
	why string
}

// A place says what becomes of a failure.
type place struct {
	// may is true where the option -e may be on, must where it is. The shell ignores it in what
	// "&&", "||", "!" or a condition waits for.
	may, must bool
	// tail is true where nothing follows: a failure is the status of the script, or of a
	// subshell, with -e and without.
	tail bool
}

// within runs a comparison at another place.
func (m *matcher) within(p place, compare func() bool) bool {
	saved := m.at
	m.at = p
	defer func() { m.at = saved }()
	return compare()
}

// An edit is one allowed difference.
type edit struct {
	kind editKind
	// call is the command that was inserted, removed or changed.
	call *call
	// flag is the word that came or went, word its place in after, -1 for one that went.
	flag string
	word int
	// became is what is left of the command that has lost some of its ownership changes.
	became *call
}

type editKind int

const (
	insertedCommand editKind = iota
	removedCommand
	insertedFlag
	removedFlag
	insertedPath
	removedPath
	renamedCommand
	lostOwnership
)

// insertion notes a command that a claim lets come; placed says whether it may stand where it is.
func (m *matcher) insertion(stmt *syntax.Stmt, placed func() bool) bool {
	c := m.after.written(stmt)
	if c == nil || m.fixed > 0 || !m.mayInsert(c) || !placed() {
		return false
	}
	m.edits = append(m.edits, edit{kind: insertedCommand, call: c})
	return true
}

// removal notes a command that a claim lets go.
func (m *matcher) removal(stmt *syntax.Stmt, placed func() bool) bool {
	c := m.before.simple(stmt)
	if c == nil || m.fixed > 0 || !m.mayRemove(c) || !placed() {
		return false
	}
	kind := removedCommand
	if m.owns(c) {
		kind = lostOwnership
	}
	m.edits = append(m.edits, edit{kind: kind, call: c})
	return true
}

// same compares two statements.
func (m *matcher) same(before, after *syntax.Stmt) bool {
	if sameSyntax(before, after) {
		return true
	}
	if m.claim == 0 {
		return false
	}
	mark := len(m.edits)
	ok := m.sameOperands(conjuncts(before), conjuncts(after))
	if !ok {
		m.edits = m.edits[:mark]
	}
	return ok
}

func (m *matcher) sameOperands(before, after []*syntax.Stmt) bool {
	if len(before) == 1 && len(after) == 1 {
		return sameAttachments(before[0], after[0]) && m.sameCommand(before[0], after[0])
	}
	return m.whole(before, after)
}

func sameAttachments(b, a *syntax.Stmt) bool {
	return sameSyntax(&syntax.Stmt{Negated: b.Negated, Background: b.Background, Coprocess: b.Coprocess, Disown: b.Disown, Redirs: b.Redirs},
		&syntax.Stmt{Negated: a.Negated, Background: a.Background, Coprocess: a.Coprocess, Disown: a.Disown, Redirs: a.Redirs})
}

// sameCommand compares two statements of one operand each.
func (m *matcher) sameCommand(before, after *syntax.Stmt) bool {
	if before.Negated {
		saved := m.at
		m.at = place{}
		defer func() { m.at = saved }()
	}
	switch b := before.Cmd.(type) {
	case *syntax.CallExpr:
		a, ok := after.Cmd.(*syntax.CallExpr)
		return ok && m.sameCall(before, b, after, a)
	case *syntax.BinaryCmd:
		a, ok := after.Cmd.(*syntax.BinaryCmd)
		return ok && a.Op == b.Op && m.within(m.left(b.Op), func() bool { return m.same(b.X, a.X) }) && m.within(m.right(b.Op), func() bool { return m.same(b.Y, a.Y) })
	case *syntax.Block:
		a, ok := after.Cmd.(*syntax.Block)
		return ok && m.list(b.Stmts, a.Stmts)
	case *syntax.Subshell:
		a, ok := after.Cmd.(*syntax.Subshell)
		inner := place{m.at.may, m.at.must, true}
		return ok && m.within(inner, func() bool { return m.list(b.Stmts, a.Stmts) })
	case *syntax.IfClause:
		a, ok := after.Cmd.(*syntax.IfClause)
		return ok && m.sameIf(b, a)
	case *syntax.ForClause:
		a, ok := after.Cmd.(*syntax.ForClause)
		return ok && sameSyntax(b.Loop, a.Loop) && b.Select == a.Select && m.loop(b.Do, a.Do)
	case *syntax.WhileClause:
		a, ok := after.Cmd.(*syntax.WhileClause)
		return ok && b.Until == a.Until && m.loop(b.Cond, a.Cond) && m.loop(b.Do, a.Do)
	}
	return false
}

// refuse notes why a difference is not allowed where it stands.
func (m *matcher) refuse(format string, args ...any) bool {
	m.why = fmt.Sprintf(format, args...)
	return false
}

func (m *matcher) sameIf(b, a *syntax.IfClause) bool {
	m.fixed++
	cond := m.within(place{}, func() bool { return m.list(b.Cond, a.Cond) })
	m.fixed--
	if !cond || !m.list(b.Then, a.Then) || (b.Else == nil) != (a.Else == nil) {
		return false
	}
	return b.Else == nil || m.sameIf(b.Else, a.Else)
}

// loop compares lists that run more than once.
func (m *matcher) loop(before, after []*syntax.Stmt) bool {
	m.fixed++
	defer func() { m.fixed-- }()
	return m.list(before, after)
}

// left and right are the places of the operands of "||" and "|".
func (m *matcher) left(op syntax.BinCmdOperator) place {
	if op == syntax.OrStmt {
		return place{}
	}
	return place{may: m.at.may}
}

func (m *matcher) right(op syntax.BinCmdOperator) place {
	if op == syntax.OrStmt {
		return m.at
	}
	return place{may: m.at.may}
}

// sameCall compares two simple commands word by word.
func (m *matcher) sameCall(bStmt *syntax.Stmt, b *syntax.CallExpr, aStmt *syntax.Stmt, a *syntax.CallExpr) bool {
	if len(a.Args) == 0 || len(b.Args) == 0 {
		return false
	}
	bc, ac := m.before.newCall(bStmt, b), m.after.newCall(aStmt, a)
	if !sameSyntax(&syntax.CallExpr{Assigns: b.Assigns}, &syntax.CallExpr{Assigns: a.Assigns}) && !m.withoutCgo(bc, ac) {
		return false
	}
	i, lost := 0, false
	for j := 0; j < len(a.Args) || i < len(b.Args); {
		switch {
		case i < len(b.Args) && j < len(a.Args) && sameSyntax(b.Args[i], a.Args[j]):
			i, j = i+1, j+1
		case i < len(b.Args) && j < len(a.Args) && m.renames(bc, ac, i, j):
			m.edits = append(m.edits, edit{kind: renamedCommand, call: ac})
			i, j = i+1, j+1
		case i < len(b.Args) && m.mayDropOwned(bc, i):
			lost = true
			i++
		case i < len(b.Args) && m.mayDropPath(bc, ac, i):
			m.edits = append(m.edits, edit{kind: removedPath, call: bc, flag: bc.words[i], word: -1})
			i++
		case j < len(a.Args) && m.mayAddPath(ac, j):
			m.edits = append(m.edits, edit{kind: insertedPath, call: ac, flag: ac.words[j], word: j})
			j++
		case j < len(a.Args) && m.mayAddFlag(ac, j):
			m.edits = append(m.edits, edit{kind: insertedFlag, call: ac, flag: ac.words[j], word: j})
			j++
		case i < len(b.Args) && m.mayDropFlag(bc, i):
			m.edits = append(m.edits, edit{kind: removedFlag, call: ac, flag: bc.words[i], word: -1})
			i++
		default:
			return false
		}
	}
	if lost {
		m.edits = append(m.edits, edit{kind: lostOwnership, call: bc, became: ac})
	}
	return true
}
