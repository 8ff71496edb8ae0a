package transform

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dopt/internal/corpus"
)

// texts returns the joined text of each instruction, its heredoc bodies included.
func texts(d *Document) []string {
	var out []string
	for _, in := range d.Instructions {
		text := strings.TrimRight(in.text.Text, " \t")
		for _, h := range in.Node.Heredocs {
			text += "\n" + h.Content
		}
		out = append(out, text)
	}
	return out
}

// Each structural operation does what it says to the list of instructions and nothing else, on
// every instruction of every file.
func TestCorpusStructuralEdits(t *testing.T) {
	const label = "LABEL dopt.test=1"
	n, operations := 0, 0
	for _, file := range corpus.Files(t, "dockerfiles") {
		name, src := file.Name, file.Src
		if n++; n%40 != 0 {
			continue // one file in forty, in four variants each
		}
		for variant, src := range variants(src) {
			d, err := Parse(name, src)
			if err != nil {
				continue
			}
			before := texts(d)
			for i, in := range d.Instructions {
				if in.Stage == nil {
					continue
				}
				operations++
				check := func(what string, want []string, edits ...Edit) {
					t.Helper()
					out, err := d.Apply(edits...)
					if err != nil {
						t.Fatalf("%s (%s): %s at line %d: %v", name, variant, what, in.Line(), err)
					}
					if got := texts(out); !slices.Equal(got, want) {
						t.Fatalf("%s (%s): %s at line %d: instructions are\n%q\nwant\n%q", name, variant, what, in.Line(), got, want)
					}
				}
				check("insert after", slices.Insert(slices.Clone(before), i+1, label), in.InsertAfter(label)...)
				if in.Keyword == "FROM" {
					continue
				}
				check("insert before", slices.Insert(slices.Clone(before), i, label), in.InsertBefore(label))
				check("delete", slices.Delete(slices.Clone(before), i, i+1), in.Delete())
				replaced := slices.Clone(before)
				replaced[i] = label
				check("replace", replaced, in.Replace(label))
			}
		}
	}
	t.Logf("%d instructions", operations)
}

// What edits lead to is what the edited text leads to, wherever they are and whatever they make of the lines around them.
func TestCorpusAnyEdits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "\n", "\\\n", "# c\n", "RUN <<E\n", "E\n", "\nARG V=1\n", " x ", "\nFROM b\n", "\nWORKDIR /w\n", "# escape=`\n"}
	applied := 0
	for n, file := range corpus.Files(t, "dockerfiles") {
		if n%20 != 0 {
			continue
		}
		for _, src := range variants(file.Src) {
			for range 4 {
				d, err := Parse(file.Name, src)
				if err != nil {
					continue
				}
				for _, in := range d.Instructions {
					in.Script() // what has been found out is taken over
				}
				start := random.IntN(len(src) + 1)
				edits := []Edit{{Span{start, min(len(src), start+random.IntN(3))}, texts[random.IntN(len(texts))]}}
				if end := edits[0].End; random.IntN(2) == 0 {
					at := end + random.IntN(len(src)+1-end)
					edits = append(edits, Edit{Span{at, at}, texts[random.IntN(len(texts))]})
				}
				if out, err := d.Apply(edits...); err == nil {
					applied++
					sameAsParsed(t, out)
				}
			}
		}
	}
	t.Logf("%d edits applied", applied)
}

// sameAsParsed asserts that a document which edits have led to is the one that its source alone leads to.
func sameAsParsed(t *testing.T, d *Document) {
	t.Helper()
	want, err := Parse(d.Name, d.Src)
	if err != nil {
		t.Fatalf("an edit led to a text that does not parse: %v\n%s", err, d.Src)
	}
	type plain struct {
		Keyword       string
		Node          *parser.Node
		Command       instructions.Command
		Span, Comment Span
		Lines         []Line
		Text          Joined
		Script        *Script
		Stage, Index  int
	}
	show := func(d *Document) (list []plain) {
		for _, in := range d.Instructions {
			p := plain{in.Keyword, in.Node, in.Command, in.Span, in.Comment, in.Lines, in.text, in.Script(), -1, in.Index}
			if in.doc != d {
				t.Fatalf("line %d belongs to another document", in.Line())
			}
			if in.Stage != nil {
				p.Stage = in.Stage.Index
				if s := *in.Stage; in.Keyword == "FROM" && (s.From != in || s.Name != d.Stages[s.Index].Name) {
					t.Fatalf("line %d is not the FROM of its stage", in.Line())
				}
			}
			list = append(list, p)
		}
		return list
	}
	got, parsed := show(d), show(want)
	for i := range parsed {
		if i >= len(got) || !reflect.DeepEqual(got[i], parsed[i]) {
			t.Fatalf("instruction %d is not what the source alone leads to:\n%+v\nwant\n%+v\nin\n%s", i, got[min(i, len(got)-1)], parsed[i], d.Src)
		}
	}
	if len(got) != len(parsed) || len(d.Stages) != len(want.Stages) || len(d.Head) != len(want.Head) || !reflect.DeepEqual(d.Directives, want.Directives) ||
		d.Escape != want.Escape || d.Newline != want.Newline || !slices.Equal(d.lines, want.lines) {
		t.Fatalf("the document is not what its source alone leads to:\n%s", d.Src)
	}
}

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		name, src string
		edits     func(*Document) []Edit
		want      string
	}{
		{"no final newline", "FROM a\nRUN x", func(d *Document) []Edit { return d.Stages[0].Instructions[0].InsertAfter("CMD y") }, "FROM a\nRUN x\nCMD y"},
		{"continuation into the end", "FROM a\nRUN x \\\n", func(d *Document) []Edit { return d.Stages[0].Instructions[0].InsertAfter("CMD y") }, "FROM a\nRUN x \nCMD y\n"},
		{"continuation, then a comment", "FROM a\nRUN x \\\n# c\n", func(d *Document) []Edit { return d.Stages[0].Instructions[0].InsertAfter("CMD y") }, "FROM a\nRUN x \n# c\nCMD y\n"},
		{"CRLF", "FROM a\r\nRUN x\r\n", func(d *Document) []Edit { return d.Stages[0].Instructions[0].InsertAfter("CMD y \\\n z") }, "FROM a\r\nRUN x\r\nCMD y \\\r\n z\r\n"},
		{"above a bound comment", "FROM a\n\n# why\nRUN x\n", func(d *Document) []Edit { return []Edit{d.Stages[0].Instructions[0].InsertBefore("ENV A=1")} }, "FROM a\n\nENV A=1\n# why\nRUN x\n"},
		{"delete with its comment", "FROM a\n# other\n\n# why\nRUN x\nRUN y\n", func(d *Document) []Edit { return []Edit{d.Stages[0].Instructions[0].Delete()} }, "FROM a\n# other\n\nRUN y\n"},
		{"below directives", "# syntax=docker/dockerfile:1\n# c\nARG A\nFROM a\n", func(d *Document) []Edit { return []Edit{d.Head[0].InsertBefore("ARG B")} }, "# syntax=docker/dockerfile:1\nARG B\n# c\nARG A\nFROM a\n"},
		{"behind a BOM", "\xEF\xBB\xBFARG A\nFROM a\n", func(d *Document) []Edit { return []Edit{d.Head[0].InsertBefore("ARG B")} }, "\xEF\xBB\xBFARG B\nARG A\nFROM a\n"},
		{"indented", "FROM a\n  RUN x\n", func(d *Document) []Edit { return []Edit{d.Stages[0].Instructions[0].InsertBefore("ENV A=1")} }, "FROM a\n  ENV A=1\n  RUN x\n"},
		{"two at one place keep their order", "FROM a\n", func(d *Document) []Edit { return []Edit{{Span{6, 6}, "1"}, {Span{6, 6}, "2"}} }, "FROM a12\n"},
	} {
		d, err := Parse("f", []byte(c.src))
		if err != nil {
			t.Fatal(err)
		}
		out, err := d.Apply(c.edits(d)...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if string(out.Src) != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, out.Src, c.want)
		}
		if string(d.Src) != c.src {
			t.Errorf("%s: the document itself has changed", c.name)
		}
	}
}

func TestEditsThatCannotBeMade(t *testing.T) {
	d, err := Parse("f", []byte("FROM a\nRUN x\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, edits := range map[string][]Edit{
		"overlap":        {{Span{0, 5}, ""}, {Span{4, 6}, ""}},
		"outside":        {{Span{0, 99}, ""}},
		"backwards":      {{Span{5, 4}, ""}},
		"does not parse": {{Span{0, 4}, "FORM"}},
	} {
		if _, err := d.Apply(edits...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestScriptOffsetsReachTheSource(t *testing.T) {
	src := "FROM a\nRUN --network=none apt-get update \\\n  # a comment\n\n  && apt-get install -y \\\r\n\tcurl wget\nRUN <<-EOF\n\tmake\n\tmake install\n\tEOF\n"
	d, err := Parse("f", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, in := range d.Stages[0].Instructions {
		s := in.Script()
		if s.Shell == nil {
			t.Fatalf("line %d: %s", in.Line(), s.Opaque)
		}
		for _, c := range s.Shell.Commands {
			for _, w := range c.Words {
				span := s.Span(w.Start, w.End)
				got = append(got, src[span.Start:span.End])
			}
		}
	}
	want := "apt-get update apt-get install -y curl wget make make install"
	if strings.Join(got, " ") != want {
		t.Errorf("words %q, want %q", got, want)
	}
}
