package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// stateful are the builtins that change the shell's own state, so that what
// runs after them in the same shell sees something else.
var stateful = map[string]string{
	"cd": "changes the directory", "chdir": "changes the directory", "pushd": "changes the directory", "popd": "changes the directory",
	"export": "sets a variable", "unset": "unsets a variable", "readonly": "sets a variable", "read": "sets a variable",
	"declare": "sets a variable", "typeset": "sets a variable", "local": "sets a variable", "getopts": "sets a variable", "mapfile": "sets a variable", "readarray": "sets a variable", "let": "sets a variable",
	"set": "sets a shell option", "shopt": "sets a shell option", "umask": "sets the umask", "ulimit": "sets a limit",
	"trap": "sets a trap", "alias": "sets an alias", "unalias": "unsets an alias", "hash": "changes the command table", "shift": "shifts the arguments",
	"exec": "replaces the shell", "exit": "ends the shell", "return": "ends the script", "break": "leaves a loop", "continue": "leaves a loop",
	".": "runs a script in this shell", "source": "runs a script in this shell", "eval": "runs text in this shell", "enable": "changes a builtin", "bind": "changes the shell",
}

// Leaks returns what the script changes in the shell that runs it, each in words: what a script
// that is joined behind it would see. Changes inside of subshells, pipes and substitutions do not leak.
func (s *Script) Leaks() []string {
	var leaks []string
	add := func(what string) {
		if !slices.Contains(leaks, what) {
			leaks = append(leaks, what)
		}
	}
	for _, stmt := range s.File.Stmts {
		leakStmt(stmt, s, add)
	}
	// A job goes on wherever it was started; ${x:=y} sets x in this shell unless in a subshell,
	// which is not worth telling apart.
	syntax.Walk(s.File, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			if n.Background || n.Coprocess {
				add("starts a background job")
			}
		case *syntax.ParamExp:
			if n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
				add("sets a variable")
			}
		}
		return true
	})
	return leaks
}

func leakStmt(stmt *syntax.Stmt, s *Script, add func(string)) {
	switch c := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		leakCall(c, add)
	case *syntax.BinaryCmd:
		if c.Op == syntax.AndStmt || c.Op == syntax.OrStmt {
			leakStmt(c.X, s, add)
			leakStmt(c.Y, s, add)
		}
	case *syntax.Subshell, *syntax.TestClause, nil:
	case *syntax.FuncDecl:
		add("defines a function")
	case *syntax.Block:
		for _, inner := range c.Stmts {
			leakStmt(inner, s, add)
		}
	case *syntax.DeclClause, *syntax.LetClause, *syntax.ArithmCmd:
		add("sets a variable")
	case *syntax.ForClause:
		add("sets a variable")
		leakWithin(c, s, add)
	default:
		leakWithin(c, s, add)
	}
}

func leakWithin(c syntax.Command, s *Script, add func(string)) {
	syntax.Walk(c, func(n syntax.Node) bool {
		if inner, ok := n.(*syntax.Stmt); ok {
			leakStmt(inner, s, add)
			return false
		}
		return true
	})
}

func leakCall(c *syntax.CallExpr, add func(string)) {
	if len(c.Args) == 0 {
		if len(c.Assigns) > 0 {
			add("sets a variable")
		}
		return
	}
	name, ok := literal(c.Args[0])
	if !ok {
		if !hasSlash(c.Args[0]) { // a path is no builtin
			add("calls a command by a variable")
		}
		return
	}
	if name == "command" || name == "builtin" {
		if len(c.Args) > 1 {
			name, _ = literal(c.Args[1])
		}
	}
	if what, ok := stateful[name]; ok {
		add(what)
	}
}

func hasSlash(word *syntax.Word) bool {
	for _, part := range word.Parts {
		if lit, ok := part.(*syntax.Lit); ok && strings.Contains(lit.Value, "/") {
			return true
		}
	}
	return false
}

// literal returns a word's value if nothing in it is expanded.
func literal(word *syntax.Word) (string, bool) {
	var w walker
	out := w.word(word)
	return out.Value, out.Value != Unknown
}
