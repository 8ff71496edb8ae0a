package pkgmgr_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dopt/transform/pkgmgr"
)

// words splits a command line at blanks; ? is a word of unknown value, and 'single quotes' keep
// blanks in a word.
func words(line string) []string {
	var argv []string
	for i, quoted := range strings.Split(line, "'") {
		if i%2 == 1 {
			argv = append(argv, quoted)
			continue
		}
		argv = append(argv, strings.Fields(quoted)...)
	}
	for i, w := range argv {
		argv[i] = strings.ReplaceAll(w, "?", pkgmgr.Unknown)
	}
	return argv
}

// describe writes a use as the cases below do: manager, verb, program and verb index, packages,
// and what else is special.
func describe(argv []string) string {
	u, ok := pkgmgr.Identify(argv)
	if !ok {
		return "-"
	}
	s := fmt.Sprintf("%s %s %d %d", u.Manager.Name, u.Verb, u.Program, u.VerbAt)
	for _, i := range u.Packages {
		s += " " + argv[i]
	}
	for _, extra := range []struct {
		is   bool
		name string
	}{{u.Sudo, "sudo=" + u.User}, {u.Global, "global"}, {u.More, "more"}} {
		if extra.is {
			s += " [" + extra.name + "]"
		}
	}
	return strings.ReplaceAll(s, pkgmgr.Unknown, "?")
}

func TestIdentify(t *testing.T) {
	for _, group := range identifyCases {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				if got := describe(words(c.line)); got != c.want {
					t.Errorf("%s\n got %s\nwant %s", c.line, got, c.want)
				}
			}
		})
	}
}

// A caseGroup has command lines and what they are: "-" for no package manager, else
// "manager verb program-index verb-index packages...", and in brackets what else is special.
type caseGroup struct {
	name  string
	cases []identifyCase
}

type identifyCase struct{ line, want string }

var identifyCases = slices.Concat(systemCases, pythonCases, webCases, otherCases)
