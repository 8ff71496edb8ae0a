package golang

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

func TestJoin(t *testing.T) {
	const declarations = "package p\n\nconst (\n\thalf = `migr`\n\tloop = loop + \"a\"\n)\n\nvar variable = \"v\"\n\n"
	for source, want := range map[string][]string{
		`"migr" + "ations"`:       {"migrations"},
		`half + ("at" + "ions")`:  {"migrations", "ations"},
		`p.half + "/" + variable`: {"migr/"},
		`variable + "a" + "b"`:    {"ab"},
		`variable + "a"`:          nil,
		`loop + "b"`:              nil,
		`open("a"+"b") + "c"`:     {"ab"},
		`1 + 2`:                   nil,
	} {
		p := &pack{constants: map[string][]ast.Expr{}}
		p.read("main.go", []byte(declarations+"var x = "+source+"\n"))
		plain := len(p.literals)
		(&code{packages: map[string]*pack{"p": p}}).join()
		var got []string
		for _, l := range p.literals[plain:] {
			got = append(got, l.text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}

// A name with many values, or of others without end, is bounded.
func TestJoinBounds(t *testing.T) {
	source := "package p\n\n"
	for i := range 40 {
		name := string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		source += "const " + name + " = z + z + \"" + name + "\"\n\nfunc f" + name + "() {\n\tconst z = \"" + name + "\"\n}\n\n"
	}
	p := &pack{constants: map[string][]ast.Expr{}}
	p.read("main.go", []byte(source))
	(&code{packages: map[string]*pack{"p": p}}).join()
	if got, most := len(p.literals), 40*2+40*2*maxValues; got > most || got < 40*2 {
		t.Errorf("%d texts, no more than %d expected", got, most)
	}
}
