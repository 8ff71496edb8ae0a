package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A change is one thing that a command changes in the shell that runs it, or leaves running.
type change struct {
	kind   changeKind
	stmt   *syntax.Stmt
	script Script
}

func (c change) String() string { return fmt.Sprintf("`%s` %s", c.script.source(c.stmt), c.kind) }

// A changeKind says what is changed.
type changeKind string

const (
	changesDir      changeKind = "changes the directory"
	changesVars     changeKind = "sets a variable"
	changesOptions  changeKind = "sets a shell option"
	changesArgs     changeKind = "changes the arguments"
	changesUmask    changeKind = "sets the umask"
	changesLimits   changeKind = "sets a limit"
	changesTrap     changeKind = "sets a trap"
	endsShell       changeKind = "ends the shell"
	changesCommands changeKind = "defines a command"
	unknownChange   changeKind = "runs text that is not known here in the shell itself"
	leavesRunning   changeKind = "leaves a process running"
)

// survives reports whether the change outlives a subshell.
func (k changeKind) survives() bool { return k == leavesRunning }

// builtinChanges are the builtins of POSIX and bash that change the shell itself.
var builtinChanges = map[string]changeKind{
	"cd": changesDir, "chdir": changesDir, "pushd": changesDir, "popd": changesDir,
	"export": changesVars, "unset": changesVars, "readonly": changesVars, "read": changesVars, "declare": changesVars, "typeset": changesVars,
	"local": changesVars, "getopts": changesVars, "mapfile": changesVars, "readarray": changesVars, "let": changesVars,
	"shopt": changesOptions, "umask": changesUmask, "ulimit": changesLimits, "trap": changesTrap, "shift": changesArgs,
	"exec": endsShell, "exit": endsShell, "return": endsShell, "logout": endsShell,
	"alias": changesCommands, "unalias": changesCommands, "hash": changesCommands, "enable": changesCommands,
	".": unknownChange, "source": unknownChange, "eval": unknownChange,
}

// daemons are programs that put a process into the background.
var daemons = []string{
	"service", "invoke-rc.d", "rc-service", "systemctl", "start-stop-daemon", "nohup", "setsid", "pg_ctl", "pg_ctlcluster",
	"mysqld_safe", "supervisord", "dockerd", "Xvfb", "gpg-agent", "ssh-agent", "apachectl",
}

// specialBuiltins keep the assignments in front of them.
var specialBuiltins = []string{":", ".", "eval", "exec", "export", "readonly", "set", "shift", "times", "trap", "unset", "return", "exit"}

// changes returns what a list of statements changes in the shell that runs it.
func (s Script) changes(stmts []*syntax.Stmt) []change {
	w := stateWalk{script: s}
	for _, stmt := range stmts {
		w.stmt(stmt, false)
	}
	return w.found
}

type stateWalk struct {
	script Script
	found  []change
}

func (w *stateWalk) add(kind changeKind, stmt *syntax.Stmt, sub bool) {
	if !sub || kind.survives() {
		w.found = append(w.found, change{kind, stmt, w.script})
	}
}

// stmt notes the changes of one statement; sub is true within a subshell.
func (w *stateWalk) stmt(stmt *syntax.Stmt, sub bool) {
	if stmt.Background || stmt.Coprocess || stmt.Disown {
		w.add(leavesRunning, stmt, sub)
		sub = true
	}
	switch c := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		w.call(stmt, c, sub)
	case *syntax.DeclClause, *syntax.LetClause, *syntax.ArithmCmd:
		w.add(changesVars, stmt, sub)
	case *syntax.FuncDecl:
		w.add(changesCommands, stmt, sub)
		sub = true
	case *syntax.CoprocClause:
		w.add(leavesRunning, stmt, sub)
	case *syntax.ForClause:
		w.add(changesVars, stmt, sub)
	case *syntax.Subshell:
		sub = true
	case *syntax.BinaryCmd:
		sub = sub || c.Op == syntax.Pipe || c.Op == syntax.PipeAll
	}
	w.below(stmt, sub)
}

// below visits the statements within a statement, and the expansions that set variables.
func (w *stateWalk) below(stmt *syntax.Stmt, sub bool) {
	syntax.Walk(stmt, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			if n == stmt {
				return true
			}
			w.stmt(n, sub)
			return false
		case *syntax.CmdSubst:
			for _, inner := range n.Stmts {
				w.stmt(inner, true)
			}
			return false
		case *syntax.ProcSubst:
			w.add(leavesRunning, stmt, sub)
			return false
		case *syntax.ParamExp:
			if n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
				w.add(changesVars, stmt, sub)
			}
		case *syntax.BinaryArithm:
			if strings.HasSuffix(n.Op.String(), "=") && !slices.Contains([]string{"==", "!=", "<=", ">="}, n.Op.String()) {
				w.add(changesVars, stmt, sub)
			}
		case *syntax.UnaryArithm:
			if n.Op == syntax.Inc || n.Op == syntax.Dec {
				w.add(changesVars, stmt, sub)
			}
		}
		return true
	})
}

func (w *stateWalk) call(stmt *syntax.Stmt, expr *syntax.CallExpr, sub bool) {
	if len(expr.Args) == 0 {
		if len(expr.Assigns) > 0 {
			w.add(changesVars, stmt, sub)
		}
		return
	}
	c := w.script.newCall(stmt, expr)
	name := c.words[0]
	if (name == "command" || name == "builtin") && len(c.words) > 1 {
		name = c.words[1]
	}
	switch {
	case name == dynamic, strings.Contains(name, "${") && !strings.Contains(name, "/"):
		w.add(unknownChange, stmt, sub)
	case name == "set":
		w.add(setKind(c.words[1:]), stmt, sub)
	case name == "printf" && len(c.words) > 1 && c.words[1] == "-v", len(expr.Assigns) > 0 && slices.Contains(specialBuiltins, name):
		w.add(changesVars, stmt, sub)
	}
	if kind, ok := builtinChanges[name]; ok && !fails(c.words) {
		w.add(kind, stmt, sub)
	}
	if slices.Contains(daemons, c.program) || slices.Contains(daemons, name) || strings.HasPrefix(name, "/etc/init.d/") || c.has("--daemonize", "--fork", "--daemon") {
		w.add(leavesRunning, stmt, sub)
	}
}

// fails reports whether a command only ends the shell with a failure, which ends the whole
// build step whether or not more commands follow.
func fails(words []string) bool {
	if len(words) != 2 || words[0] != "exit" {
		return false
	}
	n, err := strconv.Atoi(words[1])
	return err == nil && n%256 != 0
}

// setKind says what a call of set changes: options, or the arguments as well.
func setKind(args []string) changeKind {
	for i, a := range args {
		named := i > 0 && strings.HasSuffix(args[i-1], "o") && strings.HasPrefix(args[i-1], "-")
		if a == "--" || !strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "+") && !named {
			return changesArgs
		}
	}
	return changesOptions
}
