package validate

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// operands takes a list of statements apart into the operands of its top-level "&&": each
// runs only if all before it ended in success, and the first failure is the list's status.
// A list of several statements is one operand.
func operands(stmts []*syntax.Stmt) []*syntax.Stmt {
	switch len(stmts) {
	case 0:
		return nil
	case 1:
		return conjuncts(stmts[0])
	}
	return []*syntax.Stmt{{Position: stmts[0].Position, Cmd: &syntax.Block{Lbrace: stmts[0].Pos(), Rbrace: stmts[len(stmts)-1].End(), Stmts: stmts}}}
}

func conjuncts(stmt *syntax.Stmt) []*syntax.Stmt {
	if !bare(stmt) {
		return []*syntax.Stmt{stmt}
	}
	switch c := stmt.Cmd.(type) {
	case *syntax.BinaryCmd:
		if c.Op == syntax.AndStmt {
			return append(conjuncts(c.X), conjuncts(c.Y)...)
		}
	case *syntax.Block:
		return operands(c.Stmts)
	}
	return []*syntax.Stmt{stmt}
}

// bare reports whether nothing is attached to a statement: no "!", "&" or redirection.
func bare(stmt *syntax.Stmt) bool {
	return !stmt.Negated && !stmt.Background && !stmt.Coprocess && !stmt.Disown && len(stmt.Redirs) == 0
}

// subshell returns the statements of a statement that is a bare "( … )".
func subshell(stmt *syntax.Stmt) ([]*syntax.Stmt, bool) {
	if c, ok := stmt.Cmd.(*syntax.Subshell); ok && bare(stmt) {
		return c.Stmts, true
	}
	return nil, false
}

// sequential reports whether the option -e makes a difference within a statement: it holds a
// list of several statements, or a loop, whose parts run on after a failure without it.
func sequential(stmt *syntax.Stmt) bool {
	found := false
	syntax.Walk(stmt, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Block:
			found = found || len(n.Stmts) > 1
		case *syntax.Subshell:
			found = found || len(n.Stmts) > 1
		case *syntax.CmdSubst:
			found = found || len(n.Stmts) > 1
		case *syntax.IfClause:
			found = found || len(n.Then) > 1
		case *syntax.CaseItem:
			found = found || len(n.Stmts) > 1
		case *syntax.ForClause, *syntax.WhileClause, *syntax.FuncDecl:
			found = true
		}
		return !found
	})
	return found
}

// strict reports whether the shell's option -e ends the shell whenever the statement fails.
// It does not when the failing part is one that "&&" waits for.
func strict(stmt *syntax.Stmt) bool {
	if stmt.Negated || stmt.Background || stmt.Coprocess || stmt.Disown {
		return false
	}
	if c, ok := stmt.Cmd.(*syntax.BinaryCmd); ok {
		return c.Op != syntax.AndStmt && (c.Op != syntax.OrStmt || strict(c.Y))
	}
	if c, ok := stmt.Cmd.(*syntax.Block); ok && len(c.Stmts) > 0 {
		return strict(c.Stmts[len(c.Stmts)-1])
	}
	switch stmt.Cmd.(type) {
	case *syntax.CallExpr, *syntax.Subshell, *syntax.TestClause:
		return true
	}
	return false
}

// options returns the call that a statement is if it only sets shell options: "set -ex".
func (s Script) options(stmt *syntax.Stmt) *call {
	c := s.simple(stmt)
	if c == nil || c.words[0] != "set" || len(c.words) < 2 || setKind(c.words[1:]) != changesOptions {
		return nil
	}
	return c
}

// setsErrexit reports whether the call of set switches -e on.
func (c *call) setsErrexit() bool {
	for i, a := range c.words[1:] {
		if strings.HasPrefix(a, "-") && strings.Contains(a, "e") || a == "errexit" && strings.HasPrefix(c.words[i], "-") {
			return true
		}
	}
	return false
}
