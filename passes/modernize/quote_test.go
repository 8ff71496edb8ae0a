package modernize

import (
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	dfshell "github.com/moby/buildkit/frontend/dockerfile/shell"

	"dopt/transform"
)

// BuildKit reads back what was quoted, for all short texts of the characters that mean something to it.
func TestQuotedReadsBack(t *testing.T) {
	for _, escape := range []string{`\`, "`"} {
		for _, text := range texts(`a"'$ {}`+"\\`#", 3) {
			line := "# escape=" + escape + "\nFROM scratch\nLABEL k=" + quoted(text, escape[0]) + "\n"
			doc, err := transform.Parse("x", []byte(line))
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			labels := doc.Instructions[1].Command.(*instructions.LabelCommand).Labels
			got, _, err := dfshell.NewLex(rune(escape[0])).ProcessWord(labels[0].Value, allUnset)
			if err != nil || len(labels) != 1 || got != text {
				t.Fatalf("%q is read as %q of %d labels: %v", line, got, len(labels), err)
			}
		}
	}
}

// Words that differ for some values of their variables are told apart.
func TestSameWord(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`a b`, `"a b"`, true},
		{`$x y`, `"${x} y"`, true},
		{`\$x`, `'$x'`, true},
		{`$a"b"`, `"$ab"`, false},
		{`$a`, `$b`, false},
		{`$a`, ``, false},
		{`${a:-x}`, `${a-x}`, false},
		{`${a}`, `${a:-}`, true},
		{`it's`, `"it's"`, false},
	} {
		if got := sameWord(c.a, c.b, '\\'); got != c.same {
			t.Errorf("%s and %s: same is %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

// texts returns all texts of up to n characters of an alphabet.
func texts(alphabet string, n int) []string {
	all := []string{""}
	for last := all; n > 0; n-- {
		var next []string
		for _, prefix := range last {
			for _, c := range strings.Split(alphabet, "") {
				next = append(next, prefix+c)
			}
		}
		all, last = append(all, next...), next
	}
	return all
}
