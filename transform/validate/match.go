package validate

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// A matcher compares two syntax trees and notes the differences that a claim may allow.
// Whether they are allowed where they stand is decided afterwards, on the notes.
type matcher struct {
	claim transform.Claim
	after Script
	// errexit is true when the script may run with the option -e.
	errexit bool
	// fixed is above 0 within loops and functions, where nothing may be inserted: what is
	// behind it in the text can run before it.
	fixed int
	// gained are the targets of the cache mounts that the step has gained.
	gained []string
	edits  []edit
	// why is the reason of the last refusal, "" if it is a plain difference.
	why string
}

// An edit is one allowed difference.
type edit struct {
	kind editKind
	// call is the command that was inserted, removed or changed.
	call *call
	// flag is the word that came or went.
	flag string
}

type editKind int

const (
	insertedCommand editKind = iota
	removedCommand
	insertedFlag
	removedFlag
	renamedCommand
)

// prefix aligns operands with the start of another list of operands and returns how many of
// those it takes; -1 if they are not there.
func (m *matcher) prefix(before, after []*syntax.Stmt) int {
	mark := len(m.edits)
	n := m.align(before, after)
	if n < 0 {
		m.edits = m.edits[:mark]
	}
	return n
}

// whole is prefix for lists that must be used up.
func (m *matcher) whole(before, after []*syntax.Stmt) bool {
	mark := len(m.edits)
	n := m.align(before, after)
	if n >= 0 {
		n += m.trailing(after[n:])
	}
	if n != len(after) {
		m.edits = m.edits[:mark]
	}
	return n == len(after)
}

// align walks two lists of operands. Commands that a claim lets come or go are noted.
func (m *matcher) align(before, after []*syntax.Stmt) int {
	j := 0
	for i := 0; i < len(before); {
		switch {
		case j < len(after) && m.same(before[i], after[j]):
			i, j = i+1, j+1
		case j < len(after) && m.insertion(after[j]):
			j++
		case m.removal(before[i]):
			i++
		default:
			return -1
		}
	}
	return j
}

// trailing returns how many operands at the start of a list may have been inserted.
func (m *matcher) trailing(after []*syntax.Stmt) int {
	n := 0
	for n < len(after) && m.insertion(after[n]) {
		n++
	}
	return n
}

func (m *matcher) insertion(stmt *syntax.Stmt) bool {
	c := m.after.written(stmt)
	if c == nil || m.fixed > 0 || !m.mayInsert(c) {
		return false
	}
	m.edits = append(m.edits, edit{kind: insertedCommand, call: c})
	return true
}

func (m *matcher) removal(stmt *syntax.Stmt) bool {
	c := m.after.simple(stmt)
	if c == nil || m.fixed > 0 || !m.mayRemove(c) {
		return false
	}
	m.edits = append(m.edits, edit{kind: removedCommand, call: c})
	return true
}

// same compares two statements.
func (m *matcher) same(before, after *syntax.Stmt) bool {
	if canonical(before) == canonical(after) {
		return true
	}
	if m.claim == 0 || !sameAttachments(before, after) {
		return false
	}
	mark := len(m.edits)
	ok := m.sameCommand(before, after)
	if !ok {
		m.edits = m.edits[:mark]
	}
	return ok
}

func sameAttachments(b, a *syntax.Stmt) bool {
	return canonical(&syntax.Stmt{Negated: b.Negated, Background: b.Background, Coprocess: b.Coprocess, Disown: b.Disown, Redirs: b.Redirs}) ==
		canonical(&syntax.Stmt{Negated: a.Negated, Background: a.Background, Coprocess: a.Coprocess, Disown: a.Disown, Redirs: a.Redirs})
}

func (m *matcher) sameCommand(before, after *syntax.Stmt) bool {
	bs, as := conjuncts(before), conjuncts(after)
	if len(bs) > 1 || len(as) > 1 {
		if len(as) > len(bs) && m.errexit && sequential(bs[len(bs)-1]) {
			return m.refuse("with a command behind it, `%s` no longer stops at its first failure", after)
		}
		return m.whole(bs, as)
	}
	switch b := before.Cmd.(type) {
	case *syntax.CallExpr:
		a, ok := after.Cmd.(*syntax.CallExpr)
		return ok && m.sameCall(before, b, after, a)
	case *syntax.BinaryCmd:
		a, ok := after.Cmd.(*syntax.BinaryCmd)
		return ok && a.Op == b.Op && m.same(b.X, a.X) && m.same(b.Y, a.Y)
	case *syntax.Block:
		a, ok := after.Cmd.(*syntax.Block)
		return ok && m.list(b.Stmts, a.Stmts)
	case *syntax.Subshell:
		a, ok := after.Cmd.(*syntax.Subshell)
		return ok && m.list(b.Stmts, a.Stmts)
	case *syntax.IfClause:
		a, ok := after.Cmd.(*syntax.IfClause)
		return ok && m.sameIf(b, a)
	case *syntax.ForClause:
		a, ok := after.Cmd.(*syntax.ForClause)
		return ok && canonical(b.Loop) == canonical(a.Loop) && b.Select == a.Select && m.loop(b.Do, a.Do)
	case *syntax.WhileClause:
		a, ok := after.Cmd.(*syntax.WhileClause)
		return ok && b.Until == a.Until && m.loop(b.Cond, a.Cond) && m.loop(b.Do, a.Do)
	}
	return false
}

func (m *matcher) refuse(why string, stmt *syntax.Stmt) bool {
	m.why = strings.Replace(why, "%s", m.after.source(stmt), 1)
	return false
}

func (m *matcher) sameIf(b, a *syntax.IfClause) bool {
	m.fixed++
	cond := m.list(b.Cond, a.Cond)
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

// list compares two lists of statements that run whatever the others' status is. The last
// one is the status of the list, so nothing may come or go there unless -e is on.
func (m *matcher) list(before, after []*syntax.Stmt) bool {
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		lastBefore, lastAfter := i == len(before)-1, j == len(after)-1
		switch {
		case i < len(before) && j < len(after) && m.same(before[i], after[j]):
			if m.errexit && !lastBefore && strict(before[i]) && !strict(after[j]) {
				return m.refuse("behind `&&`, a failure of `%s` no longer stops the script", after[j])
			}
			i, j = i+1, j+1
		case j < len(after) && (!lastAfter || m.errexit && j > 0 && strict(after[j-1])) && m.insertion(after[j]):
			j++
		case i < len(before) && !lastBefore && m.removal(before[i]):
			i++
		case lastAfter && i == len(before) && m.insertion(after[j]):
			return m.refuse("the status of `%s` hides a failure of what is before it", after[j])
		default:
			return false
		}
	}
	return true
}

// sameCall compares two simple commands word by word.
func (m *matcher) sameCall(bStmt *syntax.Stmt, b *syntax.CallExpr, aStmt *syntax.Stmt, a *syntax.CallExpr) bool {
	if len(a.Args) == 0 || len(b.Args) == 0 || canonical(&syntax.CallExpr{Assigns: b.Assigns}) != canonical(&syntax.CallExpr{Assigns: a.Assigns}) {
		return false
	}
	bc, ac := m.after.newCall(bStmt, b), m.after.newCall(aStmt, a)
	i := 0
	for j := 0; j < len(a.Args) || i < len(b.Args); {
		switch {
		case i < len(b.Args) && j < len(a.Args) && canonical(b.Args[i]) == canonical(a.Args[j]):
			i, j = i+1, j+1
		case i < len(b.Args) && j < len(a.Args) && m.renames(bc, ac, i, j):
			m.edits = append(m.edits, edit{kind: renamedCommand, call: ac})
			i, j = i+1, j+1
		case j < len(a.Args) && m.mayAddFlag(ac, j):
			m.edits = append(m.edits, edit{kind: insertedFlag, call: ac, flag: ac.words[j]})
			j++
		case i < len(b.Args) && m.mayDropFlag(bc, i):
			m.edits = append(m.edits, edit{kind: removedFlag, call: ac, flag: bc.words[i]})
			i++
		default:
			return false
		}
	}
	return true
}
