package llb

// majority is the check whose warnings depend on how most of the file's keywords are written:
// one RUN less can turn them all around.
const majority = "ConsistentInstructionCasing"

// checks compares the warnings of BuildKit's own checks: a rewrite may silence some, but
// must not raise any.
func (c *comparison) checks(before, after []check) {
	have := map[check]int{}
	mixed := false
	for _, w := range before {
		have[w]++
		mixed = mixed || w.rule == majority
	}
	for _, w := range after {
		if have[w]--; have[w] < 0 && (!mixed || w.rule != majority) {
			c.note(unsound("BuildKit's check %s is new: %s", w.rule, w.message))
		}
	}
}
