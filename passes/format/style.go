package format

import (
	"slices"
	"strings"

	"dopt/transform"
)

// defaultIndent is that of Docker's documentation; it decides ties, too.
const defaultIndent = "    "

// commonIndent returns the indentation of most continued lines: of those with
// commands of a RUN, else of those with arguments, else of other instructions.
func (f *formatter) commonIndent() string {
	commands, arguments, others := map[string]int{}, map[string]int{}, map[string]int{}
	for _, l := range f.layouts {
		base, n, hasCommand := f.vote(l)
		switch {
		case n == 0:
		case hasCommand:
			commands[base] += n
		case l.in.Keyword == "RUN":
			arguments[base] += n
		default:
			others[base] += n
		}
	}
	for _, votes := range []map[string]int{commands, arguments} {
		if len(votes) > 0 {
			return winner(votes)
		}
	}
	return winner(others)
}

// vote returns the indentation of an instruction's continued lines, on how many it or a deeper
// one stands, and whether one of the former has a command. Lines at the very
// start, or one space from it, do not count: there they would read like instructions.
func (f *formatter) vote(l *layout) (base string, n int, hasCommand bool) {
	base = f.base(l)
	if base == "" || base == " " || mixed(base) || l.hanging() {
		return "", 0, false
	}
	for _, i := range l.continued() {
		indent := f.relative(l, l.lines[i].indent)
		if strings.HasPrefix(indent, base) {
			n++
		}
		if indent == base && l.in.Keyword == "RUN" && !l.listsArguments(i) {
			hasCommand = true
		}
	}
	if base[0] == '\t' {
		base = "\t"
	}
	return base, n, hasCommand
}

// winner returns the indentation with the most votes.
func winner(votes map[string]int) string {
	best := defaultIndent
	for indent, n := range votes {
		if n > votes[best] || n == votes[best] && best != defaultIndent && indent < best {
			best = indent
		}
	}
	return best
}

// commentsFlush reports whether comments between continued lines stand at the
// start of the line in this file though the lines do not, as in Docker's official images.
func (f *formatter) commentsFlush() bool {
	flush, all := 0, 0
	for _, l := range f.layouts {
		texts := l.texts()
		for k := 1; k < len(texts); k++ {
			all += texts[k] - texts[k-1] - 1
			for i := texts[k-1] + 1; i < texts[k]; i++ {
				if l.lines[i].indent == "" && l.lines[texts[k]].indent != "" {
					flush++
				}
			}
		}
	}
	return 2*flush >= all
}

// mixed reports whether an indentation has tabs and spaces: it means what the
// author's editor makes of it.
func mixed(indent string) bool {
	return strings.Contains(indent, "\t") && strings.Contains(indent, " ")
}

// continued returns the indices of the text lines but the first; lines of nothing
// but a continuation character are none.
func (l *layout) continued() []int {
	var at []int
	for _, i := range l.texts()[1:] {
		if l.lines[i].text != "" {
			at = append(at, i)
		}
	}
	return at
}

// base returns the indentation that the deeper ones of an instruction build on:
// the smallest, lines at the very start aside unless the first continued line is there.
func (f *formatter) base(l *layout) string {
	base := ""
	for k, i := range l.continued() {
		indent := f.relative(l, l.lines[i].indent)
		if k == 0 && indent == "" {
			return ""
		}
		if base == "" || indent != "" && column(indent) < column(base) {
			base = indent
		}
	}
	return base
}

// relative returns an indentation without that of the instruction itself, where it stays.
func (f *formatter) relative(l *layout, indent string) string {
	if f.flush {
		return indent
	}
	return strings.TrimPrefix(indent, l.lead)
}

// stands reports whether the instruction already has the file's indentation: on as many
// lines as any smaller one, or in steps of it where a list of arguments begins.
func (f *formatter) stands(l *layout) bool {
	base, smaller, same := f.base(l), 0, 0
	for k, i := range l.continued() {
		indent := f.relative(l, l.lines[i].indent)
		if k == 0 && l.listsArguments(i) && indent != "" && strings.ReplaceAll(indent, f.indent, "") == "" {
			return true
		}
		if indent == f.indent {
			same++
		} else if indent == base {
			smaller++
		}
	}
	return same > 0 && same >= smaller
}

// listsArguments reports whether the line at index i, a continued one, goes on
// with the arguments of the command on the line above.
func (l *layout) listsArguments(i int) bool {
	above := i - 1
	for above > 0 && (l.lines[above].Kind != transform.Text || l.lines[above].text == "") {
		above--
	}
	last := l.lines[above].text
	return last != "" && last != l.in.Node.Value && !strings.ContainsAny(last[len(last)-1:], "&|;({") &&
		!strings.ContainsAny(l.lines[i].text[:1], "&|;")
}

// tabIsStep reports whether commands of the script are indented by one tab where others
// are by the file's spaces. A tab before arguments may be meant to be deeper, and eight
// spaces are one tab to some authors and two to others.
func (f *formatter) tabIsStep(l *layout) bool {
	tabs, steps := 0, 0
	for _, i := range l.continued() {
		if l.listsArguments(i) {
			continue
		}
		switch f.relative(l, l.lines[i].indent) {
		case "\t":
			tabs++
		case "        ":
			return false
		case f.indent:
			steps++
		}
	}
	return tabs > 0 && steps > 0
}

// operators may stand at the start of a continued line of a script.
var operators = []string{"&& ", "|| ", "; ", "| "}

// operator returns the operator that a line starts with, "" if with none.
func (l line) operator() string {
	for _, op := range operators {
		if strings.HasPrefix(l.text, op) {
			return op
		}
	}
	return ""
}

// closers begin lines that may stand below the instruction's keyword, which opens what they close.
var closers = []string{"}", ")", "]", "fi", "done", "esac", "else", "elif"}

// closes reports whether the line begins with a closer.
func (l line) closes() bool {
	word := l.text
	if i := strings.IndexAny(word, " \t;|&>"); i >= 0 {
		word = word[:i]
	}
	return slices.Contains(closers, word)
}

// hanging reports whether continued lines are aligned with a word of the first
// line on purpose. In a RUN, arguments are aligned so with arguments; commands that stand
// below the first one are just indented, unless their operators stand to the left of it.
func (l *layout) hanging() bool {
	outermost, col := -1, -1
	for _, i := range l.continued() {
		if at := column(l.lines[i].indent); col < 0 || at < col {
			outermost, col = i, at
		}
	}
	if col <= column(l.lead) || strings.Trim(l.lines[outermost].indent, "\t") == "" {
		return false
	}
	if l.in.Keyword == "RUN" {
		if op := l.lines[outermost].operator(); op != "" && col+len(op) == l.argColumn() {
			return true
		}
		if col <= l.argColumn() || !l.listsArguments(outermost) {
			return false
		}
	}
	return wordAt(string(l.src[l.lines[0].Span.Start:l.lines[0].Body.End]), col)
}

// wordAt reports whether a word, or what a bracket, quote or equals sign holds,
// begins at a column of a line.
func wordAt(line string, col int) bool {
	at, before := 0, ' '
	for _, r := range line {
		if at >= col {
			return at == col && strings.ContainsRune(" \t[(={\"'", before) && !strings.ContainsRune(blanks, r)
		}
		at, before = nextColumn(at, r), r
	}
	return false
}
