package modernize

import (
	"strings"

	dfshell "github.com/moby/buildkit/frontend/dockerfile/shell"
)

// quoted returns one word of a Dockerfile whose value is exactly text. Single quotes keep
// everything, so they are taken where double quotes would need escapes.
func quoted(text string, escape byte) string {
	special := `"$` + string(escape)
	if !strings.ContainsAny(text, special) {
		return `"` + text + `"`
	}
	if !strings.Contains(text, "'") {
		return "'" + text + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(text) {
		if strings.IndexByte(special, text[i]) >= 0 {
			b.WriteByte(escape)
		}
		b.WriteByte(text[i])
	}
	b.WriteByte('"')
	return b.String()
}

// A world is a set of variables for the expansion of a word. Words that expand
// alike in all worlds treat every variable alike.
type world int

const (
	// allSet: each variable has a value of its own, so that one cannot pass for another.
	allSet world = iota
	allEmpty
	allUnset
)

// Get implements BuildKit's EnvGetter.
func (w world) Get(name string) (string, bool) {
	switch w {
	case allSet:
		return "\x01" + name + "\x02", true
	case allEmpty:
		return "", true
	}
	return "", false
}

// Keys implements BuildKit's EnvGetter; the lexer asks for them in no expansion.
func (world) Keys() []string { return nil }

// sameWord reports whether BuildKit expands two words alike, whatever the variables are.
func sameWord(a, b string, escape byte) bool {
	if a == b {
		return true
	}
	lex := dfshell.NewLex(rune(escape))
	for w := allSet; w <= allUnset; w++ {
		x, _, errX := lex.ProcessWord(a, w)
		y, _, errY := lex.ProcessWord(b, w)
		if x != y || errX != nil || errY != nil {
			return false
		}
	}
	return true
}
