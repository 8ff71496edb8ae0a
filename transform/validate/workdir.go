package validate

import (
	"fmt"
	"path"

	"dopt/transform"
)

// workdir checks that after is the one script before without the cd at its start, and starts in
// the directory that the cd went to.
func (j *joiner) workdir(after *unit) string {
	u := j.units[0]
	moved := fmt.Sprintf("the directory was %s and is %s", u.Dir, after.Dir)
	if len(j.units) > 1 || !j.match.claim.Allows(transform.CdToWorkdir) || len(u.stmts) != 1 || len(u.ops) < 2 {
		return moved
	}
	c := u.simple(u.ops[0])
	if c == nil || c.words[0] != "cd" || len(c.words) != 2 || !literalPath(c.words[1]) {
		return moved
	}
	to := c.words[1]
	if !path.IsAbs(to) {
		to = path.Join(u.Dir, to)
	}
	if path.Clean(to) != after.Dir {
		return moved
	}
	for _, stmt := range u.stmts {
		if v := u.readsShell(stmt, true); v != "" {
			return fmt.Sprintf("`%s` reads %s, which the cd has set", u.source(stmt), v)
		}
	}
	if !j.match.whole(u.ops[1:], after.ops) {
		return difference([]*unit{u}, after)
	}
	return ""
}

// literalPath reports whether a word names one directory and is neither expanded nor "-".
func literalPath(word string) bool {
	for _, r := range word {
		switch r {
		case '*', '?', '[', '~', '$', 0:
			return false
		}
	}
	return word != "-" && word != ""
}
