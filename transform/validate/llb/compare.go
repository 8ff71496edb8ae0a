package llb

import (
	"fmt"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// A comparison is the state of one comparison of two builds.
type comparison struct {
	env     transform.Environment
	claim   transform.Claim
	verdict transform.Verdict
	seen    map[[2]*node]*state
	// dirs are the sources of ADD that are written as directories.
	dirs []string
	// withoutDevelopment is true where a stage that others copy from has lost what only development needs.
	withoutDevelopment bool
	// withLayers is true where a stage that others copy from takes a jar apart.
	withLayers bool
}

// A state is what has been found out about one pair of file trees.
type state struct {
	verdict transform.Verdict
	losses  []validate.Loss
}

func (c *comparison) note(v transform.Verdict) { c.verdict = c.verdict.Worse(v) }

// compare compares two file trees by the steps that made them.
func (c *comparison) compare(before, after *node) *state {
	key := [2]*node{before, after}
	if s, ok := c.seen[key]; ok {
		return s
	}
	s := &state{verdict: transform.Verdict{Status: transform.Refines}}
	c.seen[key] = s
	switch {
	case before == nil && after == nil:
		return s
	case before != nil && after != nil && before.digest == after.digest:
		return s
	}
	al := alignment{comparison: c, before: before.history(), after: after.history(), tried: map[[2]int]bool{}}
	for al.common < min(len(al.before), len(al.after)) && al.before[al.common].digest == al.after[al.common].digest {
		al.common++
	}
	if !al.from(al.common, al.common) && !al.permuted() {
		s.verdict = transform.Verdict{Status: transform.Unsound, Reasons: []string{al.why}}
		return s
	}
	s.verdict = s.verdict.Worse(al.ownership())
	for _, p := range al.pairs {
		s.verdict = s.verdict.Worse(p.verdict)
		for _, l := range p.losses {
			used, over := laterUse(l, al.after[p.next:])
			s.verdict = s.verdict.Worse(used)
			switch {
			case over:
			case l.Moved:
				s.verdict = s.verdict.Worse(unsound("the update of %s is gone, and no later step has it", l))
			default:
				s.losses = append(s.losses, l)
			}
		}
	}
	return s
}

// laterUse judges whether a later step of the same image needs what one lost.
func laterUse(l validate.Loss, steps []*node) (v transform.Verdict, over bool) {
	v.Status = transform.Refines
	for _, n := range steps {
		if n.op.GetExec() == nil {
			continue
		}
		script, _ := n.script()
		used, over := l.UsedBy(script)
		if used.Status != transform.Refines || over {
			return used, over
		}
	}
	return v, false
}

// An alignment pairs the steps of two histories.
type alignment struct {
	*comparison
	before, after []*node
	// common is the number of steps at the start that are equal.
	common int
	pairs  []pair
	// tried are pairs of places from which no alignment was found.
	tried map[[2]int]bool
	// why is the reason at the place that was reached farthest.
	why     string
	reached int
}

// A pair is one step of after that stands for some of before.
type pair struct {
	verdict transform.Verdict
	losses  []validate.Loss
	// next is the place in after behind the step.
	next int
}

// from pairs the steps from i and j on. It tries the ways that the claim allows, the
// likeliest first.
func (a *alignment) from(i, j int) bool {
	if i == len(a.before) && j == len(a.after) {
		return true
	}
	if a.tried[[2]int{i, j}] {
		return false
	}
	mark := len(a.pairs)
	ok := a.runs(i, j) || a.step(i, j) || a.droppedUpdate(i, j) || a.droppedOwnership(i, j) || a.addedWorkdir(i, j) || a.addedInstall(i, j) || a.addedPruning(i, j) || a.addedUnpacking(i, j)
	if !ok {
		a.pairs = a.pairs[:mark]
		a.tried[[2]int{i, j}] = true
	}
	return ok
}

func (a *alignment) fail(i, j int, format string, args ...any) bool {
	if i+j >= a.reached && a.why == "" || i+j > a.reached {
		a.why, a.reached = fmt.Sprintf(format, args...), i+j
	}
	return false
}

// step pairs two steps that are no RUN.
func (a *alignment) step(i, j int) bool {
	switch {
	case i == len(a.before):
		return a.fail(i, j, "%s is new", a.after[j].describe())
	case j == len(a.after):
		return a.fail(i, j, "%s is gone", a.before[i].describe())
	case a.before[i].op.GetExec() != nil && a.after[j].op.GetExec() != nil:
		return false
	}
	judged, _ := a.ownCopy(a.before[i], a.after[j])
	if judged.Status == transform.Unsound {
		return a.fail(i, j, "%s", judged.Reasons[0])
	}
	a.pairs = append(a.pairs, pair{judged, nil, j + 1})
	return a.from(i+1, j+1)
}

// sameStep compares two steps without what they build on.
func (c *comparison) sameStep(before, after *node) transform.Verdict {
	return c.sameOps(before, after, before.bare(), after.bare())
}

// sameOps compares two steps by their operations, which may have been made more alike.
func (c *comparison) sameOps(before, after *node, b, a *pb.Op) transform.Verdict {
	v := c.addToCopy(b.GetFile(), a.GetFile())
	if c.claim.Allows(transform.PinBase) {
		c.pinned(b.GetSource(), a.GetSource())
	}
	if c.claim.Allows(transform.RuntimeStage) {
		c.releaseNamed(b.GetSource(), a.GetSource())
	}
	if c.claim.Allows(transform.SlimBase) {
		c.slimmed(b.GetSource(), a.GetSource())
	}
	if !b.EqualVT(a) || len(before.inputs) != len(after.inputs) {
		return becomes(before, after)
	}
	return c.sameInputs(before, after).Worse(v)
}

// becomes says that one step has taken the place of another.
func becomes(before, after *node) transform.Verdict {
	b, a := before.describe(), after.describe()
	if b == a {
		return unsound("what %s holds or does differs", b)
	}
	return unsound("%s has become %s", b, a)
}

// sameInputs compares what two steps of the same shape read besides the files that they change.
func (c *comparison) sameInputs(before, after *node) transform.Verdict {
	_, root := before.root()
	if _, r := after.root(); r != root {
		return becomes(before, after)
	}
	v := transform.Verdict{Status: transform.Refines}
	for i := range before.inputs {
		if i != root {
			v = v.Worse(c.sameInput(before, after, i, i))
		}
	}
	return v
}

// sameInput compares input i of one step with input j of another.
func (c *comparison) sameInput(before, after *node, i, j int) transform.Verdict {
	if c.claim.Allows(transform.SlimBase) && from(before.inputs[i]) != from(after.inputs[j]) {
		return unsound("%s reads from another image", after.describe())
	}
	s := c.compare(before.inputs[i], after.inputs[j])
	v := s.verdict
	for _, l := range s.losses {
		if after.reads(j, l) {
			v = v.Worse(unsound("%s needs %s, which the stage that it copies from no longer has", after.describe(), l))
		}
	}
	return v
}

// bare returns the operation without its inputs.
func (n *node) bare() *pb.Op {
	op := n.op.CloneVT()
	op.Inputs = nil
	return op
}
