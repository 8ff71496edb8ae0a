package order

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// edits returns the edits that bring the stage into its new order. added are the needs for which
// copies of their own are made.
func (p *plan) edits() (edits []transform.Edit, added []need) {
	have := p.before(p.stage.From)
	var copied []need
	var moved []*transform.Instruction
	var anchor *step
	var lines []line
	for _, s := range p.steps {
		if s.install != nil {
			missing := slices.DeleteFunc(slices.Clone(s.install.needs), func(n need) bool {
				return slices.ContainsFunc(have, func(t *transfer) bool { return t.brings(n.context, n.image) }) ||
					slices.ContainsFunc(copied, func(c need) bool { return c.image == n.image })
			})
			copied = append(copied, missing...)
			for _, text := range p.copies(s, missing) {
				lines = append(lines, line{text: text})
			}
		}
		if s.transfer != nil {
			have = append(have, s.transfer)
		}
		switch {
		case s.in == nil:
			lines = append(lines, line{text: s.text})
		case s.moved:
			lines = append(lines, line{text: movedText(s.in), moved: true, apart: blankAbove(s.in)})
			moved = append(moved, s.in)
		default:
			edits = append(edits, p.place(anchor, s, lines)...)
			anchor, lines = s, nil
		}
	}
	edits = append(edits, p.place(anchor, nil, lines)...)
	return append(edits, removals(moved)...), copied
}

// A line is an instruction that goes between two that stay.
type line struct {
	text  string
	moved bool
	// apart is true where a blank line goes above.
	apart bool
}

// place puts lines between two steps that stay: what has been moved goes, with all in front of
// it, below the first, the rest above the second.
func (p *plan) place(a, b *step, lines []line) []transform.Edit {
	if len(lines) == 0 {
		return nil
	}
	if b != nil && b.tail {
		return p.cut(b.in, lines)
	}
	last := len(lines)
	for last > 0 && !lines[last-1].moved {
		last--
	}
	var edits []transform.Edit
	if last > 0 {
		var text strings.Builder
		for i, l := range lines[:last] {
			if i > 0 {
				text.WriteString("\n")
			}
			if l.apart {
				text.WriteString("\n")
			}
			text.WriteString(l.text)
		}
		edits = append(edits, a.in.InsertAfter(text.String())...)
	}
	for _, l := range lines[last:] {
		edits = append(edits, p.above(b, l.text))
	}
	return edits
}

// above returns the edit that puts an instruction above a step: for an install below its comment, which
// speaks of both, unless that is bound to the next line.
func (p *plan) above(s *step, text string) transform.Edit {
	e := s.in.InsertBefore(text)
	if s.install != nil && len(s.in.Pragmas()) == 0 {
		at := s.in.Lines[0].Span.Start
		e.Span = transform.Span{Start: at, End: at}
	}
	return e
}

// cut ends a RUN before its second part, and begins that anew below the lines.
func (p *plan) cut(in *transform.Instruction, lines []line) []transform.Edit {
	ops := operands(in)
	n := 0
	for _, s := range p.steps {
		if s.in == in && s.tail {
			n = s.cut
		}
	}
	text := p.Doc.Newline
	for _, l := range lines {
		text += l.text + p.Doc.Newline
	}
	return []transform.Edit{{Span: gap(in, ops, n), New: text + p.tailHead(in)}}
}

// movedText is an instruction with the comments that belong to it, as text for a new place.
func movedText(in *transform.Instruction) string {
	src := in.Document().Src
	text := strings.TrimRight(string(src[top(in):in.Span.End]), "\r\n")
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// dangling reports whether an instruction ends in a continuation character that waits for a line:
// anything that is put below becomes a part of it.
func dangling(in *transform.Instruction) bool {
	for _, l := range slices.Backward(in.Lines) {
		if l.Kind == transform.Text {
			return l.Continued
		}
	}
	return false
}

// top is where an instruction begins, comments included.
func top(in *transform.Instruction) int {
	if in.Comment.Len() > 0 {
		return in.Comment.Start
	}
	return in.Lines[0].Span.Start
}

// removals takes instructions out, each group of neighbours with one of the blank lines around it.
func removals(moved []*transform.Instruction) []transform.Edit {
	var edits []transform.Edit
	for _, in := range moved {
		e, first := in.Delete(), in
		for prev := in.Prev(); prev != nil && !blankAbove(first) && slices.Contains(moved, prev); prev = prev.Prev() {
			first = prev
		}
		if end := blankLine(in.Document().Src[e.End:]); end > 0 && blankAbove(first) {
			e.End += end
		}
		edits = append(edits, e)
	}
	return edits
}

// blankAbove reports whether the line above an instruction is blank.
func blankAbove(in *transform.Instruction) bool {
	before := strings.TrimSuffix(string(in.Document().Src[:top(in)]), "\n")
	above := before[strings.LastIndexByte(before, '\n')+1:]
	return top(in) > 0 && strings.TrimSpace(above) == ""
}

// blankLine returns the length of the blank line that a text begins with, 0 if it begins with none.
func blankLine(text []byte) int {
	first, _, found := strings.Cut(string(text), "\n")
	if !found || strings.TrimSpace(first) != "" {
		return 0
	}
	return len(first) + 1
}

// copies returns the instructions that copy files for an install: one for each folder.
func (p *plan) copies(s *step, needs []need) []string {
	type group struct {
		flags, dest string
		sources     []string
	}
	var groups []*group
	for _, n := range needs {
		dest := p.destination(s.install.in, path.Dir(n.image))
		if n.dir {
			dest = p.destination(s.install.in, n.image)
		}
		i := slices.IndexFunc(groups, func(g *group) bool { return !n.dir && g.dest == dest && g.flags == n.from.flags })
		if i < 0 || n.dir {
			groups = append(groups, &group{flags: n.from.flags, dest: dest})
			i = len(groups) - 1
		}
		groups[i].sources = append(groups[i].sources, n.context)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(depth(a.dest), depth(b.dest)) })
	for _, g := range groups {
		slices.SortStableFunc(g.sources, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	}
	var lines []string
	for _, g := range groups {
		words := []string{p.Doc.Style().Keyword("COPY")}
		if g.flags != "" {
			words = append(words, g.flags)
		}
		lines = append(lines, strings.Join(append(append(words, g.sources...), g.dest), " "))
	}
	return lines
}

// depth is how deep below the working directory a destination is.
func depth(dest string) int { return strings.Count(path.Clean(dest+"x"), "/") }

// rank puts lock files behind what they lock, and settings behind both, as people write it.
func rank(name string) int {
	switch base := path.Base(name); {
	case strings.HasPrefix(base, "."):
		return 2
	case strings.Contains(base, "lock"), strings.HasSuffix(base, ".sum"), strings.Contains(base, "shrinkwrap"):
		return 1
	}
	return 0
}

// destination writes a folder of the image as the last word of a COPY in the place of an instruction.
func (o *orderer) destination(in *transform.Instruction, folder string) string {
	dir := o.dir(in)
	switch {
	case folder == dir:
		return "./"
	case below(folder, dir):
		return strings.TrimPrefix(folder, strings.TrimSuffix(dir, "/")+"/") + "/"
	}
	return strings.TrimSuffix(folder, "/") + "/"
}
