package transform

import (
	"testing"

	"dopt/internal/corpus"
)

// seed adds the Dockerfiles of all golden cases, and what they lack.
func seed(f *testing.F) {
	for _, s := range corpus.Golden(f) {
		f.Add(s)
	}
	for _, s := range []string{
		"FROM a\nRUN x \\\n", "# escape=`\nFROM a\nRUN x `\n y\n", "\xEF\xBB\xBFFROM a\r\nRUN <<-E\r\n\tx\r\n\tE\r\n",
		"FROM a\nCOPY <<A <<\"B\" /x/\na\nA\nb\nB\nRUN y", "FROM a\nRUN x \\\n# c \\\n\n && y # z\n", "FROM a\nRUN --mount=type=cache,\"target=/a b\" x\n",
	} {
		f.Add(s)
	}
}

// FuzzDocument: whatever BuildKit parses is kept byte by byte, and joined as BuildKit joins it.
func FuzzDocument(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src string) {
		d, err := Parse("f", []byte(src))
		if err != nil {
			return
		}
		checkLossless(t, d)
		for _, in := range d.Instructions {
			in.State()
			in.Pragmas()
		}
		d.Style()
	})
}

// FuzzEdit: a document with an edit, or with another one farther below, is the one that the edited text leads to, though not all of it is
// parsed again.
func FuzzEdit(f *testing.F) {
	for _, s := range []struct {
		src   string
		start int
		end   int
		text  string
	}{
		{"FROM a\nRUN x\nRUN y\n", 7, 12, "RUN z"},
		{"FROM a\nRUN x\n# c\nRUN y\n", 11, 12, "z \\\n"},               // the rest becomes a part of it
		{"FROM a\nRUN x \\\n y\nRUN z\n", 13, 14, ""},                   // a continuation that goes
		{"FROM a\nRUN x \\\n", 15, 15, " y\n"},                          // and one that waited for a line
		{"FROM a\nRUN x\nRUN y\n", 11, 12, "<<E\nz"},                    // a here-document without an end
		{"FROM a\nCOPY <<E /x\nb\nE\nRUN y\nE\n", 20, 22, ""},           // one with another end
		{"FROM a\nRUN x\nRUN y\n", 7, 7, "# escape=`\n"},                // a comment that looks like a directive
		{"FROM a\nRUN x\nRUN y\n", 0, 0, "# escape=`\n"},                // and a directive
		{"# escape=`\nFROM a\nRUN x `\n y\nRUN z\n", 22, 23, "w `\n v"}, // lines that the directive continues
		{"# escape=`\nFROM a\nRUN x\n", 0, 11, ""},
		{"\xEF\xBB\xBFFROM a\r\nRUN x\r\nRUN y\r\n", 3, 9, "FROM b"},
		{"ARG V=1\nFROM a:$V\nWORKDIR /w\nRUN cd $V && x\nRUN y", 30, 31, "v"},
		{"FROM a\nENV D=/d\nRUN cd $D && x\n", 13, 15, "/e"},
		{"FROM a\nSHELL [\"bash\", \"-c\"]\nRUN x <(y)\n", 15, 19, "dash"},
		{"FROM a AS b\nRUN x\nFROM b\nRUN y\n", 10, 11, "c"},
	} {
		f.Add(s.src, s.start, s.end, s.text)
	}
	f.Fuzz(func(t *testing.T, src string, start, end int, text string) {
		d, err := Parse("f", []byte(src))
		if err != nil || start < 0 || end < start || end > len(src) {
			return
		}
		for _, in := range d.Instructions {
			in.Script() // what has been found out is taken over
		}
		below := end + (len(src)-end)/2
		for _, edits := range [][]Edit{{{Span{start, end}, text}}, {{Span{start, end}, text}, {Span{below, below}, text}}} {
			edited, err := d.Apply(edits...)
			whole, _ := d.Rewrite(edits...)
			_, wholeErr := Parse("f", whole)
			if (err == nil) != (wholeErr == nil) || err != nil && err.Error() != wholeErr.Error() {
				t.Fatalf("error is %v, want %v", err, wholeErr)
			}
			if err == nil {
				sameAsParsed(t, edited)
			}
		}
	})
}

// FuzzScript: every word of every script maps to bytes of the source that lie within its instruction.
func FuzzScript(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src string) {
		d, err := Parse("f", []byte(src))
		if err != nil {
			return
		}
		for _, in := range d.Instructions {
			s := in.Script()
			if s == nil || s.Shell == nil {
				continue
			}
			for _, c := range s.Shell.Commands {
				for _, w := range c.Words {
					span := s.Span(w.Start, w.End)
					if !in.Span.Contains(span) || span.Start > span.End {
						t.Fatalf("line %d: word %q maps to %v outside of %v", in.Line(), s.Text[w.Start:w.End], span, in.Span)
					}
					if w.Start < w.End && d.Src[span.Start] != s.Text[w.Start] {
						t.Fatalf("line %d: word %q begins at another byte", in.Line(), s.Text[w.Start:w.End])
					}
				}
			}
		}
	})
}
