package validate

import (
	"fmt"
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// An indexWalk follows a package index through a script: at each command, whether it may be
// gone where the script before the rewrite had it.
type indexWalk struct {
	script  Script
	manager *manager
	// losses are the statements behind which the index is gone, on purpose.
	losses  map[*syntax.Stmt]bool
	verdict transform.Verdict
}

// A presence says whether the index is there; the worst of several ways counts.
type presence int

const (
	// unreached: no way leads here.
	unreached presence = iota
	// asBefore: the index is there, or was not there before, either.
	asBefore
	// gone: it may be gone.
	gone
)

// An outcome is the presence behind a statement, by the statement's status.
type outcome struct{ success, failure presence }

func (o outcome) any() presence { return max(o.success, o.failure) }

func always(p presence) outcome { return outcome{p, p} }

// followIndex walks a script that starts with the index there or gone, and returns whether it
// may be gone when the script has ended in success.
func (u *unit) followIndex(pm *manager, losses map[*syntax.Stmt]bool, start presence) (transform.Verdict, presence) {
	w := indexWalk{script: u.Script, manager: pm, losses: losses}
	w.verdict.Status = transform.Refines
	end := w.list(u.stmts, start)
	return w.verdict, end.success
}

func (w *indexWalk) list(stmts []*syntax.Stmt, in presence) outcome {
	out := always(in)
	for _, stmt := range stmts {
		out = w.stmt(stmt, out.any())
	}
	return out
}

func (w *indexWalk) stmt(stmt *syntax.Stmt, in presence) outcome {
	if in == unreached {
		return always(unreached)
	}
	out := w.command(stmt, in)
	if stmt.Negated {
		out.success, out.failure = out.failure, out.success
	}
	return out
}

func (w *indexWalk) command(stmt *syntax.Stmt, in presence) outcome {
	switch c := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		in = w.nested(c, in)
		if len(c.Args) == 0 {
			return always(in)
		}
		return w.call(w.script.newCall(stmt, c), in)
	case *syntax.BinaryCmd:
		return w.binary(c, in)
	case *syntax.Block:
		return w.list(c.Stmts, in)
	case *syntax.Subshell:
		return w.list(c.Stmts, in)
	case *syntax.IfClause:
		return w.ifClause(c, in)
	case *syntax.CaseClause:
		out := always(in)
		for _, item := range c.Items {
			o := w.list(item.Stmts, in)
			out = outcome{max(out.success, o.success), max(out.failure, o.failure)}
		}
		return out
	case *syntax.ForClause:
		return always(w.loop(nil, c.Do, in))
	case *syntax.WhileClause:
		return always(w.loop(c.Cond, c.Do, in))
	case nil:
		return always(in)
	}
	return always(w.nested(stmt.Cmd, in))
}

func (w *indexWalk) binary(c *syntax.BinaryCmd, in presence) outcome {
	x := w.stmt(c.X, in)
	switch c.Op {
	case syntax.AndStmt:
		y := w.stmt(c.Y, x.success)
		return outcome{y.success, max(x.failure, y.failure)}
	case syntax.OrStmt:
		y := w.stmt(c.Y, x.failure)
		return outcome{max(x.success, y.success), y.failure}
	}
	return w.stmt(c.Y, x.any())
}

func (w *indexWalk) ifClause(c *syntax.IfClause, in presence) outcome {
	if len(c.Cond) == 0 {
		return w.list(c.Then, in) // else
	}
	cond := w.list(c.Cond, in)
	then := w.list(c.Then, cond.success)
	other := outcome{success: cond.failure}
	if c.Else != nil {
		other = w.ifClause(c.Else, cond.failure)
	}
	return outcome{max(then.success, other.success), max(then.failure, other.failure)}
}

// loop visits a body twice: what one round leaves, the next one finds.
func (w *indexWalk) loop(cond, body []*syntax.Stmt, in presence) presence {
	for range 2 {
		in = max(in, w.list(body, w.list(cond, in).any()).any())
	}
	return in
}

// nested visits the statements within other nodes, such as substitutions and functions, which
// may run or not.
func (w *indexWalk) nested(n syntax.Node, in presence) presence {
	out := in
	syntax.Walk(n, func(n syntax.Node) bool {
		if stmt, ok := n.(*syntax.Stmt); ok {
			out = max(out, w.stmt(stmt, out).any())
			return false
		}
		return true
	})
	return out
}

func (w *indexWalk) call(c *call, in presence) outcome {
	if inner, ok := c.inner(); ok {
		if u, err := inner.unit(); err == nil {
			v, end := u.followIndex(w.manager, nil, in)
			w.verdict = w.verdict.Worse(v)
			return outcome{end, in}
		}
	}
	own := managerOf(c) == w.manager
	switch {
	case in == gone && own && w.manager.needsIndex(c):
		w.note(transform.Unsound, "`%s` needs %s, gone by then", c)
	case in == gone && opaque(c):
		w.note(transform.Unproven, "`%s` may need %s, gone by then", c)
		in = asBefore // or it has fetched them: the doubt is noted
	}
	switch {
	case w.losses[c.stmt]:
		return outcome{success: gone}
	case own && w.manager.fetchesIndex(c), w.script.removesIndex(w.manager, c):
		return always(asBefore)
	}
	if slices.Contains(neverFail, c.program) || c.program == "rm" && c.short("f") {
		return outcome{success: in}
	}
	return always(in)
}

// neverFail are commands whose failure need not be thought of.
var neverFail = []string{"echo", "printf", "true", ":", "export", "set", "umask"}

// removesIndex reports whether the call removes a package index.
func (s Script) removesIndex(pm *manager, c *call) bool {
	return c.program == "rm" && slices.ContainsFunc(c.operands(), func(arg string) bool {
		owner, what, ok := s.cacheAt(arg)
		return ok && owner == pm && what == losesIndex
	})
}

func (w *indexWalk) note(status transform.VerdictStatus, format string, c *call) {
	reason := fmt.Sprintf(format, c, Loss{what: losesIndex, manager: w.manager})
	w.verdict = w.verdict.Worse(transform.Verdict{Status: status, Reasons: []string{reason}})
}
