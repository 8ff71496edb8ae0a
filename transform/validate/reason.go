package validate

import (
	"fmt"

	"mvdan.cc/sh/v3/syntax"
)

// difference names the first command that only one side has; when both have the same
// commands, it says what kind of difference is left.
func difference(before []*unit, after *unit) string {
	have := map[string]int{}
	for _, c := range after.all() {
		have[canonical(c.expr)]++
	}
	for _, u := range before {
		for _, c := range u.all() {
			key := canonical(c.expr)
			if have[key]--; have[key] < 0 {
				return fmt.Sprintf("the command `%s` is gone or differs", c)
			}
		}
	}
	for _, c := range after.all() {
		if have[canonical(c.expr)] > 0 {
			return fmt.Sprintf("the command `%s` is new or differs", c)
		}
	}
	if len(after.ops) > 0 {
		if or, ok := after.ops[len(after.ops)-1].Cmd.(*syntax.BinaryCmd); ok && or.Op == syntax.OrStmt && len(before) > 1 {
			return fmt.Sprintf("a failure of `%s` would be hidden by `|| %s`", after.source(or.X), after.source(or.Y))
		}
	}
	return "the commands are the same, but not the order or the conditions in which they run"
}
