package transform

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"dopt/internal/corpus"
)

// variants are ways to write the same file that must make no difference.
func variants(src []byte) map[string][]byte {
	lf := bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	return map[string][]byte{
		"as is":            src,
		"CRLF":             bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n")),
		"BOM":              append([]byte("\xEF\xBB\xBF"), bytes.TrimPrefix(src, bom)...),
		"no final newline": bytes.TrimRight(src, "\r\n"),
	}
}

// checkLossless asserts that instructions and the gaps between them make up the
// whole source, that gaps hold comments and blanks only, and that the joined
// text is BuildKit's with an exact map back.
func checkLossless(t *testing.T, d *Document) {
	t.Helper()
	at := 0
	for _, in := range d.Instructions {
		if in.Span.Start < at || in.Span.End > len(d.Src) {
			t.Fatalf("%s: instruction at line %d overlaps or is out of bounds", d.Name, in.Line())
		}
		checkGap(t, d, at, in.Span.Start)
		at = in.Span.End
		if in.text.Text != in.Node.Original {
			t.Fatalf("%s:%d: joined text %q, BuildKit has %q", d.Name, in.Line(), in.text.Text, in.Node.Original)
		}
		for i := range len(in.text.Text) {
			if d.Src[in.text.Offset(i)] != in.text.Text[i] {
				t.Fatalf("%s:%d: offset %d of the text maps to another byte", d.Name, in.Line(), i)
			}
		}
		if n := len(in.Flags()); n != len(in.Node.Flags) {
			t.Fatalf("%s:%d: %d flags, BuildKit has %q", d.Name, in.Line(), n, in.Node.Flags)
		}
		checkHeredocs(t, d, in)
	}
	checkGap(t, d, at, len(d.Src))
}

func checkGap(t *testing.T, d *Document, start, end int) {
	t.Helper()
	for _, line := range bytes.Split(bytes.TrimPrefix(d.Src[start:end], bom), []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' && string(line) != "\\" && string(line) != "`" {
			t.Fatalf("%s: %q belongs to no instruction", d.Name, line)
		}
	}
}

func checkHeredocs(t *testing.T, d *Document, in *Instruction) {
	t.Helper()
	var body strings.Builder
	for _, l := range in.Lines {
		if l.Kind == Heredoc {
			body.Write(d.Src[l.Span.Start:l.Span.End])
		}
	}
	rest := body.String()
	for _, h := range in.Node.Heredocs {
		after, ok := strings.CutPrefix(rest, h.Content)
		if !ok {
			t.Fatalf("%s:%d: here-document %s has another body", d.Name, in.Line(), h.Name)
		}
		_, rest, _ = strings.Cut(after, "\n")
	}
	if rest != "" {
		t.Fatalf("%s:%d: lines %q belong to no here-document", d.Name, in.Line(), rest)
	}
}

func TestCorpusIsLossless(t *testing.T) {
	files, parsed := 0, 0
	for _, file := range corpus.Files(t, "dockerfiles") {
		name, src := file.Name, file.Src
		files++
		for variant, src := range variants(src) {
			d, err := Parse(name, src)
			if err != nil {
				if variant == "as is" {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			parsed++
			checkLossless(t, d)
			if out, err := d.Rewrite(); err != nil || !bytes.Equal(out, src) {
				t.Errorf("%s (%s): printing changes the file", name, variant)
			}
		}
	}
	t.Logf("%d files, %d variants parsed", files, parsed)
}

func TestCorpusOfInvalidFilesIsRefused(t *testing.T) {
	for _, file := range corpus.Files(t, "invalid") {
		name, src := file.Name, file.Src
		_, err := Parse(name, src)
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%s: error %v is no ParseError", name, err)
			continue
		}
		if text := pe.Error(); pe.Line < 1 || pe.Column < 1 || strings.ContainsAny(text, "\n\r") {
			t.Errorf("%s: bad message %q", name, text)
		}
	}
}

func TestErrorsForPeople(t *testing.T) {
	for src, want := range map[string]string{
		"FROM x\n\n    RUNN make\n": `f:3:5: unknown instruction "RUNN" (did you mean RUN?)`,
		"":                          "f:1:1: file with no instructions",
		"# only\n":                  "f:1:1: file with no instructions",
		"ARG A\n":                   "f:1:1: no FROM instruction: nothing to build",
		"RUN x\nFROM y\n":           "f:1:1: RUN before the first FROM: only ARG may stand there",
		"FROM x\nRUN <<E\nfoo\n":    "f:2:1: unterminated heredoc",
		"FROM x\nRUN a\x00b\n":      "f:2:6: binary data: a NUL byte",
		"FROM x\nRUN " + strings.Repeat("a", 70000): "f:2:1: line of 70004 bytes: BuildKit's limit is 65535",
		"RUN " + strings.Repeat("a", 70000):         "f:1:1: line of 70004 bytes: BuildKit's limit is 65535",
		"FROM x\nRNU make\n":                        `f:2:1: unknown instruction "RNU" (did you mean RUN?)`,
		"FROM x\nSOMETHING\n":                       `f:2:1: unknown instruction "SOMETHING"`,
	} {
		_, err := Parse("f", []byte(src))
		if err == nil || err.Error() != want {
			t.Errorf("%.40q: error %v, want %s", src, err, want)
		}
	}
}
