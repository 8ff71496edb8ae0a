package llb

import (
	"fmt"

	"dopt/transform"
)

// checks compares the warnings of BuildKit's own checks: a rewrite may silence some, but
// must not raise any.
func (c *comparison) checks(before, after []check) {
	have := map[check]int{}
	for _, w := range before {
		have[w]++
	}
	for _, w := range after {
		if have[w]--; have[w] < 0 {
			c.note(transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf("BuildKit's check %s is new: %s", w.rule, w.message)}})
		}
	}
}
