package transform

import (
	"bytes"
	"slices"
	"sort"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// reparse parses what of src the edits, which are in order, have changed, and takes all other instructions from d; nil where that
// cannot be done. Most edits touch one instruction of many, and BuildKit's parser takes its time.
//
// The parser goes from line to line, and between two instructions it remembers nothing but the directives at the top. So
// what stands between two changes is what it was, if there an instruction begins again.
func (d *Document) reparse(src []byte, edits []Edit) *Document {
	if checkText(d.Name, src) != nil {
		return nil
	}
	next := newDocument(d.Name, src, d.Escape)
	excerpts := d.excerpts(edits)
	parts, ok := next.parseExcerpts(excerpts)
	if !ok {
		return nil
	}
	lint := linter.New(&linter.Config{})
	at, moved := 0, 0
	for i, w := range excerpts {
		if next.keepAll(d.Instructions[at:w.first], moved, lint) != nil {
			return nil
		}
		for _, n := range parts[i].nodes {
			if next.read(n, lint) != nil {
				return nil
			}
		}
		if at = w.last; at < len(d.Instructions) {
			below := d.Instructions[at]
			moved = next.linesAbove(w.End) + 1 - below.Line()
			if next.move(below, moved, parts[i].comments, lint) != nil {
				return nil
			}
			at++
		}
	}
	if next.keepAll(d.Instructions[at:], moved, lint) != nil || len(next.Stages) == 0 {
		return nil
	}
	return next
}

// An excerpt is a part of a source that is parsed again, cut where one instruction ends and another one begins. The instructions from first
// on, but for last and what follows, stood there before.
type excerpt struct {
	first, last int
	Span
}

// excerpts returns the parts of the new source that edits have changed.
func (d *Document) excerpts(edits []Edit) []excerpt {
	var found []excerpt
	shift := 0
	for _, e := range edits {
		first := d.at(e.Start)
		last := max(first, d.at(e.End-1)) + 1
		if first == len(d.Instructions) { // the last instruction may end with the file, and go on where there is more
			first--
		}
		w := excerpt{first: first, last: min(last, len(d.Instructions)), Span: Span{shift, len(d.Src) + shift}}
		if first > 0 {
			w.Start += d.Instructions[first-1].Span.End
		}
		if before := len(found) - 1; before >= 0 && first <= found[before].last {
			w.first, w.last, w.Start = found[before].first, max(w.last, found[before].last), found[before].Start
			found = found[:before]
		}
		shift += len(e.New) - e.Len()
		w.End = len(d.Src) + shift
		if w.last < len(d.Instructions) {
			w.End = d.Instructions[w.last].lineStart() + shift
		}
		found = append(found, w)
	}
	return found
}

// at returns the place of the instruction that a byte belongs to, with the lines above it up to the one before; the number of
// instructions for a byte below the last.
func (d *Document) at(offset int) int {
	return sort.Search(len(d.Instructions), func(i int) bool { return d.Instructions[i].Span.End > offset })
}

// keepAll appends instructions that stand so many lines below where they stood.
func (d *Document) keepAll(list []*Instruction, moved int, lint *linter.Linter) error {
	for _, in := range list {
		if moved == 0 {
			if err := d.keep(in); err != nil {
				return err
			}
			continue
		}
		if err := d.move(in, moved, in.Node.PrevComment, lint); err != nil {
			return err
		}
	}
	return nil
}

// move appends an instruction that stands so many lines below where it stood, perhaps with other comments above.
func (d *Document) move(old *Instruction, lines int, comments []string, lint *linter.Linter) error {
	node := *old.Node
	node.StartLine, node.EndLine, node.PrevComment = node.StartLine+lines, node.EndLine+lines, comments
	if err := d.read(&node, lint); err != nil {
		return err
	}
	d.Instructions[len(d.Instructions)-1].inherit(old)
	return nil
}

// keep appends an instruction that stands in the lines in which it stood.
func (d *Document) keep(old *Instruction) error {
	in := &Instruction{Keyword: old.Keyword, Node: old.Node, Command: old.Command}
	if old.Keyword == "FROM" {
		in.Stage = &Stage{Name: old.Stage.Name, Base: old.Stage.Base, Platform: old.Stage.Platform, From: in}
	}
	in.inherit(old)
	return d.place(in)
}

// inherit remembers what has been found out of the same instruction in another document.
func (in *Instruction) inherit(old *Instruction) {
	if in.earlier = old.script; in.earlier == nil {
		in.earlier = old.earlier
	}
}

// A parsed is what stands in an excerpt: its instructions, and the comments in front of what stands below.
type parsed struct {
	nodes    []*parser.Node
	comments []string
}

// sentinel is put where other instructions stand: above an excerpt, so that comments are not taken for directives, and below, to see
// whether an instruction can begin there.
const sentinel = "ARG sentinel"

// parseExcerpts parses excerpts of the source, all at once; ok is false where they cannot be parsed by themselves.
func (d *Document) parseExcerpts(excerpts []excerpt) (parts []parsed, ok bool) {
	if len(excerpts) == 0 {
		return nil, true
	}
	var text bytes.Buffer
	if excerpts[0].Start > 0 {
		text.WriteString(EscapeDirective(d.Escape) + sentinel + "\n")
	}
	above := bytes.Count(text.Bytes(), []byte("\n")) // the lines of text above an excerpt
	for _, w := range excerpts {
		text.Write(d.Src[w.Start:w.End])
		if w.End < len(d.Src) {
			if w.End > w.Start && d.Src[w.End-1] != '\n' {
				return nil, false
			}
			text.WriteString(sentinel + "\n")
		}
	}
	res, err := parser.Parse(&text)
	if err != nil || byte(res.EscapeToken) != d.Escape {
		return nil, false
	}
	nodes := res.AST.Children
	if above > 0 {
		nodes = nodes[1:]
	}
	for _, w := range excerpts {
		p, n := parsed{}, len(nodes)
		shift := d.linesAbove(w.Start) - above
		if w.End < len(d.Src) {
			below := d.linesAbove(w.End) - shift + 1
			n = slices.IndexFunc(nodes, func(n *parser.Node) bool { return n.StartLine >= below })
			if n < 0 || nodes[n].StartLine != below || nodes[n].Original != sentinel {
				return nil, false // it is part of what the excerpt ends with
			}
			p.comments, above = nodes[n].PrevComment, below
		}
		p.nodes = nodes[:n]
		for _, n := range p.nodes {
			n.StartLine, n.EndLine = n.StartLine+shift, n.EndLine+shift
		}
		parts, nodes = append(parts, p), nodes[min(n+1, len(nodes)):]
	}
	return parts, true
}

// linesAbove returns how many lines stand above the one that begins at an offset.
func (d *Document) linesAbove(offset int) int {
	return sort.Search(len(d.lines), func(i int) bool { return d.lines[i].start >= offset })
}
