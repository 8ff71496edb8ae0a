package needs

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform/shell"
)

// assigned returns the variables that a script gives one value and no other, a literal or one of its arguments, and
// all that it changes.
func assigned(s *shell.Script, args []string) (values map[string]string, changes map[string]bool) {
	values, changes = map[string]string{}, map[string]bool{}
	count := map[string]int{}
	for _, c := range s.Commands {
		for _, a := range c.Assigns {
			count[a.Name]++
			value, ok := a.Value.Value, a.Value.Plain
			if n, err := strconv.Atoi(strings.Trim(s.Text[a.Value.Start:a.Value.End], `"${}`)); err == nil && !ok && 0 < n && n <= len(args) {
				value, ok = args[n-1], true
			}
			if len(c.Words) == 0 && ok {
				values[a.Name] = value
			} else {
				count[a.Name]++
			}
		}
		switch c.Name() {
		case "read", "getopts", "mapfile", "readarray", "eval", "local", "declare", "export", "for":
			for _, w := range c.Words[1:] {
				count[w.Value] += 2
			}
		}
	}
	syntax.Walk(s.File, func(n syntax.Node) bool {
		if loop, ok := n.(*syntax.WordIter); ok {
			count[loop.Name.Value] += 2
		}
		return true
	})
	for name := range values {
		if count[name] != 1 {
			delete(values, name)
		}
	}
	for name := range count {
		changes[name] = true
	}
	return values, changes
}

// functions returns the names that a script gives to functions and aliases.
func functions(s *shell.Script) map[string]bool {
	names := map[string]bool{}
	syntax.Walk(s.File, func(n syntax.Node) bool {
		if d, ok := n.(*syntax.FuncDecl); ok {
			names[d.Name.Value] = true
		}
		return true
	})
	return names
}

// pipedInto returns the statements whose input is the output of another one, or a here-document.
func pipedInto(s *shell.Script) map[*syntax.Stmt]bool {
	piped := map[*syntax.Stmt]bool{}
	syntax.Walk(s.File, func(n syntax.Node) bool {
		if b, ok := n.(*syntax.BinaryCmd); ok && (b.Op == syntax.Pipe || b.Op == syntax.PipeAll) {
			piped[b.Y] = true
		}
		return true
	})
	return piped
}
