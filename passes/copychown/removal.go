package copychown

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/shell"
)

// A removal is what is taken out of a RUN. Where whole is set that is all of it.
type removal struct {
	edits []transform.Edit
	whole bool
}

// removal returns how the words that a plan covers leave the script.
func (p *plan) removal(r *request) (out removal, refusal string) {
	stmt := r.cmd.Stmt
	if stmt.Negated || stmt.Background || len(r.cmd.Redirs) > 0 || len(r.cmd.Assigns) > 0 || r.cmd.Name() != string(r.attr) {
		return removal{}, "the command does more than that"
	}
	switch {
	case p.keepFolder:
		return cutBehind(r, r.cmd.Words[r.flag-1].End, r.cmd.Words[r.flag].End)
	case len(p.words) < len(r.targets):
		for _, i := range p.words {
			word, why := cutBehind(r, r.cmd.Words[i-1].End, r.cmd.Words[i].End)
			if why != "" {
				return removal{}, why
			}
			out.edits = append(out.edits, word.edits...)
		}
		return out, ""
	}
	return r.command()
}

// command returns how the whole command leaves its script.
func (r *request) command() (removal, string) {
	stmts := r.script.Shell.File.Stmts
	for i, stmt := range stmts {
		ops := shell.Operands(stmt)
		at := slices.Index(ops, r.cmd.Stmt)
		switch {
		case at < 0:
			continue
		case len(ops) == 1 && len(stmts) == 1:
			return removal{whole: true}, ""
		case len(ops) == 1 && i == len(stmts)-1:
			return removal{}, "the RUN would end with the status of another command"
		case len(ops) == 1 && strings.Contains(r.script.Text, "$?"):
			return removal{}, "the script reads the status of a command"
		case len(ops) == 1:
			return cutTo(r, start(stmt), start(stmts[i+1]))
		case at == 0:
			return cutTo(r, start(ops[0]), start(ops[1]))
		}
		return cutBehind(r, end(ops[at-1]), end(ops[at]))
	}
	return removal{}, "the command stands in a group, or beside || or a pipe"
}

// cutBehind removes the script's text from behind one place to behind another, and cutTo from one
// place up to another: they differ in what becomes of a line break and its continuation.
func cutBehind(r *request, from, to int) (removal, string) {
	return cut(r, transform.Span{Start: r.script.EndOffset(from), End: r.script.EndOffset(to)})
}

func cutTo(r *request, from, to int) (removal, string) {
	return cut(r, transform.Span{Start: r.script.Offset(from), End: r.script.Offset(to)})
}

func cut(r *request, span transform.Span) (removal, string) {
	for _, l := range r.in.Lines {
		if l.Kind == transform.Comment && span.Start <= l.Span.Start && l.Span.End <= span.End {
			return removal{}, "a comment stands beside the command"
		}
	}
	return removal{edits: []transform.Edit{{Span: span}}}, ""
}

func start(stmt *syntax.Stmt) int { return int(stmt.Pos().Offset()) }

// end is the offset behind a statement, without the ";" that ends it.
func end(stmt *syntax.Stmt) int {
	last := stmt.Cmd.End()
	for _, r := range stmt.Redirs {
		if e := r.Word.End(); e.After(last) {
			last = e
		}
	}
	return int(last.Offset())
}

// farewell returns the edits that take a RUN away and give its comments to a copy.
func farewell(in *transform.Instruction, heir *transform.Instruction) []transform.Edit {
	d := in.Document()
	gone := in.Delete()
	// Of the blank lines around it one is enough.
	if strings.HasSuffix(string(d.Src[:gone.Start]), "\n"+d.Newline) && strings.HasPrefix(string(d.Src[gone.End:]), d.Newline) {
		gone.End += len(d.Newline)
	}
	edits := []transform.Edit{gone}
	if comments := keptComments(in); len(comments) > 0 {
		edits = append(edits, adopt(heir, strings.Join(comments, "\n")))
	}
	return edits
}

// adopt returns the edit that puts comments directly above an instruction; above its own comments
// where one of them speaks to a tool about the line below it.
func adopt(heir *transform.Instruction, comments string) transform.Edit {
	edit := heir.InsertBefore(comments)
	spoken := slices.ContainsFunc(heir.Document().Pragmas(), func(p transform.Pragma) bool { return p.Target == heir })
	if !spoken && heir.Comment.Len() > 0 {
		edit.Span = transform.Span{Start: heir.Comment.End, End: heir.Comment.End}
	}
	return edit
}

// keptComments returns the comments of an instruction, those above it first. Those that
// tell a tool what to ignore go with the instruction.
func keptComments(in *transform.Instruction) []string {
	list := in.CommentLines()
	for _, l := range in.Lines {
		if l.Kind == transform.Comment {
			list = append(list, strings.TrimSpace(string(in.Document().Src[l.Span.Start:l.Span.End])))
		}
	}
	if script := in.Script(); script.Shell != nil {
		syntax.Walk(script.Shell.File, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.Comment); ok {
				list = append(list, "#"+strings.TrimRight(c.Text, " \t\r"))
			}
			return true
		})
	}
	pragmas := in.Document().Pragmas()
	return slices.DeleteFunc(list, func(line string) bool {
		return slices.ContainsFunc(pragmas, func(p transform.Pragma) bool {
			return strings.TrimSpace(string(in.Document().Src[p.Span.Start:p.Span.End])) == line
		})
	})
}
