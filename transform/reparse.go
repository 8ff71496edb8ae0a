package transform

import (
	"bytes"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// reparse parses what of src differs from d, and takes the instructions around it from d; nil where that cannot be done. Most edits
// touch one instruction of many, and BuildKit's parser takes its time.
//
// The parser goes from line to line, and between two instructions it remembers nothing but the directives at the top. So
// what stands above the first difference is what it was; and so is what stands below the last one, if there an
// instruction begins again.
func (d *Document) reparse(src []byte) *Document {
	if checkText(d.Name, src) != nil {
		return nil
	}
	head, start := d.unchangedHead(src)
	tail, end := d.unchangedTail(src, start)
	shift := len(src) - len(d.Src)
	p := partial{escape: d.Escape, text: src[start : end+shift], first: head == 0, last: tail == len(d.Instructions)}
	if head > 0 {
		p.above = d.Instructions[head-1].Node.EndLine
	}
	nodes, comments, ok := p.parse()
	if !ok {
		return nil
	}
	next := newDocument(d.Name, src, d.Escape)
	for _, in := range d.Instructions[:head] {
		if next.keep(in) != nil {
			return nil
		}
	}
	lint := linter.New(&linter.Config{})
	for _, n := range nodes {
		if next.read(n, lint) != nil {
			return nil
		}
	}
	lines := len(next.lines) - len(d.lines)
	for i, in := range d.Instructions[tail:] {
		if lines == 0 && i > 0 { // in front of the first one another comment may stand
			if next.keep(in) != nil {
				return nil
			}
			continue
		}
		node := *in.Node
		node.StartLine, node.EndLine = node.StartLine+lines, node.EndLine+lines
		if i == 0 {
			node.PrevComment = comments
		}
		if next.read(&node, lint) != nil {
			return nil
		}
		next.Instructions[len(next.Instructions)-1].inherit(in)
	}
	if len(next.Stages) == 0 {
		return nil
	}
	return next
}

// unchangedHead returns how many instructions at the top src has, too, and where they end. The last one is not among them: it may end
// with the file, and go on where there is more.
func (d *Document) unchangedHead(src []byte) (n, end int) {
	same := 0
	for same < min(len(src), len(d.Src)) && src[same] == d.Src[same] {
		same++
	}
	for n < len(d.Instructions)-1 && d.Instructions[n].Span.End <= same {
		end = d.Instructions[n].Span.End
		n++
	}
	return n, end
}

// unchangedTail returns from which instruction on src has all that follow, too, and where that begins in d; start is where both begin to
// differ at the earliest.
func (d *Document) unchangedTail(src []byte, start int) (first, begin int) {
	same := 0
	for same < min(len(src), len(d.Src))-start && src[len(src)-1-same] == d.Src[len(d.Src)-1-same] {
		same++
	}
	first, begin = len(d.Instructions), len(d.Src)
	for first > 0 && d.Instructions[first-1].lineStart() > len(d.Src)-same { // with the line break above
		first--
		begin = d.Instructions[first].lineStart()
	}
	return first, begin
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

// A partial is a part of a file that is parsed by itself, cut where one instruction ends and another one begins.
type partial struct {
	escape byte
	text   []byte
	// above is how many lines stand above it.
	above int
	// first and last are true where nothing stands above and nothing below it.
	first, last bool
}

// sentinel is put where other instructions stand: above, so that comments are not taken for directives, and below, to see
// whether an instruction can begin there.
const sentinel = "ARG sentinel\n"

// parse returns the instructions, and the comments in front of what stands below; ok is false where the part cannot be parsed by itself.
func (p partial) parse() (nodes []*parser.Node, comments []string, ok bool) {
	var text bytes.Buffer
	if !p.first {
		text.WriteString(EscapeDirective(p.escape) + sentinel)
	}
	added := bytes.Count(text.Bytes(), []byte("\n"))
	text.Write(p.text)
	lines := bytes.Count(text.Bytes(), []byte("\n"))
	if !p.last {
		text.WriteString(sentinel)
	}
	res, err := parser.Parse(&text)
	if err != nil || byte(res.EscapeToken) != p.escape {
		return nil, nil, false
	}
	nodes = res.AST.Children
	if !p.first {
		nodes = nodes[1:]
	}
	if !p.last {
		below := nodes[len(nodes)-1]
		if below.StartLine != lines+1 {
			return nil, nil, false // it is part of what the text ends with
		}
		nodes, comments = nodes[:len(nodes)-1], below.PrevComment
	}
	for _, n := range nodes {
		n.StartLine, n.EndLine = n.StartLine+p.above-added, n.EndLine+p.above-added
	}
	return nodes, comments, true
}
