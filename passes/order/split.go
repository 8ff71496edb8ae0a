package order

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// split cuts the RUN at step j in two where its first commands may run before t, the source, and
// take time, and those behind must not. Both parts are then steps of their own. why says what
// keeps them together, where nothing else does.
func (p *plan) split(t *transfer, j int) (done bool, why string) {
	s := p.steps[j]
	if !t.wide() || p.obeyed(t) || s.in == nil || s.in.Keyword != "RUN" || s.cut > 0 || s.tail || s.unread != "" {
		return false, ""
	}
	ops := operands(s.in)
	setup := leading(s.in, ops)
	n := 0 // how many come first
	for k := setup + 1; k < len(ops); k++ {
		verdict := p.judgeRun(t, s.in, within(s.calls, ops[:k]))
		if verdict.reason != "" {
			break
		}
		if verdict.gain == "" || !p.cuttable(s.in, ops, setup, k) {
			continue
		}
		if why = p.leftBehind(s, ops, k); why != "" {
			continue
		}
		n = k
	}
	if n == 0 {
		return false, why
	}
	head, tail := *s, *s
	head.cut, head.calls = n, within(s.calls, ops[:n])
	tail.cut, tail.tail, tail.calls = n, true, within(s.calls, slices.Concat(ops[:setup], ops[n:]))
	p.steps = slices.Replace(p.steps, j, j+1, &head, &tail)
	return true, ""
}

// operands returns the parts of a script that "&&" joins, nil where it is not such a list and
// nothing else.
func operands(in *transform.Instruction) []*syntax.Stmt {
	script := in.Script()
	if script.Form != transform.FormShell || script.Shell == nil || len(script.Shell.File.Stmts) != 1 || script.Shell.HasComment() {
		return nil
	}
	return shell.Operands(script.Shell.File.Stmts[0])
}

// leading returns how many of the operands only prepare the shell, in a way that can be repeated:
// cd, export and set with plain words.
func leading(in *transform.Instruction, ops []*syntax.Stmt) int {
	n := 0
	for n < len(ops) {
		cmds := commandsIn(in.Script().Shell.Commands, ops[n])
		if len(cmds) != 1 || !cmds[0].Top || len(cmds[0].Redirs) > 0 || len(cmds[0].Assigns) > 0 ||
			slices.ContainsFunc(cmds[0].Words, func(w shell.Word) bool { return !w.Plain }) {
			return n
		}
		switch cmds[0].Name() {
		case "cd", "export", "set":
		default:
			return n
		}
		n++
	}
	return n
}

func commandsIn(list []*shell.Command, op *syntax.Stmt) []*shell.Command {
	var in []*shell.Command
	for _, c := range list {
		if int(op.Pos().Offset()) <= c.Start && c.End <= int(op.End().Offset()) {
			in = append(in, c)
		}
	}
	return in
}

// within returns the calls that belong to one of the operands.
func within(calls []call, ops []*syntax.Stmt) []call {
	return slices.DeleteFunc(slices.Clone(calls), func(c call) bool {
		return !slices.ContainsFunc(ops, func(op *syntax.Stmt) bool {
			return int(op.Pos().Offset()) <= c.Start && c.End <= int(op.End().Offset())
		})
	})
}

// cuttable reports whether a RUN may be cut before operand n: nothing of the shell's state gets
// lost, and no comment stands at the cut.
func (p *plan) cuttable(in *transform.Instruction, ops []*syntax.Stmt, setup, n int) bool {
	script := in.Script()
	start, end := int(ops[setup].Pos().Offset()), int(ops[n-1].End().Offset())
	head, err := shell.Parse(script.Text[start:end], script.Lang, "", nil)
	return err == nil && len(head.Leaks()) == 0 && !strings.Contains(p.between(in, ops, n), "#")
}

// leftBehind says what the first part of a RUN that is cut before operand n would leave in a layer
// of its own, or what its second part would lack; "" if nothing.
func (p *plan) leftBehind(s *step, ops []*syntax.Stmt, n int) string {
	before, behind := within(s.calls, ops[:n]), within(s.calls, ops[n:])
	update := slices.IndexFunc(before, func(c call) bool { return indexed(c.effect.Use) && c.effect.Use.Verb == pkgmgr.Update })
	for _, c := range behind {
		switch {
		case update >= 0 && indexed(c.effect.Use) && c.effect.Use.Verb == pkgmgr.Install:
			return fmt.Sprintf("`%s` needs the package index of the same RUN", c.text)
		case slices.ContainsFunc(before, func(b call) bool { return tidies(c, b) }):
			return fmt.Sprintf("`%s` at the end of the RUN cleans up: cut in two, the image would keep what it removes", c.text)
		}
	}
	// Else pass cleanup removes them at the end of the whole RUN, at a level at which nothing is cut.
	if update >= 0 && p.Ships(s.in.Stage) && !slices.ContainsFunc(before, func(c call) bool { return tidies(c, before[update]) }) {
		return fmt.Sprintf("the RUN leaves the package lists of `%s`, which are to be removed at its end", before[update].text)
	}
	return ""
}

// tidies reports whether a command removes what an earlier one makes, or leaves in the caches of
// its package manager.
func tidies(later, earlier call) bool {
	one, other := earlier.effect.Use, later.effect.Use
	if one == nil {
		return undoes(later, earlier)
	}
	if other != nil {
		return one.Manager.Ecosystem == other.Manager.Ecosystem && (other.Verb == pkgmgr.Remove || other.Verb == pkgmgr.Clean)
	}
	return slices.ContainsFunc(later.effect.Removes, func(r effects.Path) bool {
		name := strings.TrimSuffix(strings.TrimSuffix(r.Name, "*"), "/")
		return slices.ContainsFunc(one.Manager.Caches, func(c pkgmgr.Cache) bool {
			cache := strings.Replace(c.Path, "~", "/root", 1)
			return name == cache || below(name, cache) || below(cache, name)
		})
	})
}

// indexed reports whether a command is of a manager that installs from an index which another
// command refreshes.
func indexed(use *pkgmgr.Use) bool {
	return use != nil && use.Manager.IndexUpdate != nil && slices.Contains(system, use.Manager.Ecosystem)
}

// gap returns the span of the source between operands n-1 and n.
func gap(in *transform.Instruction, ops []*syntax.Stmt, n int) transform.Span {
	script := in.Script()
	return transform.Span{Start: script.EndOffset(int(ops[n-1].End().Offset())), End: script.Offset(int(ops[n].Pos().Offset()))}
}

func (p *plan) between(in *transform.Instruction, ops []*syntax.Stmt, n int) string {
	span := gap(in, ops, n)
	return string(p.Doc.Src[span.Start:span.End])
}

// tailHead is what the second part of a RUN begins with: keyword, flags, and what prepares the shell.
func (p *plan) tailHead(in *transform.Instruction) string {
	script := in.Script()
	text := string(p.Doc.Src[in.Span.Start:script.Offset(0)])
	ops := operands(in)
	if n := leading(in, ops); n > 0 {
		text += strings.TrimSpace(script.Text[:ops[n-1].End().Offset()]) + " && "
	}
	return text
}
