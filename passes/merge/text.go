package merge

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// edits returns the edits that make one RUN of several, in the layout of the first or else of the file.
func edits(d *transform.Document, steps []*step) []transform.Edit {
	style := steps[0].in.Style()
	var out []transform.Edit
	for i, s := range steps {
		open, closing := around(wrappingOf(steps, i), s.text)
		start := s.script.Offset(0)
		at := start // what is replaced: nothing, or all from the end of the script before
		if i > 0 {
			at = steps[i-1].end
			_, before := around(wrappingOf(steps, i-1), steps[i-1].text)
			open = before + bridge(d, style, steps[i-1].in, s.in) + open
		}
		if open != "" {
			out = append(out, transform.Edit{Span: transform.Span{Start: at, End: start}, New: open})
		}
		if i > 0 {
			out = append(out, deeper(style, s)...)
		}
		if end := s.in.TextSpan().End; i == len(steps)-1 && (closing != "" || s.end < end) {
			out = append(out, transform.Edit{Span: transform.Span{Start: s.end, End: end}, New: closing})
		}
	}
	return out
}

// wrappingOf returns what goes around step i of a joined RUN. The first needs no braces for
// "a || b": "a || b && c" already means what is wanted, and for "a; b" they show it.
func wrappingOf(steps []*step, i int) wrapping {
	s := steps[i]
	switch {
	case i == len(steps)-1:
		return s.last
	case i == 0 && s.wrap == braces && len(s.script.Shell.File.Stmts) == 1 && !strings.HasSuffix(s.text, ";"):
		return plain
	}
	return s.wrap
}

// around returns what stands before and behind a script that is wrapped.
func around(w wrapping, script string) (open, closing string) {
	switch w {
	case subshell:
		if strings.HasPrefix(script, "(") {
			return "( ", ")" // "((" would begin arithmetic
		}
		return "(", ")"
	case braces:
		if strings.HasSuffix(script, ";") {
			return "{ ", " }"
		}
		return "{ ", "; }"
	}
	return "", ""
}

// bridge is the text between two joined scripts: "&&", a line break, and the comments that stood
// between the instructions, each on its own line.
func bridge(d *transform.Document, style transform.Style, prev, next *transform.Instruction) string {
	escape := " " + string(d.Escape) + d.Newline
	var b strings.Builder
	if !style.AndFirst {
		b.WriteString(" &&")
	}
	b.WriteString(escape)
	between := string(d.Src[prev.Span.End:next.Span.Start])
	for line := range strings.Lines(between) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(style.Indent + line + d.Newline)
		}
	}
	b.WriteString(style.Indent)
	if style.AndFirst {
		b.WriteString("&& ")
	}
	return b.String()
}

// deeper indents the lines of a joined script that continue a command, so that they stand
// below it and not beside it. All stay where one already stands deeper or lies within a word.
func deeper(style transform.Style, s *step) []transform.Edit {
	var out []transform.Edit
	d := s.in.Document()
	first, end := s.script.Offset(0), s.in.TextSpan().End
	for i, l := range s.in.Lines {
		if l.Span.Start <= first || l.Span.Start >= end || l.Kind == transform.Blank || s.beginsCommand(i) {
			continue
		}
		blanks := string(d.Src[l.Span.Start : l.Span.Start+indentation(d.Src[l.Span.Start:l.Span.End])])
		if !strings.HasPrefix(style.Indent, blanks) || s.withinWord(l.Span.Start) {
			return nil
		}
		out = append(out, transform.Edit{Span: transform.Span{Start: l.Span.Start, End: l.Span.Start}, New: style.Indent})
	}
	return out
}

// beginsCommand reports whether line i of the instruction begins a command, or is a comment above such a line.
func (s *step) beginsCommand(i int) bool {
	d := s.in.Document()
	text := func(l transform.Line) string { return strings.TrimSpace(string(d.Src[l.Body.Start:l.Body.End])) }
	lines := s.in.Lines
	for i < len(lines)-1 && lines[i].Kind != transform.Text {
		i++
	}
	if strings.HasPrefix(text(lines[i]), "&&") {
		return true
	}
	for i--; i >= 0; i-- {
		if lines[i].Kind == transform.Text {
			before := text(lines[i])
			return strings.HasSuffix(before, "&&") || strings.HasSuffix(before, ";")
		}
	}
	return true
}

func indentation(line []byte) int {
	return len(line) - len(strings.TrimLeft(string(line), " \t"))
}

// withinWord reports whether a source offset lies inside of a word of the script, where a blank is data.
func (s *step) withinWord(offset int) bool {
	within := false
	syntax.Walk(s.script.Shell.File, func(n syntax.Node) bool {
		if w, ok := n.(*syntax.Word); ok {
			span := s.script.Span(int(w.Pos().Offset()), int(w.End().Offset()))
			within = within || span.Start < offset && offset < span.End
		}
		return !within
	})
	return within
}
