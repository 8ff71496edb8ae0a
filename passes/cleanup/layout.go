package cleanup

import (
	"cmp"
	"slices"
	"strings"

	"dopt/transform"
)

// lineLimit is the number of columns, in bytes, up to which a RUN that stands on one line stays there.
const lineLimit = 100

// putAfter returns the edit that puts a command behind operand i of a RUN's
// script, laid out as the file lays out its own.
func (s *step) putAfter(i int, joint, command string) transform.Edit {
	o := s.lists.operands[i]
	at := s.script.EndOffset(o.end)
	if s.script.Form == transform.FormHeredoc {
		return s.putInHeredoc(at, joint, command)
	}
	next := -1
	if i < s.lists.last() {
		next = s.script.Offset(s.lists.operands[i+1].start)
	}
	if !s.breaksAfter(at, next, len(joint)+len(command)) {
		return insert(at, spaced(joint)+command)
	}
	line := " " + string(s.Doc.Escape) + s.newline() + s.indent(at)
	switch {
	case joint == ";":
		return insert(at, ";"+line+command)
	case s.andFirst(at, next):
		return insert(at, line+joint+" "+command)
	default:
		return insert(at, " "+joint+line+command)
	}
}

// putBefore returns the edit that puts a command in front of operand i: on its line, but for ";"
// on a line of its own where the operand has one.
func (s *step) putBefore(i int, joint, command string) transform.Edit {
	at := s.script.Offset(s.lists.operands[i].start)
	line := string(s.Doc.Src[strings.LastIndexByte(string(s.Doc.Src[:at]), '\n')+1 : at])
	if joint != ";" || strings.TrimLeft(line, " \t") != "" {
		return insert(at, command+spaced(joint))
	}
	if s.script.Form == transform.FormHeredoc {
		return insert(at, command+"\n"+line)
	}
	return insert(at, command+"; "+string(s.Doc.Escape)+s.newline()+line)
}

func insert(at int, text string) transform.Edit {
	return transform.Edit{Span: transform.Span{Start: at, End: at}, New: text}
}

// spaced returns a joint with the blanks around it.
func spaced(joint string) string {
	if joint == ";" {
		return "; "
	}
	return " " + joint + " "
}

// putInHeredoc puts a command behind the one that ends at offset at: on the
// same line behind "&&", else on a line of its own.
func (s *step) putInHeredoc(at int, joint, command string) transform.Edit {
	if joint != ";" {
		return insert(at, spaced(joint)+command)
	}
	src := s.Doc.Src
	start := strings.LastIndexByte(string(src[:at]), '\n') + 1
	end := at + strings.IndexByte(string(src[at:]), '\n')
	return insert(end, "\n"+blanks(string(src[start:end]))+command)
}

// breaksAfter reports whether what is put in at a place goes to a line of its own. next is
// where the following operand begins, -1 if none; size is the length of what is put in.
func (s *step) breaksAfter(at, next, size int) bool {
	if next >= 0 {
		return strings.Contains(string(s.Doc.Src[at:next]), "\n")
	}
	return s.textLines() > 1 || s.in.TextSpan().Len()+size+2 > lineLimit
}

func (s *step) textLines() int {
	n := 0
	for _, l := range s.in.Lines {
		if l.Kind == transform.Text {
			n++
		}
	}
	return n
}

// andFirst reports whether "&&" goes to the beginning of a new line.
func (s *step) andFirst(at, next int) bool {
	if next >= 0 {
		line, _, _ := strings.Cut(string(s.Doc.Src[at:next]), "\n")
		return !strings.Contains(line, "&&")
	}
	return s.in.Style().AndFirst
}

// newline returns the line break that the instruction uses.
func (s *step) newline() string {
	source := s.in.Source()
	switch {
	case strings.Contains(source, "\r\n"):
		return "\r\n"
	case strings.Contains(source, "\n"):
		return "\n"
	}
	return s.Doc.Newline
}

// indent returns the blanks in front of a command on a line of its own that is put in at an
// offset: those of the last such line before it, else of the first one behind, else of most such lines in the file.
func (s *step) indent(at int) string {
	behind, _ := slices.BinarySearchFunc(s.in.Lines, at, func(l transform.Line, at int) int { return cmp.Compare(l.Span.Start, at) })
	for i := behind - 1; i > 0; i-- {
		if opensCommand(s.in, i) {
			return blanks(lineText(s.in, i))
		}
	}
	for i := behind; i < len(s.in.Lines); i++ {
		if opensCommand(s.in, i) {
			return blanks(lineText(s.in, i))
		}
	}
	if s.operandIndent == nil {
		indent := commonIndent(s.Doc)
		s.operandIndent = &indent
	}
	return *s.operandIndent
}

// commonIndent is what most lines of RUN instructions that begin with a command are indented by:
// a tab or four spaces where there is none.
func commonIndent(d *transform.Document) string {
	votes := map[string]int{}
	common := "    "
	for _, in := range d.Instructions {
		if in.Keyword != "RUN" {
			continue
		}
		for i := range in.Lines {
			switch {
			case opensCommand(in, i):
				votes[blanks(lineText(in, i))]++
			case len(votes) == 0 && i > 0 && strings.HasPrefix(lineText(in, i), "\t"):
				common = "\t"
			}
		}
	}
	best := 0
	for indent, n := range votes {
		if n > best || n == best && indent < common {
			best, common = n, indent
		}
	}
	return common
}

// opensCommand reports whether continued line i of an instruction begins with a command of a
// list: behind "&&" or ";" at its start or at the end of the line before.
func opensCommand(in *transform.Instruction, i int) bool {
	if i == 0 || in.Lines[i].Kind != transform.Text {
		return false
	}
	if strings.HasPrefix(strings.TrimLeft(lineText(in, i), " \t"), "&&") {
		return true
	}
	for i--; i >= 0; i-- {
		if in.Lines[i].Kind == transform.Text {
			before := strings.TrimRight(lineText(in, i), " \t")
			return strings.HasSuffix(before, "&&") || strings.HasSuffix(before, ";")
		}
	}
	return false
}

// lineText is what line i adds to the joined text.
func lineText(in *transform.Instruction, i int) string {
	body := in.Lines[i].Body
	return string(in.Document().Src[body.Start:body.End])
}

func blanks(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}
