package validate

import (
	"fmt"
	"slices"
	"strings"
)

// buildVariables are variables that a compiler looks at and a download does not. Source: go help environment.
var buildVariables = []string{"CGO_ENABLED", "GOOS", "GOARCH", "GOARM", "GOAMD64", "CC", "CXX", "CGO_CFLAGS", "CGO_LDFLAGS"}

// preparesNothing are programs that leave nothing that a download needs.
var preparesNothing = []string{"echo", "printf", "true", ":", "set", "umask", "cd", "mkdir"}

// Unprepared says why a download that runs in front of a script may lack what the script prepares before it calls the
// same program: credentials, packages, variables. "" if it prepares nothing.
func (i Install) Unprepared(s Script) string {
	u, err := s.unit()
	if err != nil {
		return "its script cannot be read"
	}
	for _, c := range u.all() {
		if c.program == i.call.program {
			if b, a := c.variables(), i.call.variables(); !slices.Equal(a, b) {
				return fmt.Sprintf("`%s` has other variables", c)
			}
			return ""
		}
		if !slices.Contains(preparesNothing, c.program) || c.output != "" {
			return fmt.Sprintf("`%s` may prepare what %s needs", c, i)
		}
	}
	return ""
}

// variables returns what is set for the call alone, as NAME=value, without what only compilers look at.
func (c *call) variables() []string {
	var list []string
	for _, a := range c.expr.Assigns {
		list = append(list, c.script.source(a))
	}
	for _, word := range c.words[:len(c.words)-len(c.args)] {
		if strings.Contains(word, "=") {
			list = append(list, word)
		}
	}
	return slices.DeleteFunc(list, func(text string) bool {
		name, _, _ := strings.Cut(text, "=")
		return slices.Contains(buildVariables, name)
	})
}
