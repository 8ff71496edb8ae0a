package manifest_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"dopt/internal/project/manifest"
)

const program = "# a comment\r\n\r\n  gem 'a' # why\r\n\tgem 'b'\n# gem 'c'\n"

func TestCode(t *testing.T) {
	got := map[int]string{}
	for n, line := range manifest.Code([]byte(program), "#") {
		got[n] = line
	}
	if want := map[int]string{3: "gem 'a' # why", 4: "gem 'b'"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFirstWith(t *testing.T) {
	for _, c := range []struct {
		texts string
		line  int
		found string
	}{
		{"'b' 'a'", 3, "'a'"},
		{"'b'", 4, "'b'"},
		{"'c'", 0, ""}, // in a comment
	} {
		line, found := manifest.FirstWith([]byte(program), "#", strings.Fields(c.texts))
		if line != c.line || found != c.found {
			t.Errorf("%s: %d %q, want %d %q", c.texts, line, found, c.line, c.found)
		}
	}
}

func TestFirstLines(t *testing.T) {
	got := manifest.FirstLines([]byte("x: 1\ny: 2 x: 3\n\nz: 4\n"), regexp.MustCompile(`(\w):`))
	if want := map[string]int{"x": 1, "y": 2, "z": 4}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestXML(t *testing.T) {
	for document, want := range map[string]string{
		"<a>\u00e9</a>": "\u00e9",
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>":     "\u00e9",
		"<?xml version=\"1.0\" encoding=\"EBCDIC\"?><a>x</a>":            `xml: opening charset "EBCDIC": the encoding EBCDIC is not understood`,
		"<!DOCTYPE a [<!ENTITY b \"cc\">]><a>&b;</a>":                    "XML syntax error on line 1: invalid character entity &b;",
		strings.Repeat("<a>", 100_000) + strings.Repeat("</a>", 100_000): "", // passed over
	} {
		var got struct {
			Text string `xml:",chardata"`
			A    any    `xml:"a"`
		}
		if err := manifest.XML([]byte(document)).Decode(&got); err != nil {
			got.Text = err.Error()
		}
		if got.Text != want {
			t.Errorf("%.60q: %q, want %q", document, got.Text, want)
		}
	}
}
