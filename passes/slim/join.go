package slim

import (
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// join returns the edit that installs the packages within the file's own first install of packages, so that the lists are downloaded
// once; ok is false where that is not in time, or has no plain place for it.
func (s *slimming) join() (edit transform.Edit, ok bool) {
	list := s.stage.Instructions
	limit := s.firstUse()
	for i, in := range list[:min(limit+1, len(list))] {
		cmd := installs(in)
		if cmd == nil {
			continue
		}
		if i == limit && slices.ContainsFunc(s.gaps, func(g gap) bool { return g.Step == in && aheadOfInstall(g.Need) }) {
			return transform.Edit{}, false
		}
		script := in.Script()
		ahead := strings.TrimRight(script.Text[:cmd.Start], " \t\n")
		if !cmd.Top || !cmd.Always || script.Form != transform.FormShell || ahead != "" && !strings.HasSuffix(ahead, "&&") || !root(in) {
			return transform.Edit{}, false
		}
		at := script.Offset(cmd.Start)
		style := in.Style()
		return transform.Edit{Span: transform.Span{Start: at, End: at}, New: s.lineBreaks(s.installCommand(style) + s.joint(style))}, true
	}
	return transform.Edit{}, false
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

// installCommand returns the command that installs the packages, sorted, one a line.
func (s *slimming) installCommand(style transform.Style) string {
	command := "apt-get install -y --no-install-recommends"
	for _, name := range s.added {
		command += " " + string(s.Doc.Escape) + "\n" + style.Indent + style.Indent + name
	}
	return command
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
