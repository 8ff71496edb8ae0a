package format

import (
	"strings"

	"dopt/transform"
)

// keywords returns the edits that give the instruction's keywords the case of
// most of the file, which is what BuildKit's check ConsistentInstructionCasing
// asks for, and FromAsCasing of AS.
func (f *formatter) keywords(in *transform.Instruction) []transform.Edit {
	var edits []transform.Edit
	fix := func(span transform.Span, word string) {
		got := string(f.src[span.Start:span.End])
		if want := f.d.Style().Keyword(word); got != want && strings.EqualFold(got, word) {
			edits = append(edits, transform.Edit{Span: span, New: want})
		}
	}
	fix(keyword(in), in.Keyword)
	args := in.Args()
	switch in.Keyword {
	case "FROM":
		if start, end := nthWord(args.Text, 1); end > start {
			fix(args.Span(start, end), "AS")
		}
	case "HEALTHCHECK":
		_, end := nthWord(args.Text, 0)
		fix(args.Span(0, end), strings.ToUpper(args.Text[:end]))
	}
	return edits
}

// keyword is where the instruction's keyword stands. It may be torn by a
// continuation; then the span does not hold it.
func keyword(in *transform.Instruction) transform.Span {
	return in.Text().Span(0, len(in.Keyword))
}

// nthWord returns where the n-th word of text stands, counted from 0; start == end
// if there is none. Words are parted as BuildKit's reWhitespace does.
func nthWord(text string, n int) (start, end int) {
	const white = "\t\v\f\r "
	for ; ; n-- {
		start = len(text) - len(strings.TrimLeft(text[end:], white))
		end = len(text)
		if i := strings.IndexAny(text[start:], white); i >= 0 {
			end = start + i
		}
		if n == 0 {
			return start, end
		}
	}
}

// alignArguments finds three neighbours or more whose arguments stand in one
// column though their keywords differ in length: a table that the author made.
func (f *formatter) alignArguments() {
	for i := 0; i < len(f.layouts); {
		start, end, same := i, i+1, true
		col := f.layouts[i].argColumn()
		for end < len(f.layouts) && f.layouts[end].argColumn() == col {
			same = same && len(f.layouts[end].in.Keyword) == len(f.layouts[i].in.Keyword)
			end++
		}
		for ; i < end; i++ {
			f.layouts[i].aligned = !same && end-start > 2
		}
	}
}

// argColumn is the column of what follows the keyword.
func (l *layout) argColumn() int {
	end := l.afterKeyword()
	return column(string(l.src[l.in.Lines[0].Span.Start:end]))
}

// afterKeyword is the offset of the first byte behind the keyword that is no
// blank, or the end of the line.
func (l *layout) afterKeyword() int {
	at, eol := keyword(l.in).End, l.eol(l.lines[0])
	if at > eol {
		return eol // a continuation tears the keyword
	}
	return at + len(leading(string(l.src[at:eol])))
}

// spaces returns the edits that leave one space behind the keyword, between flags, behind
// the commas of an exec form and before continuation characters.
func (l *layout) spaces() []transform.Edit {
	var edits []transform.Edit
	if !l.aligned && !l.tabular() && !l.hanging() {
		edits = l.betweenWords()
	}
	if l.in.Node.Attributes["json"] {
		edits = append(edits, l.commas()...)
	}
	return append(edits, l.pads()...)
}

// betweenWords returns the edits for the blanks behind the keyword and between flags.
func (l *layout) betweenWords() []transform.Edit {
	var gaps []transform.Span
	if after := l.afterKeyword(); after < l.lines[0].Body.End {
		gaps = append(gaps, transform.Span{Start: keyword(l.in).End, End: after})
	}
	flags := l.in.Flags()
	for i := 1; i < len(flags); i++ {
		gaps = append(gaps, transform.Span{Start: flags[i-1].Span.End, End: flags[i].Span.Start})
	}
	var edits []transform.Edit
	for _, gap := range gaps {
		text := string(l.src[gap.Start:gap.End])
		if text != "" && leading(text) == text {
			edits = append(edits, oneSpace(gap, text)...)
		}
	}
	return edits
}

// oneSpace returns the edit that leaves one space of the blanks at span.
func oneSpace(span transform.Span, text string) []transform.Edit {
	switch {
	case text == " ":
		return nil
	case text != "" && text[0] == ' ':
		return []transform.Edit{{Span: transform.Span{Start: span.Start + 1, End: span.End}}}
	}
	return []transform.Edit{{Span: span, New: " "}}
}

// commas returns the edits that leave one space behind each comma of a JSON array and none before it.
func (l *layout) commas() []transform.Edit {
	args := l.in.Args()
	text := args.Text
	var edits []transform.Edit
	// together reports whether no line break stands between two offsets of the text.
	together := func(a, b int) bool { return args.Offset(b)-args.Offset(a) == b-a }
	for i := strings.IndexByte(text, '['); i < len(text); i++ {
		switch text[i] {
		case '"':
			i = closingQuote(text, i, '\\') - 1
		case ',':
			before := len(strings.TrimRight(text[:i], blanks))
			after := i + 1 + len(leading(text[i+1:]))
			if before < i && together(before-1, i) {
				edits = append(edits, transform.Edit{Span: args.Span(before, i)})
			}
			if after < len(text) && together(i, after) {
				at := args.Offset(i) + 1
				edits = append(edits, oneSpace(transform.Span{Start: at, End: at + after - i - 1}, text[i+1:after])...)
			}
		}
	}
	return edits
}

// pads returns the edits that leave one space before each continuation character.
func (l *layout) pads() []transform.Edit {
	var edits []transform.Edit
	texts := l.texts()
	for k, i := range texts[:len(texts)-1] {
		line := l.lines[i]
		if line.text == "" || !l.lines[texts[k+1]].open || l.inColumn(i) {
			continue
		}
		span := transform.Span{Start: line.Body.End - len(line.pad), End: line.Body.End}
		edits = append(edits, oneSpace(span, line.pad)...)
	}
	return edits
}

// tabular reports whether the author has put continuation characters into a column.
func (l *layout) tabular() bool {
	for i := range l.lines {
		if l.inColumn(i) {
			return true
		}
	}
	return false
}

// inColumn reports whether blanks put the continuation character of a line below or above
// another one, or many blanks put it where that of any other line is put.
func (l *layout) inColumn(i int) bool {
	if !l.lines[i].padded() {
		return false
	}
	col := l.escapeColumn(l.lines[i])
	for _, o := range []int{i - 1, i + 1} {
		if o >= 0 && o < len(l.lines) && l.lines[o].Continued && l.escapeColumn(l.lines[o]) == col {
			return true
		}
	}
	return len(l.lines[i].pad) > 2 && l.columns[col] > 1
}
