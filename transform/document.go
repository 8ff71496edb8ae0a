package transform

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// A Span is a half-open range of bytes of a document's source.
type Span struct{ Start, End int }

// Len returns the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Contains reports whether o lies within s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// A Document is a parsed Dockerfile that keeps every byte of its source. It is
// immutable: Apply returns a new one. What it derives is computed when first asked
// for, so one document is for one goroutine.
type Document struct {
	// Name is what errors and diffs call the file.
	Name string
	// Src is the whole source. Nobody may write to it.
	Src []byte
	// Escape is the escape character, a backslash unless an escape directive says otherwise.
	Escape byte
	// Newline is the line ending that most lines use, "\n" or "\r\n".
	Newline string
	// Directives are the "# key=value" lines at the top that BuildKit obeys.
	Directives []Directive
	// Head holds the ARG instructions above the first FROM.
	Head []*Instruction
	// Stages are the build stages, in source order. There is at least one.
	Stages []*Stage
	// Instructions are all instructions, head included, in source order.
	Instructions []*Instruction

	lines []rawLine
	// style, states and pragmas are computed when first asked for.
	style   *Style
	states  []State
	pragmas []Pragma
}

// A Stage is a FROM instruction and all that follows up to the next.
type Stage struct {
	Index int
	// Name is the stage's name in lower case, "" where FROM gives none.
	Name string
	// Base is what FROM names, as written: an image, an earlier stage or "${ARG}".
	Base string
	// Platform is the value of FROM's --platform flag, as written.
	Platform string
	From     *Instruction
	// Instructions are those after FROM.
	Instructions []*Instruction
}

// An Instruction is one instruction of a Dockerfile with its own lines,
// continuations and heredoc bodies included.
type Instruction struct {
	// Keyword is the instruction's name in upper case.
	Keyword string
	// Node is BuildKit's syntax tree. Its values are for reading only: edits are made on bytes.
	Node *parser.Node
	// Command is BuildKit's typed form; nil for FROM.
	Command instructions.Command
	// Span covers the instruction's lines from its keyword to its last line
	// break, heredocs included.
	Span Span
	// Comment covers the comment lines directly above, without a blank line between; empty if none.
	Comment Span
	// Lines are the instruction's physical lines.
	Lines []Line
	// Stage is the build stage that holds the instruction; nil in the head.
	Stage *Stage
	// Index is the instruction's place in Document.Instructions.
	Index int

	doc *Document
	// text is the joined text: what BuildKit calls Original.
	text   Joined
	script *Script
	// earlier is the script of the same instruction in a document that this one was made of by edits; nil where it has none.
	earlier *Script
}

// Document returns the document that holds the instruction.
func (in *Instruction) Document() *Document { return in.doc }

// Line returns the number of the instruction's first line; the first line of a file is 1.
func (in *Instruction) Line() int { return in.Node.StartLine }

// Source returns the instruction's bytes, its last line break included.
func (in *Instruction) Source() string { return string(in.doc.Src[in.Span.Start:in.Span.End]) }

// Parse reads a Dockerfile with BuildKit's parser. An error is a *ParseError
// that says where and what BuildKit refused.
func Parse(name string, src []byte) (*Document, error) {
	if err := checkText(name, src); err != nil {
		return nil, err
	}
	res, err := parser.Parse(bytes.NewReader(src))
	if err != nil {
		return nil, newParseError(name, src, err)
	}
	d := newDocument(name, src, byte(res.EscapeToken))
	lint := linter.New(&linter.Config{})
	for _, n := range res.AST.Children {
		if err := d.read(n, lint); err != nil {
			return nil, newParseError(name, src, err)
		}
	}
	if len(d.Stages) == 0 {
		return nil, &ParseError{Name: name, Line: 1, Column: 1, Message: "no FROM instruction: nothing to build"}
	}
	return d, nil
}

// newDocument returns a document without its instructions.
func newDocument(name string, src []byte, escape byte) *Document {
	d := &Document{Name: name, Src: src, Escape: escape, Newline: commonNewline(src), lines: cutLines(src)}
	d.Directives = directives(d)
	return d
}

// read appends one instruction that BuildKit's parser has found.
func (d *Document) read(n *parser.Node, lint *linter.Linter) error {
	typed, err := instructions.ParseInstructionWithLinter(n, lint)
	if err != nil {
		return err
	}
	if err := d.add(n, typed); err != nil {
		return parser.WithLocation(err, n.Location())
	}
	return nil
}

// add appends one instruction with its typed form.
func (d *Document) add(n *parser.Node, typed any) error {
	in := &Instruction{Keyword: strings.ToUpper(n.Value), Node: n}
	switch c := typed.(type) {
	case *instructions.Stage:
		in.Stage = &Stage{Name: strings.ToLower(c.Name), Base: c.BaseName, Platform: c.Platform, From: in}
	case instructions.Command:
		in.Command = c
	}
	return d.place(in)
}

// place appends an instruction, which has its stage if it begins one.
func (d *Document) place(in *Instruction) error {
	in.Index, in.doc = len(d.Instructions), d
	in.cut()
	switch {
	case in.Stage != nil:
		in.Stage.Index = len(d.Stages)
		d.Stages = append(d.Stages, in.Stage)
	case len(d.Stages) > 0:
		in.Stage = d.Stages[len(d.Stages)-1]
		in.Stage.Instructions = append(in.Stage.Instructions, in)
	case in.Keyword == "ARG":
		d.Head = append(d.Head, in)
	default:
		return errBeforeFrom(in.Keyword)
	}
	d.Instructions = append(d.Instructions, in)
	return nil
}

// Next returns the instruction after in, in the same stage, or nil.
func (in *Instruction) Next() *Instruction { return in.neighbour(+1) }

// Prev returns the instruction before in, in the same stage, FROM excluded, or nil.
func (in *Instruction) Prev() *Instruction { return in.neighbour(-1) }

func (in *Instruction) neighbour(step int) *Instruction {
	i := in.Index + step
	if i < 0 || i >= len(in.doc.Instructions) {
		return nil
	}
	n := in.doc.Instructions[i]
	if n.Stage != in.Stage || n.Keyword == "FROM" {
		return nil
	}
	return n
}

// within returns the instructions that a span touches, in source order.
func (d *Document) within(s Span) []*Instruction {
	first := sort.Search(len(d.Instructions), func(i int) bool { return d.Instructions[i].Span.End > s.Start })
	last := first
	for last < len(d.Instructions) && d.Instructions[last].Span.Start <= s.End {
		last++
	}
	return d.Instructions[first:last]
}

// StageOf returns the earlier stage that the name or number ref means when it
// is used in stage before, as in FROM ref or COPY --from=ref; nil if it means an image.
// Numbers count for COPY --from and mounts only, which is why FROM must not ask with one.
func (d *Document) StageOf(ref string, before *Stage) *Stage {
	ref = strings.ToLower(ref)
	for i := min(before.Index, len(d.Stages)) - 1; i >= 0; i-- {
		if s := d.Stages[i]; s.Name != "" && s.Name == ref {
			return s
		}
	}
	return nil
}

// HasStage reports whether a stage has the name.
func (d *Document) HasStage(name string) bool {
	return slices.ContainsFunc(d.Stages, func(s *Stage) bool { return s.Name != "" && strings.EqualFold(s.Name, name) })
}

// Ships reports whether the layers of stage s end up in an image that leaves
// the build: it is the last stage, one of the named targets, or a base of such a stage.
func (d *Document) Ships(s *Stage, targets []string) bool {
	ships := func(o *Stage) bool {
		return o.Index == len(d.Stages)-1 || (o.Name != "" && slices.ContainsFunc(targets, func(t string) bool { return strings.EqualFold(t, o.Name) }))
	}
	for _, o := range d.Stages {
		if !ships(o) {
			continue
		}
		for b := o; b != nil; b = d.StageOf(b.Base, b) {
			if b == s {
				return true
			}
		}
	}
	return false
}
