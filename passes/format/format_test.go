package format_test

import (
	"strings"
	"testing"

	"dopt/passes/format"
	"dopt/transform"
)

const sloppy = "from debian:12  \nRUN  make &&\\\nmake install \\  \n\n# c\n&& true\n\n\nCMD [\"a\",\"b\"]"

const tidy = "FROM debian:12\nRUN make && \\\n    make install \\\n    # c\n    && true\n\nCMD [\"a\", \"b\"]\n"

func layout(t *testing.T, text string, all bool) *transform.Report {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &transform.Pipeline{Passes: []*transform.Pass{format.Pass}, Level: transform.Aggressive, Settings: transform.Settings{FormatAll: all}}
	r, err := p.Run(doc, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The author's lines are not those of a rewrite to lay out.
func TestRewriteLeavesLayoutAlone(t *testing.T) {
	if r := layout(t, sloppy, false); r.Changed() || len(r.Findings) > 0 {
		t.Errorf("changed without FormatAll: %v", r.Findings)
	}
}

// Bytes that no golden case can show.
func TestBytes(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	for name, c := range map[string]struct{ in, want string }{
		"no final newline":   {sloppy, tidy},
		"CRLF":               {crlf(sloppy), crlf(tidy)},
		"BOM":                {"\uFEFF" + sloppy, "\uFEFF" + tidy},
		"BOM on a line":      {"\uFEFF\nFROM a\n", "\uFEFF\nFROM a\n"},
		"mixed line endings": {"FROM a \r\nRUN  b \\ \n  c \r\nCMD d ", "FROM a\r\nRUN b \\\n  c\r\nCMD d\r\n"},
		"form feed":          {"FROM a\nRUN b \f\f\nCMD c\n", "FROM a\nRUN b \f\f\nCMD c\n"},
		"no-break space":     {"FROM a\n \u00a0RUN b\nUSER c\u00a0d \n", "FROM a\n \u00a0RUN b\nUSER c\u00a0d\n"},
		"escape at the end":  {"# escape=`\nFROM a\nCOPY b C:\\ \t", "# escape=`\nFROM a\nCOPY b C:\\\n"},
		"heredoc at the end": {"FROM a\nRUN <<E  \n  b  \nE", "FROM a\nRUN <<E\n  b  \nE\n"},
		"dangling":           {"FROM a\nRUN b \\", "FROM a\nRUN b \\\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(layout(t, c.in, true).After.Src); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
