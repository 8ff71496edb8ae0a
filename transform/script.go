package transform

import (
	"path"
	"strings"

	"dopt/transform/shell"
)

// A ScriptForm says how an instruction holds its command.
type ScriptForm int

// The forms.
const (
	// FormShell: text for the shell.
	FormShell ScriptForm = iota
	// FormHeredoc: a here-document whose body is the text for the shell.
	FormHeredoc
	// FormExec: a JSON array; no shell.
	FormExec
	// FormMixed: a command line with here-documents beside it.
	FormMixed
)

// A Script is what a RUN, CMD or ENTRYPOINT runs.
type Script struct {
	Form ScriptForm
	// Joined is the script's text with its map to the source: behind the flags for
	// FormShell, the body for FormHeredoc.
	Joined
	// Shell is the parsed script; nil where it is opaque.
	Shell *shell.Script
	// Opaque says why Shell is nil.
	Opaque string
	// Lang is the shell's language; of no meaning where the script is opaque.
	Lang shell.Lang
}

// CommandSpan returns the source span of a command of the script, redirections included.
func (s *Script) CommandSpan(c *shell.Command) Span {
	end := c.End
	for _, r := range c.Redirs {
		end = max(end, r.End)
	}
	return s.Span(c.Start, end)
}

// Script returns the instruction's script; nil for instructions that run nothing.
func (in *Instruction) Script() *Script {
	switch in.Keyword {
	case "RUN", "CMD", "ENTRYPOINT":
	default:
		return nil
	}
	if in.script == nil {
		in.script = in.readScript()
	}
	return in.script
}

func (in *Instruction) readScript() *Script {
	s := &Script{Joined: in.Args()}
	switch {
	case in.Node.Attributes["json"]:
		s.Form, s.Opaque = FormExec, "exec form"
		return s
	case len(in.Node.Heredocs) > 0 && !in.bareHeredoc(s):
		s.Form, s.Opaque = FormMixed, "a command with here-documents beside it"
		return s
	case len(in.Node.Heredocs) > 0:
		s.Form, s.Joined = FormHeredoc, in.heredocBody()
		if strings.HasPrefix(s.Text, "#!") {
			s.Opaque = "a here-document with an interpreter line"
			return s
		}
	}
	st := in.State()
	lang, ok := shellLang(st.Shell)
	if !ok {
		s.Opaque = "not a POSIX shell"
		return s
	}
	if strings.Contains(s.Text, "\r") {
		s.Opaque = "its lines end in carriage returns, which the shell takes for a part of the last word"
		return s
	}
	s.Lang = lang
	if e := in.earlier; e != nil && e.Shell != nil && e.Lang == lang && e.Text == s.Text {
		s.Shell = e.Shell.In(st.Dir, st.Var)
		return s
	}
	var err error
	if s.Shell, err = shell.Parse(s.Text, lang, st.Dir, st.Var); err != nil {
		s.Opaque = "the script does not parse: " + oneLine(err.Error())
	}
	return s
}

// bareHeredoc reports whether the arguments are nothing but one here-document's word.
func (in *Instruction) bareHeredoc(s *Script) bool {
	word := strings.TrimSpace(s.Text)
	return len(in.Node.Heredocs) == 1 && strings.HasPrefix(word, "<<") && !strings.ContainsAny(word[2:], " \t;|&<>")
}

// heredocBody is the text of the instruction's only here-document, terminator excluded.
// Its leading tabs, which "<<-" takes away, are kept: they mean nothing to a shell.
func (in *Instruction) heredocBody() Joined {
	var j Joined
	var b strings.Builder
	last := len(in.Lines) - 1
	for i, l := range in.Lines {
		if l.Kind == Heredoc && i < last {
			j.segments = append(j.segments, segment{b.Len(), l.Span.Start, l.Span.Len()})
			b.Write(in.doc.Src[l.Span.Start:l.Span.End])
		}
	}
	if j.Text = b.String(); len(j.segments) == 0 {
		j.segments = []segment{{0, in.Lines[last].Span.Start, 0}}
	}
	return j
}

// shellLang returns the language of a SHELL that takes a script behind its options.
func shellLang(sh []string) (shell.Lang, bool) {
	if len(sh) < 2 || !strings.HasSuffix(sh[len(sh)-1], "c") {
		return 0, false
	}
	name := path.Base(sh[0])
	if name == "env" && len(sh) > 2 {
		name = path.Base(sh[1])
	}
	switch name {
	case "sh", "ash", "dash":
		return shell.POSIX, true
	case "bash":
		return shell.Bash, true
	}
	return 0, false
}
