package format

import (
	"slices"
	"sort"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// openBreaks finds the line breaks at which blanks have no meaning: there are
// some already, or an operator stands there, and the place is in no data.
func (l *layout) openBreaks() {
	data := l.data()
	slices.SortFunc(data, func(a, b transform.Span) int { return a.Start - b.Start })
	texts := l.texts()
	above := l.lines[0] // the last line above with any text
	blank := false      // whether blanks stand behind it
	for k, i := range texts[1:] {
		below := &l.lines[i]
		blank = blank || l.lines[texts[k]].pad != "" || below.indent != ""
		below.open = l.openBreak(above, *below, blank, data)
		if below.text != "" {
			above, blank = *below, false
		}
	}
}

func (l *layout) openBreak(above, below line, blank bool, data []transform.Span) bool {
	at := above.Body.End
	next := sort.Search(len(data), func(i int) bool { return data[i].Start >= at })
	if next > 0 && at < data[next-1].End {
		return false
	}
	if !blank {
		return l.in.Keyword == "RUN" && operatorBreak(above.text, below.text)
	}
	// An escaped blank is part of a word.
	return !strings.HasSuffix(above.text, `\`) && !strings.HasSuffix(above.text, string(l.in.Document().Escape))
}

// operatorBreak reports whether a blank may be put between two pieces of a
// script: it would not tear an operator or a word.
func operatorBreak(above, below string) bool {
	if above == "" || below == "" || !strings.ContainsAny(above[len(above)-1:], "&|;") {
		return false
	}
	c := below[0]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(`/._$"'`, c) >= 0
}

// data returns the ranges of the source in which a blank is data; none lies in another.
func (l *layout) data() []transform.Span {
	in := l.in
	var spans []transform.Span
	for _, f := range in.Flags() {
		spans = append(spans, f.Span)
	}
	args := in.Args()
	switch {
	case in.Keyword == "ONBUILD" || len(in.Node.Heredocs) > 0:
		return append(spans, args.Span(0, len(args.Text)))
	case in.Node.Attributes["json"]:
		return append(spans, quoted(args, `"`, '\\')...)
	case in.Keyword == "RUN":
		return append(spans, scriptData(in.Script())...)
	case l.splitsWords():
		return append(spans, quoted(args, `"'`, in.Document().Escape)...)
	}
	return append(spans, args.Span(0, len(args.Text)))
}

// words are the instructions whose arguments BuildKit splits at blanks; see dispatch in
// its frontend/dockerfile/parser/parser.go. It takes those of the others as they are.
var words = map[string]bool{
	"ADD": true, "ARG": true, "COPY": true, "ENV": true, "EXPOSE": true, "FROM": true, "LABEL": true, "VOLUME": true,
}

// splitsWords reports whether the arguments are words. "ENV name value" has no
// words: all behind the name is the value.
func (l *layout) splitsWords() bool {
	if l.in.Keyword == "ENV" || l.in.Keyword == "LABEL" {
		name := l.in.Node.Next
		return name != nil && name.Next != nil && name.Next.Next != nil && name.Next.Next.Value == "="
	}
	return words[l.in.Keyword]
}

// quoted returns the quoted strings of a text; an open quote reaches to the end.
func quoted(text transform.Joined, quotes string, escape byte) []transform.Span {
	var spans []transform.Span
	s := text.Text
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == escape:
			i++
		case strings.IndexByte(quotes, s[i]) >= 0:
			end := closingQuote(s, i, escape)
			spans = append(spans, text.Span(i, end))
			i = end - 1
		}
	}
	return spans
}

// closingQuote returns the offset behind the quote that closes the one at start.
func closingQuote(s string, start int, escape byte) int {
	for i := start + 1; i < len(s); i++ {
		switch {
		case s[i] == escape && s[start] == '"':
			i++
		case s[i] == s[start]:
			return i + 1
		}
	}
	return len(s)
}

// scriptData returns the words and comments of a script, and all of it where its syntax is not known.
func scriptData(s *transform.Script) []transform.Span {
	if s.Shell == nil {
		return []transform.Span{s.Span(0, len(s.Text))}
	}
	var spans []transform.Span
	syntax.Walk(s.Shell.File, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.Word, *syntax.Comment:
			spans = append(spans, s.Span(int(n.Pos().Offset()), int(n.End().Offset())))
			return false
		}
		return true
	})
	return spans
}
