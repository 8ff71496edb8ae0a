package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A walker collects the commands of a script and follows what is known of its
// working directory.
type walker struct {
	script *Script
	env    Env
	dir    string
	always bool
	top    bool
	// captured is true within a substitution.
	captured bool
	// tail is true where the status of the statement is the status of the script.
	tail bool
	// set holds the variables that the script itself has changed: env no longer tells them.
	set map[string]bool
}

func (w *walker) stmts(list []*syntax.Stmt) {
	tail := w.tail
	for i, s := range list {
		w.tail = tail && i == len(list)-1
		w.stmt(s)
	}
	w.tail = tail
}

// nested walks a part of the script with other rules for always and top. What it does to the
// directory is kept when keep is set, and forgotten when it may or may not have run.
func (w *walker) nested(always, top, keep bool, walk func()) {
	a, t, d := w.always, w.top, w.dir
	w.always, w.top = w.always && always, w.top && top
	walk()
	w.always, w.top = a, t
	switch {
	case !keep:
		w.dir = d
	case !always && w.dir != d:
		w.dir = ""
	}
}

func (w *walker) stmt(s *syntax.Stmt) {
	if s == nil {
		return
	}
	if s.Background || s.Coprocess {
		w.nested(false, false, false, func() { w.command(s) })
		return
	}
	w.command(s)
}

func (w *walker) command(s *syntax.Stmt) {
	switch c := s.Cmd.(type) {
	case nil:
		w.redirs(nil, s)
	case *syntax.CallExpr:
		w.call(s, c)
	case *syntax.BinaryCmd:
		w.binary(s, c)
	case *syntax.Subshell:
		w.nested(true, false, false, func() { w.stmts(c.Stmts) })
	case *syntax.Block:
		w.nested(true, false, true, func() { w.stmts(c.Stmts) })
	default:
		w.compound(c)
	}
	if s.Cmd != nil {
		if _, ok := s.Cmd.(*syntax.CallExpr); !ok {
			w.redirs(nil, s)
		}
	}
}

func (w *walker) binary(s *syntax.Stmt, c *syntax.BinaryCmd) {
	switch c.Op {
	case syntax.AndStmt:
		// "a && b; c" goes on to c when a fails: only the first operand is sure to run.
		sure := w.tail && !s.Negated
		w.nested(sure || notList(c.X), true, true, func() { w.stmt(c.X) })
		w.nested(sure, true, true, func() { w.stmt(c.Y) })
	case syntax.OrStmt:
		before := w.dir
		w.outside(func() { w.nested(true, true, true, func() { w.stmt(c.X) }) })
		after := w.dir
		// The right side runs where the left one failed, in the old directory.
		w.dir = before
		w.nested(false, true, true, func() { w.stmt(c.Y) })
		switch {
		case exits(c.Y):
			w.dir = after
		case w.dir != after:
			w.dir = ""
		}
	default: // a pipe: each side is a subshell, and the status is that of the last
		w.outside(func() { w.nested(true, false, false, func() { w.stmt(c.X) }) })
		w.nested(true, false, false, func() { w.stmt(c.Y) })
	}
}

// outside walks a part whose status is not that of the script.
func (w *walker) outside(walk func()) {
	tail := w.tail
	w.tail = false
	walk()
	w.tail = tail
}

// exits reports whether stmt is a plain exit.
func exits(stmt *syntax.Stmt) bool {
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && call.Args[0].Lit() == "exit"
}

// notList reports whether stmt is no list, so that all of it runs or nothing.
func notList(stmt *syntax.Stmt) bool {
	b, ok := stmt.Cmd.(*syntax.BinaryCmd)
	return !ok || (b.Op != syntax.AndStmt && b.Op != syntax.OrStmt)
}

// compound walks loops, conditions, functions and bash's own clauses: what is
// in them may run any number of times.
func (w *walker) compound(c syntax.Command) {
	w.nested(false, false, true, func() {
		syntax.Walk(c, func(n syntax.Node) bool {
			if s, ok := n.(*syntax.Stmt); ok {
				w.stmt(s)
				return false
			}
			return true
		})
	})
	if d, ok := c.(*syntax.DeclClause); ok {
		for _, a := range d.Args {
			if a.Name != nil {
				w.set[a.Name.Value] = true
			}
		}
	}
}

func (w *walker) redirs(cmd *Command, s *syntax.Stmt) {
	if cmd == nil {
		if len(s.Redirs) == 0 {
			return
		}
		cmd = w.add(s, s.Pos(), s.End())
	}
	for _, r := range s.Redirs {
		cmd.Redirs = append(cmd.Redirs, Redir{
			Op: r.Op.String(), Target: w.word(r.Word), Start: int(r.Pos().Offset()), End: int(r.Word.End().Offset()),
		})
		w.substitutions(r)
	}
}

func (w *walker) add(s *syntax.Stmt, start, end syntax.Pos) *Command {
	c := &Command{
		Start: int(start.Offset()), End: int(end.Offset()),
		Always: w.always && !s.Negated, Top: w.top, Captured: w.captured, Dir: w.dir, Stmt: s,
	}
	w.script.Commands = append(w.script.Commands, c)
	return c
}

func (w *walker) call(s *syntax.Stmt, call *syntax.CallExpr) {
	cmd := w.add(s, call.Pos(), call.End())
	for _, a := range call.Assigns {
		as := Assign{Value: Word{Plain: true}}
		if a.Name != nil {
			as.Name = a.Name.Value
		}
		if a.Value != nil {
			as.Value = w.word(a.Value)
		}
		if a.Array != nil || a.Index != nil {
			as.Value = Word{Value: Unknown}
		}
		cmd.Assigns = append(cmd.Assigns, as)
		w.substitutions(a)
		if len(call.Args) == 0 {
			w.set[as.Name] = true
		}
	}
	for _, arg := range call.Args {
		cmd.Words = append(cmd.Words, w.word(arg))
		w.substitutions(arg)
	}
	w.redirs(cmd, s)
	w.state(cmd)
}

// substitutions walks the commands within $( ), backquotes and <( ).
func (w *walker) substitutions(node syntax.Node) {
	captured := w.captured
	w.captured = true
	defer func() { w.captured = captured }()
	syntax.Walk(node, func(n syntax.Node) bool {
		switch sub := n.(type) {
		case *syntax.CmdSubst:
			w.nested(true, false, false, func() { w.stmts(sub.Stmts) })
			return false
		case *syntax.ProcSubst:
			w.nested(false, false, false, func() { w.stmts(sub.Stmts) })
			return false
		}
		return true
	})
}

// state follows what builtins do to the directory and to variables.
func (w *walker) state(c *Command) {
	argv := c.Argv()
	if len(argv) == 0 {
		return
	}
	switch argv[0] {
	case "cd", "chdir":
		w.chdir(c, argv[1:])
	case "pushd", "popd", ".", "source", "eval", Unknown:
		w.dir = ""
	case "export", "read", "unset", "readonly", "local", "declare", "typeset":
		for _, a := range argv[1:] {
			name, _, _ := strings.Cut(a, "=")
			w.set[name] = true
		}
	}
}

func (w *walker) chdir(c *Command, args []string) {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "-P" || a == "-L" || a == "--" })
	if len(args) != 1 || args[0] == "-" {
		w.dir = ""
		return
	}
	w.dir = c.Path(args[0])
	if strings.ContainsAny(args[0], "*?[") {
		w.dir = ""
	}
}

func (w *walker) word(word *syntax.Word) Word {
	out := Word{Start: int(word.Pos().Offset()), End: int(word.End().Offset()), Plain: true}
	var b strings.Builder
	for i, part := range word.Parts {
		w.part(&out, &b, part, i == 0)
	}
	out.Value = b.String()
	if strings.Contains(out.Value, Unknown) {
		out.Value, out.Plain = Unknown, false
	}
	return out
}

func (w *walker) part(out *Word, b *strings.Builder, part syntax.WordPart, first bool) {
	switch p := part.(type) {
	case *syntax.Lit:
		value, escaped, special := unescape(p.Value)
		if special || first && strings.HasPrefix(p.Value, "~") {
			out.Plain = false
		}
		out.Quoted = out.Quoted || escaped
		b.WriteString(value)
	case *syntax.SglQuoted:
		out.Quoted = true
		if p.Dollar {
			b.WriteString(Unknown)
			return
		}
		b.WriteString(p.Value)
	case *syntax.DblQuoted:
		out.Quoted = true
		for _, q := range p.Parts {
			if lit, ok := q.(*syntax.Lit); ok {
				b.WriteString(unescapeQuoted(lit.Value))
			} else {
				w.part(out, b, q, false)
			}
		}
	case *syntax.ParamExp:
		out.Plain = false
		b.WriteString(w.param(p))
	default:
		out.Plain = false
		b.WriteString(Unknown)
	}
}

// param returns the value of $name where it is known.
func (w *walker) param(p *syntax.ParamExp) string {
	simple := p.Exp == nil && p.Repl == nil && p.Slice == nil && p.Index == nil && !p.Excl && !p.Length && !p.Width
	if !simple || p.Param == nil || w.set[p.Param.Value] {
		return Unknown
	}
	if p.Param.Value == "PWD" && w.dir != "" {
		return w.dir
	}
	if w.env != nil {
		if v, ok := w.env(p.Param.Value); ok && !strings.ContainsAny(v, " \t\n*?[") {
			return v
		}
	}
	return Unknown
}

// unescape removes backslashes from an unquoted literal. Special is true when
// the shell would expand a glob or a brace in it.
func unescape(s string) (value string, escaped, special bool) {
	if !strings.ContainsAny(s, `\*?[{`) {
		return s, false, false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			escaped = true
			if i++; i < len(s) && s[i] != '\n' {
				b.WriteByte(s[i])
			}
			continue
		case '*', '?', '[':
			special = true
		case '{':
			special = special || strings.ContainsAny(s[i:], ",.") && strings.Contains(s[i:], "}")
		}
		b.WriteByte(s[i])
	}
	return b.String(), escaped, special
}

// unescapeQuoted removes the backslashes that mean something between double quotes.
func unescapeQuoted(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\"\\\n", s[i+1]) >= 0 {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
