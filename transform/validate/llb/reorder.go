package llb

import (
	"fmt"
	"slices"

	"dopt/transform"
	"dopt/transform/validate"
)

// A reordering is after as a permutation of before: each step of after stands for one of before, for a
// piece of one, for files of a later copy, or for a download.
type reordering struct {
	*alignment
	context *buildContext
	steps   []moved
	// given is what each step of before, and of after, brings.
	givenBefore, givenAfter [][]delivery
	// dirsBefore and dirsAfter tell which step makes a directory first.
	dirsBefore, dirsAfter map[string]int
	// covered is, for a step of after that copies files early, the place of the last of the copies that bring them anyway.
	covered map[int]int
	// used tells which steps of before have been found.
	used []bool
	// proven is the worst of the verdicts that are not unsound.
	proven transform.Verdict
}

// A moved is a step of after.
type moved struct {
	*node
	// from is its place in before, new for a step that is not there.
	from int
	// pieces is true for a piece of a RUN of before.
	piece  bool
	judged validate.Judgement
}

const isNew = -1

// maxPieces is the largest number of pieces that one RUN is looked for in.
const maxPieces = 12

// permuted pairs the steps of both histories where the order differs and the claim allows that.
func (a *alignment) permuted() bool {
	if a.claim&(transform.Reorder|transform.SplitRun|transform.Prefetch) == 0 || len(a.before) == 0 {
		return false
	}
	r := &reordering{alignment: a, context: newBuildContext(a.env.Files), covered: map[int]int{}, used: make([]bool, len(a.before))}
	r.proven.Status = transform.Refines
	for _, find := range []func() string{r.pairSteps, r.findPieces, r.nothingLost} {
		if why := find(); why != "" {
			a.why = why
			return false
		}
	}
	r.receive()
	for _, check := range []func() transform.Verdict{r.additions, r.orders, r.views} {
		v := check()
		if v.Status == transform.Unsound {
			a.why = v.Reasons[0]
			return false
		}
		r.proven = r.proven.Worse(v)
	}
	if r.proven.Status == transform.Unproven && r.context.files == nil {
		r.proven.Reasons = []string{"what the copies bring cannot be told without the build context"}
	}
	a.pairs = []pair{{verdict: r.proven}}
	for j, s := range r.steps {
		a.pairs = append(a.pairs, pair{verdict: s.judged.Verdict, losses: s.judged.Losses, next: j + 1})
	}
	return true
}

// pairSteps finds for each step of after the first equal one of before: first of those that are written alike, then
// of those that a claim may make equal.
func (r *reordering) pairSteps() string {
	for _, n := range r.after {
		s := moved{node: n, from: isNew}
		s.judged.Status = transform.Refines
		r.steps = append(r.steps, s)
	}
	for _, alike := range []func(b, n *node) bool{writtenAlike, bothRuns} {
		for j := range r.steps {
			for i, b := range r.before {
				if s := &r.steps[j]; s.from == isNew && !r.used[i] && alike(b, s.node) {
					if judged := r.sameAs(b, s.node); judged.Status != transform.Unsound {
						s.from, s.judged, r.used[i] = i, judged, true
					}
				}
			}
		}
	}
	return ""
}

func bothRuns(b, n *node) bool { return b.op.GetExec() != nil && n.op.GetExec() != nil }

// writtenAlike reports whether two steps are the same as far as a person wrote them.
func writtenAlike(b, n *node) bool {
	if bothRuns(b, n) {
		return slices.Equal(b.op.GetExec().Meta.Args, n.op.GetExec().Meta.Args)
	}
	return b.describe() == n.describe()
}

func (r *reordering) sameAs(before, after *node) validate.Judgement {
	switch {
	case before.digest == after.digest:
		return validate.Judgement{Verdict: transform.Verdict{Status: transform.Refines}}
	case before.op.GetExec() != nil:
		return r.sameRuns([]*node{before}, after)
	}
	return validate.Judgement{Verdict: r.sameStep(before, after)}
}

// findPieces finds for each RUN of before that is gone the RUNs of after that it was cut into.
func (r *reordering) findPieces() string {
	if !r.claim.Allows(transform.SplitRun) {
		return ""
	}
	for i, b := range r.before {
		if r.used[i] || b.op.GetExec() == nil {
			continue
		}
		if why := r.cut(i, b); why != "" {
			return why
		}
	}
	return ""
}

// cut looks for the pieces of step i of before among the steps of after that are new.
func (r *reordering) cut(i int, b *node) string {
	whole, ok := b.script()
	if !ok {
		return ""
	}
	var fresh []int
	for j, s := range r.steps {
		if s.from == isNew && s.op.GetExec() != nil {
			fresh = append(fresh, j)
		}
	}
	why := ""
	for start := range fresh {
		first, _ := r.steps[fresh[start]].script()
		if !validate.MayStart(whole, first) {
			continue
		}
		for end := start + 2; end <= min(len(fresh), start+maxPieces); end++ {
			v := r.pieces(b, whole, fresh[start:end])
			if v.Status == transform.Unsound {
				why = v.Reasons[0]
				continue
			}
			for _, j := range fresh[start:end] {
				r.steps[j].from, r.steps[j].piece = i, true
			}
			r.used[i], r.proven = true, r.proven.Worse(v)
			return ""
		}
	}
	if why != "" {
		return fmt.Sprintf("%s: %s", b.describe(), why)
	}
	return ""
}

// pieces judges whether steps of after are the pieces of a RUN.
func (r *reordering) pieces(b *node, whole validate.Script, at []int) transform.Verdict {
	if m := forgetful(b.op.GetExec()); m != nil {
		return unsound("what the RUN writes to the mount at %s does not outlive its pieces", m.Dest)
	}
	v := transform.Verdict{Status: transform.Refines}
	var scripts []validate.Script
	for _, j := range at {
		s, ok := r.steps[j].script()
		if !ok {
			return unsound("a piece is not one that can be read")
		}
		scripts = append(scripts, s)
		v = v.Worse(r.sameExec(b, r.steps[j].node))
	}
	if v.Status == transform.Unsound {
		return v
	}
	return v.Worse(validate.Split(whole, scripts))
}

// nothingLost says which step of before is gone, or which of after may not be new.
func (r *reordering) nothingLost() string {
	fresh := slices.IndexFunc(r.steps, func(s moved) bool { return s.from == isNew && !r.mayBeNew(s.node) })
	for i, used := range r.used {
		if !used {
			return r.mismatch(r.before[i])
		}
	}
	if fresh >= 0 {
		return r.steps[fresh].describe() + " is new"
	}
	return ""
}

// mismatch says what has become of a step of before: it differs in what is around it, or another one stands for it.
func (r *reordering) mismatch(b *node) string {
	var why string
	for _, s := range r.steps {
		if s.from != isNew || (s.op.GetExec() == nil) != (b.op.GetExec() == nil) {
			continue
		}
		if b.describe() == s.describe() {
			return b.describe() + ": " + r.sameAs(b, s.node).Reasons[0]
		}
		if why == "" {
			why = becomes(b, s.node).Reasons[0]
		}
	}
	if why == "" {
		return b.describe() + " is gone"
	}
	return why
}

// mayBeNew reports whether the claim lets such a step appear at all.
func (r *reordering) mayBeNew(n *node) bool {
	if n.op.GetExec() != nil {
		return r.claim.Allows(transform.Prefetch)
	}
	_, _, ok := n.copies()
	return ok && r.claim.Allows(transform.Reorder)
}

// receive follows what copies bring in both histories.
func (r *reordering) receive() {
	r.givenBefore, r.dirsBefore = r.context.follow(r.before)
	r.givenAfter, r.dirsAfter = r.context.follow(r.after)
	for j, s := range r.steps {
		if s.from == isNew {
			// A pattern that brings nothing now brings what the later copy brings, too.
			r.givenAfter[j] = slices.DeleteFunc(r.givenAfter[j], func(d delivery) bool { return d.missing && d.src == "" })
		}
	}
}

// orders judges each pair of steps that have changed places.
func (r *reordering) orders() transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	for j, later := range r.steps {
		for k, earlier := range r.steps[:j] {
			if later.from == isNew || earlier.from <= later.from {
				continue
			}
			if !r.claim.Allows(transform.Reorder) {
				return unsound("%s has moved above %s", earlier.describe(), later.describe())
			}
			if v = v.Worse(r.independent(j, k)); v.Status == transform.Unsound {
				return worst(v)
			}
		}
	}
	return v
}

// worst keeps the last reason of a verdict, which is the one that made it unsound.
func worst(v transform.Verdict) transform.Verdict {
	v.Reasons = v.Reasons[max(0, len(v.Reasons)-1):]
	return v
}
