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
	args := s.stage.From.Args()
	at := args.Span(0, len(s.stage.Base))
	if string(s.Doc.Src[at.Start:at.End]) != s.stage.Base {
		return nil, "its name is broken over lines"
	}
	edits = []transform.Edit{{Span: at, New: s.variant.Image}}
	if len(s.added) == 0 {
		return edits, ""
	}
	before, refusal := s.place()
	if refusal != "" {
		return nil, refusal
	}
	text := s.install(before)
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
	if s.overHTTPS(list[:at]) && slices.Contains(s.missing(), "ca-certificates") {
		return nil, "apt is to use HTTPS, and the slim image has no certificates"
	}
	if at == len(list) {
		return nil, ""
	}
	switch st := list[at].State(); {
	case st.User != "" && st.User != "root" && st.User != "0":
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
		if i := slices.Index(s.stage.Instructions, g.Step); g.Step != nil && i >= 0 {
			first = min(first, i)
		}
	}
	return first
}

// setupMarks are what instructions name that choose where packages come from and how they are reached.
var setupMarks = []string{"/etc/apt", "apt-key", "sources.list", "debian.sources", "/usr/local/share/ca-certificates", "update-ca-certificates", "_proxy", "_PROXY", "DEBIAN_FRONTEND", "add-apt-repository"}

func setsUp(in *transform.Instruction) bool {
	source := in.Source()
	return slices.ContainsFunc(setupMarks, func(mark string) bool { return strings.Contains(source, mark) })
}

// overHTTPS reports whether instructions may let apt use HTTPS.
func (s *slimming) overHTTPS(list []*transform.Instruction) bool {
	return slices.ContainsFunc(list, func(in *transform.Instruction) bool {
		return setsUp(in) && (strings.Contains(in.Source(), "https") || in.Keyword == "COPY" || in.Keyword == "ADD")
	})
}

// missing returns the packages that only the full image has.
func (s *slimming) missing() []string {
	return slices.DeleteFunc(slices.Clone(s.variant.Full), func(p string) bool { _, ok := slices.BinarySearch(s.variant.Slim, p); return ok })
}

// install returns the RUN that installs what is missing, in the file's style.
func (s *slimming) install(before *transform.Instruction) string {
	style := s.Doc.Style()
	escape := string(s.Doc.Escape)
	commands := []string{"apt-get update", "apt-get install -y --no-install-recommends"}
	for _, name := range s.added {
		commands[1] += " " + escape + "\n" + style.Indent + style.Indent + name
	}
	if !s.keepsLists(before) {
		commands = append(commands, "rm -rf /var/lib/apt/lists/*")
	}
	joint := " " + escape + "\n" + style.Indent + "&& "
	if !style.AndFirst {
		joint = " && " + escape + "\n" + style.Indent
	}
	return style.Keyword("RUN") + " " + strings.Join(commands, joint)
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
