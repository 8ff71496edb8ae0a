package validate

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// shellOnly are commands that only a shell has, or that it does not do as the program of the
// same name does.
var shellOnly = map[string]bool{
	"source": true, "eval": true, "type": true, "wait": true, ":": true, "set": true, "bg": true, "fg": true, "jobs": true,
	"builtin": true, "command": true, "times": true, "pushd": true, "popd": true, "dirs": true, "history": true,
}

// ExecWords returns the words that a shell would call for the script, where that is all the
// shell does: one program, named by plain words. A leading exec is left out.
func (s Script) ExecWords() (words []string, ok bool) {
	if !s.posix() {
		return nil, false
	}
	file, err := s.parse()
	if err != nil || len(file.Stmts) != 1 || !bare(file.Stmts[0]) {
		return nil, false
	}
	expr, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(expr.Assigns) > 0 {
		return nil, false
	}
	for _, w := range expr.Args {
		v, ok := static(w)
		if !ok || expands(w) {
			return nil, false
		}
		words = append(words, v)
	}
	if len(words) > 1 && words[0] == "exec" && !strings.HasPrefix(words[1], "-") {
		words = words[1:]
	}
	if len(words) == 0 || shellOnly[words[0]] || words[0] == "set" || strings.Contains(words[0], "=") {
		return nil, false
	}
	if _, ok := builtinChanges[words[0]]; ok {
		return nil, false
	}
	if words[0] == "echo" && strings.Contains(s.Text, `\`) {
		return nil, false
	}
	return words, true
}

// expands reports whether an unquoted part of the word is a glob, a brace or a tilde.
func expands(w *syntax.Word) bool {
	for _, part := range w.Parts {
		if lit, ok := part.(*syntax.Lit); ok && strings.ContainsAny(lit.Value, "*?[{~") {
			return true
		}
	}
	return false
}
