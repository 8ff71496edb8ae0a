package cleanup

import (
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// keepDebs are the commands with which Docker's documentation lets apt keep what it downloads: the
// official images of Debian and Ubuntu remove it otherwise. Source:
// docs.docker.com/reference/dockerfile/#example-cache-apt-packages.
var keepDebs = []string{
	"rm -f /etc/apt/apt.conf.d/docker-clean",
	`echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache`,
}

// putMounts returns the edits that put flags in front of the script, and for apt the commands that
// take docker-clean out of the way.
func (s *step) putMounts(m *pkgmgr.Manager, flags []string) ([]transform.Edit, string) {
	at := s.in.Args().Offset(0)
	if s.script.Form == transform.FormHeredoc {
		if m.Ecosystem == "debian" && !s.keepsDebs() {
			return nil, "docker-clean is not taken out of the way of a here-document"
		}
		return []transform.Edit{insert(at, strings.Join(flags, " ")+" ")}, ""
	}
	keep := m.Ecosystem == "debian" && !s.keepsDebs()
	separator := " "
	if keep || s.textLines() > 1 || s.in.TextSpan().Len()+len(strings.Join(flags, " "))+1 > lineLimit {
		separator = " " + string(s.Doc.Escape) + s.newline() + s.firstIndent()
	}
	edits := []transform.Edit{insert(at, strings.Join(flags, separator)+separator)}
	if !keep {
		return edits, ""
	}
	s.keepers = append(s.keepers, s)
	return s.putKeepDebs(edits, separator)
}

// putKeepDebs adds the commands of keepDebs, behind a leading "set".
func (s *step) putKeepDebs(edits []transform.Edit, separator string) ([]transform.Edit, string) {
	first := 0
	if s.commands[0].Name() == "set" && s.lists.last() > 0 {
		first = 1
	}
	joint, refusal := s.lists.joinBefore(first)
	if refusal != "" {
		return nil, refusal
	}
	and := " " + joint + separator
	switch {
	case joint == ";":
		and = ";" + separator
	case s.in.Style().AndFirst:
		and = separator + joint + " "
	}
	text := strings.Join(keepDebs, and) + and
	at := s.script.Offset(s.lists.operands[first].start)
	if at == edits[0].Start {
		edits[0].New += text
		return edits, ""
	}
	return append(edits, insert(at, text)), ""
}

// firstIndent returns the blanks in front of a mount on a line of its own: those of the script's
// first continued command, else of commands in the file.
func (s *step) firstIndent() string {
	indent := s.indent(0)
	for i := range s.in.Lines {
		if opensCommand(s.in, i) {
			indent = blanks(lineText(s.in, i))
			break
		}
	}
	if indent == "" {
		return "    "
	}
	return indent
}

// waits reports whether a step before this one is to take docker-clean out of the way: the next
// round sees that it has.
func (s *step) waits() bool {
	return slices.ContainsFunc(s.keepers, func(o *step) bool { return o != s && s.builtFrom(s.in.Stage, o.in.Stage) })
}

// keepsDebs reports whether an instruction before the step, or the step itself, has taken
// docker-clean out of the way, or the image is known to have none.
func (s *step) keepsDebs() bool {
	for _, in := range s.Doc.Instructions[:s.in.Index+1] {
		if in.Stage != nil && s.builtFrom(s.in.Stage, in.Stage) && strings.Contains(in.Source(), "docker-clean") {
			return true
		}
	}
	facts, ok := s.Bases.Base(s.baseRef())
	return ok && !facts.AptAutoClean && (facts.Distro == "debian" || facts.Distro == "ubuntu")
}
