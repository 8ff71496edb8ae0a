package cleanup

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform/shell"
)

// An operand is what "&&", "||" and ";" join at the top level of a script: a
// simple command, a pipeline or a compound command.
type operand struct {
	stmt *syntax.Stmt
	// start and end are offsets in the script's text; end is before a ";".
	start, end int
	// before and after are what joins it to its neighbours: "&&", "||", ";" (a line break, too),
	// "" at the ends of the script.
	before, after string
}

// A lists is the top level of a script.
type lists struct {
	operands []operand
	// errexit is whether a failing command ends the script, as "set -e" has it, from the offset errexitFrom on.
	errexit     ternary
	errexitFrom int
	functions   map[string]bool
	// jobs is true where the script runs anything in the background.
	jobs bool
}

// A ternary is yes, no or maybe.
type ternary int

const (
	no ternary = iota
	maybe
	yes
)

// topLevel returns the top level of a script that a SHELL runs.
func topLevel(s *shell.Script, sh []string) *lists {
	l := &lists{functions: map[string]bool{}}
	l.errexit, l.errexitFrom = errexit(s, sh)
	for i, stmt := range s.File.Stmts {
		before := ";"
		if i == 0 {
			before = ""
		}
		l.flatten(stmt, before)
	}
	for i := range l.operands {
		if i+1 < len(l.operands) {
			l.operands[i].after = l.operands[i+1].before
		}
	}
	syntax.Walk(s.File, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			l.functions[n.Name.Value] = true
		case *syntax.Stmt:
			l.jobs = l.jobs || n.Background || n.Coprocess
		}
		return true
	})
	return l
}

func (l *lists) flatten(stmt *syntax.Stmt, before string) {
	bin, ok := stmt.Cmd.(*syntax.BinaryCmd)
	if ok && (bin.Op == syntax.AndStmt || bin.Op == syntax.OrStmt) {
		l.flatten(bin.X, before)
		l.flatten(bin.Y, bin.Op.String())
		return
	}
	l.operands = append(l.operands, operand{stmt: stmt, start: int(stmt.Pos().Offset()), end: endOf(stmt), before: before})
}

// endOf is the offset behind a statement, without the ";" or "&" that ends it.
func endOf(stmt *syntax.Stmt) int {
	end := stmt.Position
	if stmt.Cmd != nil {
		end = stmt.Cmd.End()
	}
	for _, r := range stmt.Redirs {
		if e := r.Word.End(); e.After(end) {
			end = e
		}
	}
	return int(end.Offset())
}

// at returns the index of the operand that holds an offset, -1 if none does.
func (l *lists) at(offset int) int {
	for i, o := range l.operands {
		if o.start <= offset && offset < o.end {
			return i
		}
	}
	return -1
}

// calls reports whether operand i is a call of a program by that name.
func (l *lists) calls(i int, program string) bool {
	call, ok := l.operands[i].stmt.Cmd.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && call.Args[0].Lit() == program
}

// last returns the index of the last operand, -1 for an empty script.
func (l *lists) last() int { return len(l.operands) - 1 }

// errexitAt is whether a failure of operand i ends the script by "set -e".
func (l *lists) errexitAt(i int) ternary {
	if l.errexit == yes && l.operands[i].start < l.errexitFrom {
		return no
	}
	return l.errexit
}

// joinAfter returns what must stand between operand i and a command that is put
// behind it, so that the command runs where the operand's list has succeeded and a failure
// still ends the script wherever it did. The command itself must not fail.
func (l *lists) joinAfter(i int) (joint, refusal string) {
	o := l.operands[i]
	if l.jobs {
		return "", "the script runs a job in the background"
	}
	if hasHeredoc(o.stmt) {
		return "", "a here-document stands in the way"
	}
	for _, before := range l.operands[:i+1] {
		if before.before != "||" && ends(before.stmt) {
			return "", "the script ends the shell before"
		}
	}
	errexit := l.errexitAt(i)
	alone := o.before != "&&" && o.before != "||"
	inList := o.after == "&&" || o.after == "||"
	switch {
	case inList || errexit == no:
		// Whatever is not last in a list may fail under "set -e" already.
		return "&&", ""
	case alone && errexit == yes && (o.after != "" || l.simple(o.stmt) && !o.stmt.Negated):
		return ";", ""
	case o.after == "" && l.simple(o.stmt):
		return "&&", ""
	case o.after == ";" && errexit == yes:
		return ";", ""
	}
	return "", `"set -e" would no longer hold within the command before it`
}

// joinBefore returns what must stand between a command that is put before
// operand i and that operand, so that the operand does not run where the command failed.
func (l *lists) joinBefore(i int) (joint, refusal string) {
	o := l.operands[i]
	errexit := l.errexitAt(i)
	switch {
	case l.jobs:
		return "", "the script runs a job in the background"
	case o.before == "||":
		return "", "the command before it may fail"
	case o.before == "&&" || o.after == "&&" || o.after == "||" || errexit == no:
		return "&&", ""
	}
	return ";", ""
}

// simple reports whether no part of a statement depends on "set -e": it is a
// program's call or a pipeline of such calls.
func (l *lists) simple(stmt *syntax.Stmt) bool {
	switch c := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return true
		}
		name := c.Args[0].Lit()
		return name != "" && name != "." && name != "source" && name != "eval" && !l.functions[name]
	case *syntax.BinaryCmd:
		return l.simple(c.X) && l.simple(c.Y)
	case *syntax.TestClause:
		return true
	}
	return false
}

// ends reports whether a statement ends the shell, so that nothing behind it runs.
func ends(stmt *syntax.Stmt) bool {
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	switch call.Args[0].Lit() {
	case "exit", "return":
		return true
	case "exec":
		return len(call.Args) > 1
	}
	return false
}

func hasHeredoc(stmt *syntax.Stmt) bool {
	found := false
	syntax.Walk(stmt, func(n syntax.Node) bool {
		if r, ok := n.(*syntax.Redirect); ok && r.Hdoc != nil {
			found = true
		}
		return !found
	})
	return found
}

// errexit says whether a failing command ends the script, and from which offset on: by an option
// of SHELL, or by a "set -e" that no condition stands before.
func errexit(s *shell.Script, sh []string) (state ternary, from int) {
	for i := 1; i < len(sh); i++ {
		if errexitOption(sh[i-1], sh[i]) == '-' {
			state = yes
		}
	}
	plain := true
	for _, c := range s.Commands {
		plain = plain && c.Top
		argv := c.Argv()
		for j := 1; j < len(argv) && argv[0] == "set" && argv[j] != "--"; j++ {
			switch option := errexitOption(argv[j-1], argv[j]); {
			case option == '-' && state == no && plain && c.Always:
				state, from = yes, c.Start
			case option == '+' || option == '?' || option == '-' && state == no:
				state = maybe
			}
		}
	}
	return state, from
}

// errexitOption returns '-' for a word that switches errexit on, '+' for one
// that switches it off, '?' for one that may, else 0. before is the word before it.
func errexitOption(before, word string) byte {
	switch {
	case word == shell.Unknown:
		return '?'
	case word == "errexit" && strings.HasSuffix(before, "o"):
		return before[0]
	case len(word) > 1 && (word[0] == '-' || word[0] == '+') && word[1] != '-' && strings.Contains(word, "e"):
		return word[0]
	}
	return 0
}
