package format

import (
	"bytes"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dopt/transform"
)

// A kind is one rule of layout.
type kind struct {
	// name is what reports and pragmas call it.
	name string
	// title says what a fix does, why what speaks for it.
	title, why string
}

// The rules.
var (
	keywordCase = kind{
		"case", "Write keywords in one case",
		"most keywords of the file; BuildKit's checks ConsistentInstructionCasing and FromAsCasing",
	}
	trailing = kind{
		"trailing", "Remove trailing blanks",
		"BuildKit drops blanks at the end of an instruction and behind a continuation character",
	}
	spaces = kind{
		"spaces", "Separate by one space",
		"BuildKit and the shell part words by any number of blanks",
	}
	emptyLines = kind{
		"empty-continuation", "Remove empty continuation lines",
		"BuildKit's check NoEmptyContinuation: they will become errors",
	}
	indentation = kind{
		"indent", "Indent like the rest of the file",
		"most continued lines of the file",
	}
	blankLines = kind{
		"blank-lines", "Keep one blank line at most",
		"BuildKit drops blank lines between instructions",
	}
	fileEnd = kind{
		"file-end", "End the file in one line break",
		"text appended to the file starts on a line of its own",
	}
)

// blanks are the bytes that the pass removes and writes; other white space is never touched.
const blanks = " \t"

// A formatter lays out one document.
type formatter struct {
	c   *transform.Context
	d   *transform.Document
	src []byte
	// layouts holds the instructions, by their index.
	layouts []*layout
	// indent stands before the continued lines of most instructions.
	indent string
	// flush is true where instructions start at the start of their line.
	flush bool
	// flushComments is true where comments between continued lines do.
	flushComments bool
}

func run(c *transform.Context) error {
	if !c.Settings.FormatAll {
		return nil
	}
	f := newFormatter(c)
	for _, l := range f.layouts {
		f.above(l.in)
		f.instruction(l)
	}
	f.end()
	return nil
}

func newFormatter(c *transform.Context) *formatter {
	f := &formatter{c: c, d: c.Doc, src: c.Doc.Src}
	indented := 0
	for _, in := range f.d.Instructions {
		l := newLayout(in)
		if l.lead != "" {
			indented++
		}
		f.layouts = append(f.layouts, l)
	}
	f.flush = 2*indented < len(f.layouts)
	f.alignArguments()
	f.indent = f.commonIndent()
	f.flushComments = f.commentsFlush()
	return f
}

func (f *formatter) instruction(l *layout) {
	f.report(l.in.Span, keywordCase, f.keywords(l.in))
	f.report(l.in.Span, trailing, l.trailingBlanks())
	if l.dangling {
		// Its last line break and what follows hang on a continuation that nothing ends.
		return
	}
	f.report(l.in.Span, spaces, l.spaces())
	if word, line := l.swallowed(); word != "" {
		f.c.Missed(l.in, emptyLines.name, "left: %s at line %d belongs to this %s, since the line above it ends in a continuation; is that meant?", word, line, l.in.Keyword)
		return
	}
	f.report(l.in.Span, emptyLines, l.emptyLines())
	f.report(l.in.Span, indentation, f.reindent(l))
}

// report reports a fix, if there is anything to fix.
func (f *formatter) report(span transform.Span, k kind, edits []transform.Edit) {
	if len(edits) == 0 {
		return
	}
	f.c.Report(transform.Finding{
		Kind: k.name, Span: span, Message: k.title,
		Fix: &transform.Fix{
			Title: k.title, Level: transform.Layout, Edits: edits,
			Evidence: []transform.Evidence{{Source: f.d.Name, Text: k.why}},
		},
	})
}

// above lays out the lines between an instruction and the one above it. What it
// reports touches the instruction, so that a pragma on it is obeyed here, too.
func (f *formatter) above(in *transform.Instruction) {
	var start int
	switch {
	case in.Index > 0:
		start = f.d.Instructions[in.Index-1].Span.End
	case len(f.d.Directives) > 0:
		start = f.d.Directives[len(f.d.Directives)-1].Span.End
	}
	f.gap(transform.Span{Start: start, End: in.Lines[0].Span.Start}, transform.Span{Start: start, End: in.Span.Start})
}

// end lays out the lines below the last instruction.
func (f *formatter) end() {
	last := f.d.Instructions[len(f.d.Instructions)-1].Span.End
	text := last
	for at := last; at < len(f.src); {
		line := lineAt(f.src, at)
		at = line.end
		if !f.blank(line) {
			text = at
		}
	}
	// It touches the last instruction, so that a pragma for the whole file is obeyed here.
	span := transform.Span{Start: last - 1, End: len(f.src)}
	f.gap(transform.Span{Start: last, End: text}, span)
	final := transform.Edit{Span: transform.Span{Start: text, End: len(f.src)}}
	if f.src[text-1] != '\n' {
		final.New = f.d.Newline
	}
	if final.New != "" || final.Len() > 0 {
		f.report(span, fileEnd, []transform.Edit{final})
	}
}

// gap lays out the comments and blank lines of a span, and reports it for another one.
func (f *formatter) gap(span, report transform.Span) {
	var ends, lines []transform.Edit
	blankAbove := span.Start == 0 && f.mayStart(span)
	for at := span.Start; at < span.End; {
		line := lineAt(f.src, at)
		at = line.end
		blank := f.blank(line)
		if blank && blankAbove {
			lines = append(lines, transform.Edit{Span: transform.Span{Start: line.start, End: line.end}})
		} else {
			ends = append(ends, trimEnd(f.src, line.start, line.eol)...)
			blankAbove = blank
		}
	}
	f.report(report, trailing, ends)
	f.report(report, blankLines, lines)
}

func (f *formatter) blank(line physical) bool {
	return len(bytes.TrimSpace(f.src[line.start:line.eol])) == 0
}

// mayStart reports whether the first line of a span that is not blank may
// become the first line of the file: it must be no comment that would be a
// directive there.
func (f *formatter) mayStart(span transform.Span) bool {
	first := bytes.TrimSpace(f.src[span.Start:span.End])
	first, _, _ = bytes.Cut(first, []byte("\n"))
	var p parser.DirectiveParser
	directive, err := p.ParseLine(first)
	return directive == nil && err == nil && !bytes.HasPrefix(first, []byte("#!"))
}

// A physical line of the file: its start, the start of its line break, its end.
type physical struct{ start, eol, end int }

func lineAt(src []byte, start int) physical {
	end := len(src)
	if i := bytes.IndexByte(src[start:], '\n'); i >= 0 {
		end = start + i + 1
	}
	return physical{start, start + len(bytes.TrimRight(src[start:end], "\r\n")), end}
}

// trimEnd returns the edit that removes the blanks at the end of a range, if there are any.
func trimEnd(src []byte, start, end int) []transform.Edit {
	text := start + len(bytes.TrimRight(src[start:end], blanks))
	if text == end {
		return nil
	}
	return []transform.Edit{{Span: transform.Span{Start: text, End: end}}}
}

// leading returns the blanks at the start of text.
func leading(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, blanks))]
}
