package transform

import (
	"bytes"
	"sort"
	"strings"
	"unicode"
)

// A LineKind says what a physical line of an instruction holds.
type LineKind int

// The kinds of lines.
const (
	// Text is a line that BuildKit joins into the instruction's text.
	Text LineKind = iota
	// Comment is a comment line between continued lines; BuildKit drops it.
	Comment
	// Blank is an empty line between continued lines; BuildKit drops it.
	Blank
	// Heredoc is a line of a here-document's body, or its terminator.
	Heredoc
)

// A Line is a physical line of an instruction.
type Line struct {
	Kind LineKind
	// Span covers the whole line with its line break.
	Span Span
	// Body covers what the line adds to the joined text: without leading blanks on
	// the first line, without continuation character and line break.
	Body Span
	// Continued is true when the line ends in a continuation character.
	Continued bool
}

// rawLine is a line of the file: start of the line, start of its line break, end.
type rawLine struct{ start, eol, end int }

func cutLines(src []byte) []rawLine {
	lines := make([]rawLine, 0, 1+bytes.Count(src, []byte("\n")))
	for start := 0; start < len(src); {
		end := len(src)
		if i := bytes.IndexByte(src[start:], '\n'); i >= 0 {
			end = start + i + 1
		}
		eol := start + len(bytes.TrimRight(src[start:end], "\r\n"))
		lines = append(lines, rawLine{start, eol, end})
		start = end
	}
	return lines
}

func commonNewline(src []byte) string {
	if crlf := bytes.Count(src, []byte("\r\n")); crlf > 0 && 2*crlf >= bytes.Count(src, []byte("\n")) {
		return "\r\n"
	}
	return "\n"
}

// A Joined is the text of an instruction after continuations are joined and
// comment lines are dropped, with the way back from its offsets to the source.
type Joined struct {
	Text string
	// segments map text offsets to source offsets, ascending by both.
	segments []segment
}

type segment struct{ text, src, n int }

// Offset returns the source offset of the byte at text offset i. For
// i == len(Text) it is the offset just after the last byte.
func (j Joined) Offset(i int) int {
	k := sort.Search(len(j.segments), func(k int) bool { return j.segments[k].text > i }) - 1
	if k < 0 {
		return 0
	}
	s := j.segments[k]
	if i > s.text+s.n {
		i = s.text + s.n
	}
	return s.src + i - s.text
}

// EndOffset returns the source offset just after the byte before text offset
// i: unlike Offset it stays on the earlier line when i is where two lines meet.
func (j Joined) EndOffset(i int) int {
	if i <= 0 {
		return j.Offset(0)
	}
	return j.Offset(i-1) + 1
}

// Span maps a range of the text to the source. It covers whatever stands between: line
// breaks, continuation characters and comments.
func (j Joined) Span(start, end int) Span {
	if end <= start {
		at := j.Offset(start)
		return Span{at, at}
	}
	return Span{j.Offset(start), j.EndOffset(end)}
}

// Text returns the instruction's joined text, keyword included.
func (in *Instruction) Text() Joined { return in.text }

// cut finds the instruction's lines, its joined text and the comment above it.
func (in *Instruction) cut() {
	d := in.doc
	first, last := in.Node.StartLine-1, min(in.Node.EndLine, len(d.lines))-1
	var b strings.Builder
	heredoc := false
	for i := first; i <= last; i++ {
		raw := d.lines[i]
		l := Line{Span: Span{raw.start, raw.end}, Body: Span{raw.start, raw.eol}}
		text := d.Src[raw.start:raw.eol]
		switch {
		case heredoc:
			l.Kind = Heredoc
		case i > first && isCommentLine(text):
			l.Kind = Comment
		case i > first && len(bytes.TrimLeftFunc(text, unicode.IsSpace)) == 0:
			l.Kind = Blank
		default:
			if i == first {
				l.Body.Start += leading(d, raw, i)
			}
			if n, ok := continuation(d.Src[l.Body.Start:raw.eol], d.Escape); ok {
				l.Continued = true
				l.Body.End = l.Body.Start + n
			}
			body := d.Src[l.Body.Start:l.Body.End]
			in.text.segments = append(in.text.segments, segment{b.Len(), l.Body.Start, len(body)})
			b.Write(body)
			heredoc = !l.Continued
		}
		in.Lines = append(in.Lines, l)
	}
	in.text.Text = b.String()
	in.Span = Span{in.Lines[0].Body.Start, d.lines[last].end}
	in.Comment = in.commentAbove(first)
}

// leading is the number of bytes that BuildKit trims from an instruction's first line.
func leading(d *Document, raw rawLine, i int) int {
	text := d.Src[raw.start:raw.eol]
	n := 0
	if i == 0 && bytes.HasPrefix(text, bom) {
		n = len(bom)
	}
	return n + len(text[n:]) - len(bytes.TrimLeftFunc(text[n:], unicode.IsSpace))
}

var bom = []byte("\xEF\xBB\xBF")

// continuation returns the length of text without its continuation character,
// and whether it has one: BuildKit's rule, under which two escape characters in a row are none.
func continuation(text []byte, escape byte) (int, bool) {
	t := bytes.TrimRight(text, " \t")
	if len(t) == 0 || t[len(t)-1] != escape {
		return len(text), false
	}
	if len(t) >= 2 && t[len(t)-2] == escape {
		return len(text), false
	}
	return len(t) - 1, true
}

func isCommentLine(text []byte) bool {
	text = bytes.TrimLeftFunc(text, unicode.IsSpace)
	return len(text) > 0 && text[0] == '#'
}

// commentAbove returns the span of the comment lines directly above line first
// that are no directives.
func (in *Instruction) commentAbove(first int) Span {
	d := in.doc
	floor := 0
	if n := len(d.Directives); n > 0 {
		floor = d.Directives[n-1].Line
	}
	if in.Index > 0 {
		floor = max(floor, d.Instructions[in.Index-1].Node.EndLine)
	}
	i := first
	for i > floor && isCommentLine(bytes.TrimPrefix(d.Src[d.lines[i-1].start:d.lines[i-1].eol], bom)) {
		i--
	}
	if i == first {
		return Span{in.lineStart(), in.lineStart()}
	}
	return Span{d.lines[i].start, d.lines[first].start}
}

// lineStart is the offset of the start of the instruction's first line, before indentation.
func (in *Instruction) lineStart() int { return in.Lines[0].Span.Start }
