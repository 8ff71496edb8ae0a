package slim

import (
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// join returns the edits that install the packages within the file's own first install of packages, so that the lists are downloaded
// once; ok is false where that is not in time, or has no plain place for it.
func (s *slimming) join() (edits []transform.Edit, ok bool) {
	if len(s.added) == 0 {
		return nil, false
	}
	list := s.stage.Instructions
	limit := s.firstUse()
	for i, in := range list[:min(limit+1, len(list))] {
		cmd := installs(in)
		if cmd == nil {
			continue
		}
		if i == limit && slices.ContainsFunc(s.gaps, func(g gap) bool { return g.Step == in && aheadOfInstall(g.Need) }) {
			return nil, false
		}
		script := in.Script()
		ahead := strings.TrimRight(script.Text[:cmd.Start], " \t\n")
		if !cmd.Top || !cmd.Always || script.Form != transform.FormShell || ahead != "" && !strings.HasSuffix(ahead, "&&") || !root(in) {
			return nil, false
		}
		return s.insertAt(in, cmd.Start), true
	}
	return nil, false
}

// insertAt returns the edits that put the install in front of the command at an offset of a script.
func (s *slimming) insertAt(in *transform.Instruction, start int) []transform.Edit {
	joint := s.joint(in.Style())
	install := s.installCommand(in.Style(), s.added) + joint
	edits := s.eachOnALine(in, joint)
	at := in.Script().Offset(start)
	for i := range edits {
		if edits[i].End == at {
			edits[i].New += s.lineBreaks(install)
			return edits
		}
	}
	return append(edits, s.edit(in, start, start, install))
}

// eachOnALine returns the edits that give each command of a list that stands on one line its own; none for another script.
func (s *slimming) eachOnALine(in *transform.Instruction, joint string) (edits []transform.Edit) {
	script := in.Script()
	if len(in.Lines) > 1 || len(script.Shell.File.Stmts) > 1 {
		return nil
	}
	operands := shell.Operands(script.Shell.File.Stmts[0])
	for i, o := range operands[1:] {
		edits = append(edits, s.edit(in, int(operands[i].End().Offset()), int(o.Pos().Offset()), joint))
	}
	return edits
}

// edit returns the edit that replaces a part of a script.
func (s *slimming) edit(in *transform.Instruction, from, to int, text string) transform.Edit {
	script := in.Script()
	start, end := script.Offset(from), script.Offset(to)
	if from < to {
		start = script.EndOffset(from)
	}
	return transform.Edit{Span: transform.Span{Start: start, End: end}, New: s.lineBreaks(text)}
}

// installs returns the command of a RUN that is the first to install packages of the distribution by their names, nil if none does.
func installs(in *transform.Instruction) *shell.Command {
	script := in.Script()
	if in.Keyword != "RUN" || script.Shell == nil {
		return nil
	}
	for _, cmd := range script.Shell.Commands {
		use, ok := pkgmgr.Identify(cmd.Argv())
		if ok && use.Manager.Ecosystem == "debian" && use.Verb == pkgmgr.Install && !use.Sudo && len(use.Packages) > 0 {
			return cmd
		}
	}
	return nil
}

// root reports whether an instruction runs as root in an image whose base has no other user.
func root(in *transform.Instruction) bool {
	user, _, _ := strings.Cut(in.State().User, ":")
	return user == "" || user == "root" || user == "0"
}

// installCommand returns the command that installs packages, one a line.
func (s *slimming) installCommand(style transform.Style, names []string) string {
	next := string(s.Doc.Escape) + "\n" + style.Indent + style.Indent
	return "apt-get install -y --no-install-recommends " + next + strings.Join(names, " "+next)
}

// joint is what stands between two commands of a list, each on lines of its own.
func (s *slimming) joint(style transform.Style) string {
	if style.AndFirst {
		return " " + string(s.Doc.Escape) + "\n" + style.Indent + "&& "
	}
	return " && " + string(s.Doc.Escape) + "\n" + style.Indent
}

// lineBreaks gives text the line endings of the file.
func (s *slimming) lineBreaks(text string) string {
	return strings.ReplaceAll(text, "\n", s.Doc.Newline)
}
