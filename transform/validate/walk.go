package validate

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// calls returns the simple commands below a list of statements in source order, those of
// functions and substitutions included, each with the directory in which it runs.
func (s Script) calls(stmts ...*syntax.Stmt) []*call {
	w := callWalk{script: s}
	w.list(stmts, s.Dir)
	return w.found
}

type callWalk struct {
	script Script
	found  []*call
}

// list visits statements that run one after the other and returns the directory behind them.
func (w *callWalk) list(stmts []*syntax.Stmt, dir string) string {
	for _, stmt := range stmts {
		dir = w.stmt(stmt, dir)
	}
	return dir
}

func (w *callWalk) stmt(stmt *syntax.Stmt, dir string) string {
	for _, r := range stmt.Redirs {
		w.nested(r, dir)
	}
	switch c := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		return w.call(stmt, c, dir)
	case *syntax.BinaryCmd:
		return w.binary(c, dir)
	case *syntax.Block:
		return w.list(c.Stmts, dir)
	case *syntax.Subshell:
		w.list(c.Stmts, dir)
		return dir
	case nil:
		return dir
	}
	before := len(w.found)
	w.nested(stmt.Cmd, dir)
	for _, c := range w.found[before:] {
		if c.changesDir() {
			return ""
		}
	}
	return dir
}

func (w *callWalk) binary(c *syntax.BinaryCmd, dir string) string {
	behind := w.stmt(c.X, dir)
	switch c.Op {
	case syntax.AndStmt:
		return w.stmt(c.Y, behind)
	case syntax.OrStmt:
		if w.stmt(c.Y, dir) != dir {
			return ""
		}
		return behind
	}
	w.stmt(c.Y, dir)
	return dir
}

// nested visits the statements anywhere below a node.
func (w *callWalk) nested(n syntax.Node, dir string) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if stmt, ok := n.(*syntax.Stmt); ok {
			dir = w.stmt(stmt, dir)
			return false
		}
		return true
	})
}

func (w *callWalk) call(stmt *syntax.Stmt, expr *syntax.CallExpr, dir string) string {
	if len(expr.Args) == 0 {
		w.nested(expr, dir)
		return dir
	}
	c := w.script.newCall(stmt, expr)
	c.dir = dir
	w.found = append(w.found, c)
	w.nested(expr, dir)
	switch {
	case !c.changesDir():
		return dir
	case c.words[0] == "cd" && len(c.words) == 2:
		return c.resolve(c.words[1])
	}
	return ""
}

func (c *call) changesDir() bool {
	switch c.words[0] {
	case "cd", "chdir", "pushd", "popd", "eval", ".", "source":
		return true
	}
	return false
}

// resolve returns the absolute path that a word of the call stands for, "" if it cannot be told.
func (c *call) resolve(word string) string {
	switch {
	case word == "" || strings.Contains(word, dynamic) || word == "-":
		return ""
	case path.IsAbs(word), strings.HasPrefix(word, "~"), strings.HasPrefix(word, "${HOME}"):
		return path.Clean(word)
	case c.dir == "":
		return ""
	case strings.HasPrefix(word, "${"): // absolute or not: equal only in the same directory
		return c.dir + "?" + word
	}
	return path.Join(c.dir, word)
}
