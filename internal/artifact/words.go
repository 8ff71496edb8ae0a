package artifact

import (
	"path"
	"strings"

	dfshell "github.com/moby/buildkit/frontend/dockerfile/shell"

	"dopt/transform"
)

// expand returns a word of an instruction after BuildKit's expansion, and whether all of it is known.
func (s *Stage) expand(in *transform.Instruction, word string) (string, bool) {
	if !strings.ContainsAny(word, "$\\`'\"") {
		return word, true
	}
	res, err := dfshell.NewLex(rune(s.Doc.Escape)).ProcessWordWithMatches(word, variables{s, in})
	if err != nil || len(res.Unmatched) > 0 {
		return "", false
	}
	return res.Result, true
}

// variables are those of an instruction, as BuildKit's lexer asks for them.
type variables struct {
	stage *Stage
	in    *transform.Instruction
}

func (v variables) Get(name string) (string, bool) { return v.stage.Var(v.in, name) }

// Keys is what the lexer asks for patterns of names, which no instruction has.
func (v variables) Keys() []string { return nil }

// Within reports whether a path is folder or below it.
func Within(name, folder string) bool {
	return name == folder || folder == "/" || strings.HasPrefix(name, folder+"/")
}

// absolute returns a path as seen from a folder, "" where that is not known.
func absolute(name, dir string) string {
	switch {
	case path.IsAbs(name):
		return path.Clean(name)
	case dir == "" || name == "":
		return ""
	}
	return path.Join(dir, name)
}
