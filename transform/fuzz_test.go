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
