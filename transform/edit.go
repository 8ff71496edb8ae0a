package transform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Edit replaces a span of a document's source. An empty span inserts.
type Edit struct {
	Span
	New string
}

// Apply returns a new document with all edits made. Edits that overlap or lie
// outside the source are an error, as is a result that BuildKit does not parse.
// Two insertions at one place keep the order in which they are given.
func (d *Document) Apply(edits ...Edit) (*Document, error) {
	edits = inOrder(edits)
	src, err := d.Rewrite(edits...)
	if err != nil {
		return nil, err
	}
	if next := d.reparse(src, edits); next != nil {
		return next, nil
	}
	return Parse(d.Name, src)
}

// Rewrite returns the source with all edits made, without parsing it.
func (d *Document) Rewrite(edits ...Edit) ([]byte, error) {
	sorted := inOrder(edits)
	size := len(d.Src)
	for _, e := range sorted {
		size += len(e.New)
	}
	src := make([]byte, 0, size)
	at := 0
	for _, e := range sorted {
		if e.Start < 0 || e.End < e.Start || e.End > len(d.Src) {
			return nil, fmt.Errorf("edit of %d..%d is outside the %d bytes of %s", e.Start, e.End, len(d.Src), d.Name)
		}
		if e.Start < at {
			return nil, fmt.Errorf("edits overlap at byte %d of %s", e.Start, d.Name)
		}
		src = append(src, d.Src[at:e.Start]...)
		src = append(src, e.New...)
		at = e.End
	}
	return append(src, d.Src[at:]...), nil
}

// inOrder returns edits in the order of their places.
func inOrder(edits []Edit) []Edit {
	return slices.SortedStableFunc(slices.Values(edits), func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
}

// Replace returns the edit that puts text in the place of the instruction,
// which keeps its indentation and its line break. Text may have several lines.
func (in *Instruction) Replace(text string) Edit {
	return Edit{in.bodySpan(), in.doc.lineBreaks(text)}
}

// InsertBefore returns the edit that puts an instruction on lines of its own above in,
// below the comments that are not bound to in.
func (in *Instruction) InsertBefore(text string) Edit {
	at := in.lineStart()
	if in.Comment.Len() > 0 {
		at = in.Comment.Start
	}
	indent := string(in.doc.Src[in.lineStart():in.Span.Start])
	indent = strings.TrimPrefix(indent, string(bom))
	if at == 0 && strings.HasPrefix(string(in.doc.Src), string(bom)) {
		at = len(bom)
	}
	return Edit{Span{at, at}, indent + in.doc.lineBreaks(text) + in.doc.Newline}
}

// InsertAfter returns the edits that put an instruction on lines of its own
// below in. A continuation that runs into the end of the file is ended first.
func (in *Instruction) InsertAfter(text string) []Edit {
	d := in.doc
	var edits []Edit
	if cut, ok := in.danglingContinuation(); ok {
		edits = append(edits, Edit{New: "", Span: cut})
	}
	text = d.lineBreaks(text)
	if end := in.Span.End; end > 0 && d.Src[end-1] == '\n' {
		text += d.Newline
	} else {
		text = d.Newline + text
	}
	return append(edits, Edit{Span{in.Span.End, in.Span.End}, text})
}

// Delete returns the edit that removes the instruction with the comment lines that
// are bound to it. It must not be used on the first instruction below a first comment
// that would then become a directive; see PromotesDirective.
func (in *Instruction) Delete() Edit {
	start := in.lineStart()
	if in.Comment.Len() > 0 {
		start = in.Comment.Start
	}
	if start == 0 && strings.HasPrefix(string(in.doc.Src), string(bom)) {
		start = len(bom)
	}
	return Edit{Span: Span{start, in.Span.End}}
}

// bodySpan is the instruction without its last line break.
func (in *Instruction) bodySpan() Span {
	end := in.Span.End
	for end > in.Span.Start && (in.doc.Src[end-1] == '\n' || in.doc.Src[end-1] == '\r') {
		end--
	}
	return Span{in.Span.Start, end}
}

// TextSpan covers the instruction's text without the blanks, comments and
// heredocs that may follow its last word.
func (in *Instruction) TextSpan() Span {
	t := in.text
	return t.Span(0, len(strings.TrimRight(t.Text, " \t\r\n\v\f")))
}

// danglingContinuation returns the span from the end of the instruction's text to the end of the
// line on which a continuation character waits for a line that never comes.
func (in *Instruction) danglingContinuation() (Span, bool) {
	for i := len(in.Lines) - 1; i >= 0; i-- {
		l := in.Lines[i]
		if l.Kind == Text {
			return Span{l.Body.End, in.doc.eol(l.Span)}, l.Continued
		}
		if l.Kind == Heredoc {
			break
		}
	}
	return Span{}, false
}

// eol returns where the line break of a line begins.
func (d *Document) eol(line Span) int {
	end := line.End
	for end > line.Start && (d.Src[end-1] == '\n' || d.Src[end-1] == '\r') {
		end--
	}
	return end
}

// lineBreaks gives new text the document's own line endings.
func (d *Document) lineBreaks(text string) string {
	if d.Newline == "\n" {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", d.Newline)
}
