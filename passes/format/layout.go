package format

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"

	"dopt/transform"
)

// A layout is an instruction's lines with the blanks around their text.
type layout struct {
	in  *transform.Instruction
	src []byte
	// lead is the blanks before the keyword.
	lead string
	// lines are the text and comment lines in front of any heredoc.
	lines []line
	// columns counts, by column, the continuation characters that several blanks put there.
	columns map[int]int
	// aligned is true where the argument stands below or above those of its neighbours, on purpose.
	aligned bool
	// dangling is true where the last continuation has no line to continue on.
	dangling bool
}

// A line is a text or comment line of an instruction.
type line struct {
	transform.Line
	// indent and pad are the blanks at the start of a continued line and those before
	// its continuation character.
	indent, pad string
	// text is what stands between the two.
	text string
	// open is true where the blanks around the line break above may differ without any meaning.
	open bool
}

// padded reports whether more than one space stands before the continuation character.
func (l line) padded() bool {
	return l.Continued && l.pad != "" && l.pad != " "
}

func newLayout(in *transform.Instruction) *layout {
	l := &layout{in: in, src: in.Document().Src}
	first := in.Lines[0]
	if lead := string(l.src[first.Span.Start:first.Body.Start]); leading(lead) == lead {
		l.lead = lead
	}
	for i, raw := range in.Lines {
		if raw.Kind == transform.Heredoc {
			break
		}
		if raw.Kind == transform.Text {
			l.dangling = raw.Continued
		}
		if raw.Kind != transform.Blank {
			l.lines = append(l.lines, l.split(raw, i == 0))
		}
	}
	if len(l.lines) > 1 {
		l.columns = map[int]int{}
		for _, line := range l.lines {
			if line.padded() {
				l.columns[l.escapeColumn(line)]++
			}
		}
		l.openBreaks()
	}
	return l
}

// split takes the blanks of a line apart from its text.
func (l *layout) split(raw transform.Line, first bool) line {
	body := string(l.src[raw.Body.Start:raw.Body.End])
	out := line{Line: raw}
	if !first {
		out.indent = leading(body)
	}
	out.text = strings.TrimRight(body[len(out.indent):], blanks)
	out.pad = body[len(out.indent)+len(out.text):]
	return out
}

// texts returns the indices of the text lines.
func (l *layout) texts() []int {
	var at []int
	for i, line := range l.lines {
		if line.Kind == transform.Text {
			at = append(at, i)
		}
	}
	return at
}

// indentSpan is where the line's indentation stands.
func (l line) indentSpan() transform.Span {
	return transform.Span{Start: l.Span.Start, End: l.Span.Start + len(l.indent)}
}

// escapeColumn is the column of the line's continuation character.
func (l *layout) escapeColumn(line line) int {
	return column(string(l.src[line.Span.Start:line.Body.End]))
}

// column returns the width of text, with a tab stop every eight columns.
func column(text string) int {
	n := 0
	for _, r := range text {
		n = nextColumn(n, r)
	}
	return n
}

func nextColumn(col int, r rune) int {
	switch r {
	case '\t':
		return (col | 7) + 1
	case '\uFEFF':
		return col
	}
	return col + 1
}

// trailingBlanks removes the blanks behind the text of lines and behind continuation characters.
func (l *layout) trailingBlanks() []transform.Edit {
	var edits []transform.Edit
	for _, line := range l.lines {
		switch {
		case line.Continued:
			edits = append(edits, trimEnd(l.src, line.Body.End+1, l.eol(line))...)
		case line.Kind == transform.Text && l.in.Keyword == "ONBUILD":
			// The image keeps the text of the trigger, blanks at its end included.
		default:
			edits = append(edits, trimEnd(l.src, line.Body.Start, l.eol(line))...)
		}
	}
	return edits
}

// eol is where the line break of a line begins.
func (l *layout) eol(line line) int { return lineAt(l.src, line.Span.Start).eol }

// emptyLines removes the blank lines between continued lines.
func (l *layout) emptyLines() []transform.Edit {
	var edits []transform.Edit
	for _, line := range l.in.Lines {
		if line.Kind == transform.Blank {
			edits = append(edits, transform.Edit{Span: line.Span})
		}
	}
	return edits
}

// swallowed returns the keyword of a continued line that reads like an instruction of its own,
// and its line number: most likely the continuation above it is a mistake.
func (l *layout) swallowed() (keyword string, number int) {
	if l.in.Keyword == "HEALTHCHECK" || l.in.Keyword == "ONBUILD" {
		return "", 0
	}
	for _, i := range l.continued() {
		word, _, more := strings.Cut(l.lines[i].text, " ")
		_, known := command.Commands[strings.ToLower(word)]
		if known && more && l.lines[i].indent == "" && word == strings.ToUpper(word) {
			number, _ := l.in.Document().Position(l.lines[i].Span.Start)
			return word, number
		}
	}
	return "", 0
}
