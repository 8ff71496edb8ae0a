package cleanup

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// joinUpdate gives every RUN that installs from the lists of this step an
// update of its own, so that no layer needs to keep them. All of that is one fix: half of it would
// not build. It reports whether there is one.
func (s *step) joinUpdate(at int, users []answer) bool {
	fix := &transform.Fix{Title: "Update the package lists in the RUN that installs, and keep them in no layer", Level: transform.Standard}
	update, refusal := s.updateWords(at)
	if refusal == "" {
		fix.Edits, refusal = s.dropLists(at)
	}
	for _, u := range users {
		if refusal != "" {
			break
		}
		line := u.in.Line()
		if u.relation == unreadable {
			refusal = u.String()
			break
		}
		var edits []transform.Edit
		if edits, refusal = s.updateIn(u, update); refusal != "" {
			refusal = fmt.Sprintf("the %s at line %d installs from them, and gets no update of its own: %s", u.in.Keyword, line, refusal)
		}
		fix.Edits = append(fix.Edits, edits...)
		fix.Evidence = append(fix.Evidence, transform.Evidence{Source: s.Doc.Name, Line: line, Text: "installs without an update of its own"})
	}
	if refusal != "" {
		s.Missed(s.in, "apt-lists", "the package lists stay: %s", refusal)
		return false
	}
	if len(users) == 0 {
		fix.Title = "Remove the update that is made again before its lists are used"
	}
	s.Report(transform.Finding{Kind: "apt-update", Span: s.in.Span, Message: "the package lists are kept for a later RUN", Fix: fix})
	return true
}

// updateWords returns the update command of the step without the sudo in front of it.
func (s *step) updateWords(at int) (words, refusal string) {
	cmd := s.commands[at]
	if cmd.use == nil || cmd.use.Verb != pkgmgr.Update {
		return "", "it is not this step's own command that updates them"
	}
	if !s.mustSucceed(cmd) {
		return "", "a failing update does not stop the build here"
	}
	for _, a := range cmd.Assigns {
		if !quiet[a.Name] || s.onlyUpdates() {
			return "", "the update has a setting of its own, " + a.Name
		}
	}
	for _, w := range cmd.Words {
		if !w.Plain {
			return "", "the update's words are not plain"
		}
	}
	first, last := cmd.Words[cmd.use.Program], cmd.Words[len(cmd.Words)-1]
	text := s.script.Text[first.Start:last.End]
	return strings.Join(strings.Fields(text), " "), ""
}

// quiet are settings of an update that do not change what it does.
var quiet = set("DEBIAN_FRONTEND", "DEBCONF_NONINTERACTIVE_SEEN", "LC_ALL", "LANG", "LANGUAGE")

// mustSucceed reports whether the script fails where a command fails.
func (s *step) mustSucceed(cmd command) bool {
	i := s.lists.at(cmd.Start)
	if i < 0 || !cmd.Top || cmd.Stmt.Negated {
		return false
	}
	for ; i < s.lists.last(); i++ {
		switch o := s.lists.operands[i]; {
		case o.after == "||":
			return false
		case o.after == ";":
			return s.lists.errexit == yes && o.before != "&&" && o.before != "||"
		}
	}
	return true
}

// dropLists returns the edits that take the lists out of this step's layer: without the update,
// where nothing in the step needs it, else by a removal at the end.
func (s *step) dropLists(at int) ([]transform.Edit, string) {
	if s.onlyUpdates() {
		return s.deleteUpdate()
	}
	if edit, ok := s.dropLastOperand(at); ok {
		return []transform.Edit{edit}, ""
	}
	edit, refusal := s.removeLists(at)
	return []transform.Edit{edit}, refusal
}

// deleteUpdate returns the edits that delete a step that does nothing but update. Comments above it
// stay: they may be about more.
func (s *step) deleteUpdate() ([]transform.Edit, string) {
	if len(s.in.Pragmas()) > 0 {
		return nil, "a comment for another tool is bound to the update"
	}
	return []transform.Edit{{Span: transform.Span{Start: s.in.Lines[0].Span.Start, End: s.in.Span.End}}}, ""
}

// dropLastOperand returns the edit that takes an update off the end of a "&&" list.
func (s *step) dropLastOperand(at int) (transform.Edit, bool) {
	cmd, last := s.commands[at], s.lists.last()
	o := s.lists.operands[last]
	_, plain := o.stmt.Cmd.(*syntax.CallExpr)
	if !plain || o.before != "&&" || s.lists.at(cmd.Start) != last || at != len(s.commands)-1 || s.script.Shell.HasComment() {
		return transform.Edit{}, false
	}
	span := transform.Span{Start: s.script.EndOffset(s.lists.operands[last-1].end), End: s.script.EndOffset(o.end)}
	for _, l := range s.in.Lines {
		if l.Kind != transform.Text && span.Start < l.Span.End && l.Span.Start < span.End {
			return transform.Edit{}, false
		}
	}
	return transform.Edit{Span: span}, true
}

// updateIn returns the edits that give the RUN of a user its own update, and take the lists out of its layer.
func (s *step) updateIn(u answer, update string) (edits []transform.Edit, refusal string) {
	user := s.steps[u.in]
	if u.in.Keyword != "RUN" || user == nil {
		return nil, "it is no RUN of this file"
	}
	if refusal = s.movesSources(u.in); refusal != "" {
		return nil, refusal
	}
	at := user.firstInstall()
	if at < 0 {
		return nil, u.what + " is not apt's command in the RUN itself"
	}
	cmd := user.commands[at]
	i := user.lists.at(cmd.Start)
	if at > 0 && user.commands[at-1].Start >= user.lists.operands[i].start {
		return nil, "other commands stand in front of the install, within a compound command or a pipe"
	}
	if _, function := user.lists.operands[i].stmt.Cmd.(*syntax.FuncDecl); function {
		return nil, "the install stands in a function"
	}
	joint, refusal := user.lists.joinBefore(i)
	if refusal != "" {
		return nil, refusal
	}
	if sudo := user.sudo(cmd); sudo != "" {
		update = sudo + " " + update
	} else if !user.root() {
		return nil, "user " + user.user() + " may not update them"
	}
	edits = append(edits, user.putBefore(i, joint, update))
	if user.removesLists(at) || !s.Ships(u.in.Stage) || user.mounted(aptLists) {
		return edits, ""
	}
	edit, refusal := user.removeLists(at)
	return append(edits, edit), refusal
}

// firstInstall returns the index of apt's first command that needs the lists, -1 if only another program does.
func (s *step) firstInstall() int {
	return slices.IndexFunc(s.commands, func(cmd command) bool { return cmd.use != nil && aptRelation(cmd.use) == uses })
}

// movesSources says why an update at a later instruction would not find what the update of this
// step finds: sources or the network are taken away in between.
func (s *step) movesSources(until *transform.Instruction) string {
	for _, f := range until.Flags() {
		if f.Name == "network" {
			return "its network is " + f.Value
		}
	}
	for _, in := range s.Doc.Instructions[s.in.Index:until.Index] {
		o := s.steps[in]
		if o == nil {
			continue
		}
		for _, cmd := range o.commands {
			if in != s.in && (o.removes(cmd, "/etc/apt/sources.list") || o.removes(cmd, "/etc/apt/sources.list.d")) {
				return fmt.Sprintf("line %d removes package sources", in.Line())
			}
		}
	}
	return ""
}
