package format

import (
	"slices"
	"strings"

	"dopt/transform"
)

// reindent returns the edits for the blanks at the start of an instruction's lines.
func (f *formatter) reindent(l *layout) []transform.Edit {
	var edits []transform.Edit
	if f.flush && l.lead != "" {
		edits = append(edits, transform.Edit{Span: transform.Span{Start: l.in.Span.Start - len(l.lead), End: l.in.Span.Start}})
	}
	want, ok := f.indents(l)
	if !ok {
		f.c.Missed(l.in, indentation.name, "not indented: a line break is within a string, a value, or a script that dopt cannot read")
	}
	f.commentIndents(l, want)
	for i, line := range l.lines {
		if want[i] != line.indent {
			edits = append(edits, transform.Edit{Span: line.indentSpan(), New: want[i]})
		}
	}
	return edits
}

// indents returns what indentation each line is to have, and whether it is the
// one of the file as far as the author has not aligned the lines otherwise.
func (f *formatter) indents(l *layout) (want []string, ok bool) {
	for _, line := range l.lines {
		want = append(want, line.indent)
	}
	if len(l.lines) == 1 || l.tabular() || l.hanging() {
		return want, true
	}
	if f.stands(l) && f.base(l) != "" {
		f.raise(l, want)
		return want, true
	}
	return f.shift(l, want)
}

// shift puts the file's indentation in the place of the one that all lines share.
func (f *formatter) shift(l *layout, want []string) (shifted []string, ok bool) {
	base := f.base(l)
	if mixed(base) {
		return want, true
	}
	shifted = slices.Clone(want)
	for _, i := range l.texts()[1:] {
		line, indent := l.lines[i], f.relative(l, want[i])
		if !line.open {
			return want, false
		}
		if indent == "" && base != "" && line.closes() {
			shifted[i] = f.lead(l)
			continue
		}
		rest, deeper := strings.CutPrefix(indent, base)
		if !deeper {
			if indent != "" && line.text != "" {
				return want, true
			}
			rest = ""
		}
		if rest, ok = f.deeper(rest, base); !ok {
			return want, true
		}
		shifted[i] = f.lead(l) + f.indent + rest
	}
	return shifted, true
}

// raise indents the lines that start at the very start, and makes spaces of
// tabs where the author's tabs are clearly steps of the file's indentation.
func (f *formatter) raise(l *layout, want []string) {
	tabs := f.tabIsStep(l)
	for _, i := range l.texts()[1:] {
		line, indent := l.lines[i], f.relative(l, want[i])
		switch {
		case !line.open || strings.Trim(indent, "\t") != "":
		case indent == "" && !line.closes():
			want[i] = f.lead(l) + f.indent
		case indent != "" && tabs:
			want[i] = f.lead(l) + strings.Repeat(f.indent, len(indent))
		}
	}
}

// deeper returns what is to stand between the file's indentation and a line that is indented
// deeper than base by rest: the same, or as many steps. It is not ok where that cannot be told.
func (f *formatter) deeper(rest, base string) (string, bool) {
	switch {
	case rest == "":
		return "", true
	case mixed(rest):
		return "", false
	case rest[0] == '\t':
		return strings.Repeat(f.indent, len(rest)), true
	case f.indent[0] == ' ':
		return rest, true
	case base != "" && len(rest)%len(base) == 0:
		return strings.Repeat(f.indent, len(rest)/len(base)), true
	}
	return "", false
}

// lead returns the blanks that the keyword keeps in front of it.
func (f *formatter) lead(l *layout) string {
	if f.flush {
		return ""
	}
	return l.lead
}

// commentIndents sets the indentation of comments between continued lines.
func (f *formatter) commentIndents(l *layout, want []string) {
	texts := l.texts()
	for k := 1; k < len(texts); k++ {
		above, below := texts[k-1], texts[k]
		for i := above + 1; i < below && l.lines[below].open; i++ {
			want[i] = f.commentIndent(l, i, above, below, want)
		}
	}
}

// commentIndent returns the indentation of a comment: that of the line below, unless the author
// has aligned it with that line's command, with the line above, or with the start of all lines.
func (f *formatter) commentIndent(l *layout, i, above, below int, want []string) string {
	indent := l.lines[i].indent
	deeper, ok := strings.CutPrefix(indent, l.lines[below].indent)
	switch {
	case indent == l.lines[below].indent:
		return want[below]
	case indent == "" && f.flushComments:
		return ""
	case ok && deeper != "" && deeper == strings.Repeat(" ", len(l.lines[below].operator())):
		return want[below] + deeper
	case above > 0 && indent == l.lines[above].indent:
		return want[above]
	}
	return want[below]
}
