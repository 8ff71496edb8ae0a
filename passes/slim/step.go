package slim

import (
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// edits returns the edits that change the base and install what is missing, or why there are none.
func (s *slimming) edits() (edits []transform.Edit, refusal string) {
	base, refusal := s.base()
	if refusal != "" {
		return nil, refusal
	}
	edits = []transform.Edit{base}
	for _, b := range s.borrowings {
		edits = append(edits, s.wrap(b)...)
	}
	joined, ok := s.join()
	if ok || len(s.added) == 0 {
		if len(s.borrowings) > 0 && s.mirrorSwitch() != "" {
			edits = append(edits, s.borrowings[0].step.InsertBefore(s.Doc.Style().DeclareMirror()))
		}
		return append(edits, joined...), ""
	}
	before, refusal := s.place()
	if refusal != "" {
		return nil, refusal
	}
	text := s.install(before)
	if s.mirrorSwitch() != "" {
		text = s.Doc.Style().DeclareMirror() + "\n" + text
	}
	if before == nil {
		last := s.stage.From
		if n := len(s.stage.Instructions); n > 0 {
			last = s.stage.Instructions[n-1]
		}
		return append(edits, last.InsertAfter(text)...), ""
	}
	return append(edits, before.InsertBefore(text)), ""
}

// place returns the instruction above which the packages are installed, nil for the end of the stage: as high as can be, so
// that the layer is built again seldom, but below what sets up apt's sources.
func (s *slimming) place() (before *transform.Instruction, refusal string) {
	list := s.stage.Instructions
	limit := s.firstUse()
	at := 0
	for i, in := range list[:limit] {
		if setsUp(in) {
			at = i + 1
		}
	}
	if slices.ContainsFunc(list[limit:], setsUp) {
		return nil, "apt's sources change below the first use of a package that the slim image lacks"
	}
	for at < limit && (list[at].Keyword == "MAINTAINER" || list[at].Keyword == "ENV" || list[at].Keyword == "LABEL") {
		at++
	}
	if at == len(list) {
		return nil, ""
	}
	switch st := list[at].State(); {
	case !root(list[at]):
		return nil, "user " + st.User + " may not install the packages that the slim image lacks"
	case len(st.Shell) == 0 || !strings.HasSuffix(st.Shell[0], "sh"):
		return nil, "the shell of RUN is not one of a POSIX system"
	}
	return list[at], ""
}

// firstUse returns the index of the first instruction of the stage that uses an added package, the number of instructions where only the
// program does.
func (s *slimming) firstUse() int {
	first := len(s.stage.Instructions)
	for _, g := range s.gaps {
		if s.borrowed(g) {
			continue
		}
		if i := slices.Index(s.stage.Instructions, g.Step); g.Step != nil && i >= 0 {
			first = min(first, i)
		}
	}
	return first
}

const removeLists = "rm -rf /var/lib/apt/lists/*"

// borrowed reports whether the one step that has a need borrows what meets it.
func (s *slimming) borrowed(g gap) bool {
	return slices.ContainsFunc(s.borrowings, func(b borrowing) bool { return b.step == g.Step && slices.Contains(b.asked, g.with) })
}

// install returns the RUN that installs what is missing, in the file's style.
func (s *slimming) install(before *transform.Instruction) string {
	style := s.Doc.Style()
	commands := append(s.update(), s.installCommand(style, s.added))
	if !s.keepsLists(before) {
		commands = append(commands, removeLists)
	}
	return style.Keyword("RUN") + " " + strings.Join(commands, s.joint(style))
}

// keepsLists reports whether an earlier step has left package lists: a later one may install with them, and they take up their
// place anyway.
func (s *slimming) keepsLists(before *transform.Instruction) bool {
	for _, in := range s.stage.Instructions {
		if in == before {
			break
		}
		script := in.Script()
		if in.Keyword != "RUN" || script.Shell == nil {
			continue
		}
		if slices.ContainsFunc(script.Shell.Commands, func(c *shell.Command) bool {
			use, ok := pkgmgr.Identify(c.Argv())
			return ok && use.Manager.Ecosystem == "debian" && use.RefreshesIndex()
		}) {
			return true
		}
	}
	return false
}
