package llb

import (
	"fmt"
	"slices"
	"strings"

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

// views judges whether each RUN sees of the copies what it saw before.
func (r *reordering) views() transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	for j, s := range r.steps {
		if s.from == isNew || s.op.GetExec() == nil {
			continue
		}
		if v = v.Worse(r.view(j)); v.Status == transform.Unsound {
			return worst(v)
		}
	}
	return v
}

// differs returns the first copy of before that step j of after no longer sees, or the first that it sees newly.
// What has been copied early counts as long as the copy that brings it anyway is still to come. Copies that have changed
// places with each other bring the same: see independent.
func (r *reordering) differs(j int) (*node, bool) {
	var b, a []*node
	for i, n := range r.before[:r.steps[j].from] {
		if len(r.givenBefore[i]) > 0 {
			b = append(b, n)
		}
	}
	for k, s := range r.steps[:j] {
		if len(r.givenAfter[k]) == 0 {
			continue
		}
		switch by, early := r.covered[k]; {
		case early && by < j:
		case s.from == isNew:
			a = append(a, s.node)
		default:
			a = append(a, r.before[s.from])
		}
	}
	if i := slices.IndexFunc(b, func(n *node) bool { return !slices.Contains(a, n) }); i >= 0 {
		return b[i], true
	}
	if i := slices.IndexFunc(a, func(n *node) bool { return !slices.Contains(b, n) }); i >= 0 {
		return a[i], true
	}
	return nil, false
}

// seenBefore and seenAfter are what the copies have brought when a step of before, and of after, runs.
func (r *reordering) seenBefore(i int) received {
	return received{r.context, slices.Concat(r.givenBefore[:i]...)}
}

func (r *reordering) seenAfter(j int) received {
	return received{r.context, slices.Concat(r.givenAfter[:j]...)}
}

// view judges whether the RUN at j reads what it read before.
func (r *reordering) view(j int) transform.Verdict {
	other, differs := r.differs(j)
	if !differs {
		return transform.Verdict{Status: transform.Refines}
	}
	script, _ := r.steps[j].script()
	e := script.Effects()
	if e.Unknown != "" {
		return unsound("`%s` may need what %s brings", e.Unknown, other.describe())
	}
	return r.sameReads(e, r.seenBefore(r.steps[j].from), r.seenAfter(j))
}

// sameReads judges whether a script finds the same in all that it reads.
func (r *reordering) sameReads(e validate.Effects, before, after received) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	reads, who := e.Reads, "the RUN"
	if len(e.Programs) > 0 {
		who = "`" + e.Programs[0] + "`"
	}
	for _, i := range e.Installs {
		more, judged := i.Judge(before)
		if v = v.Worse(judged); v.Status == transform.Unsound {
			return v
		}
		reads, who = append(slices.Clone(reads), more...), i.String()
	}
	if v = v.Worse(sameChosen(e, before, after, who)); v.Status == transform.Unsound {
		return v
	}
	for _, area := range reads {
		same := sameArea(area, before, after, who)
		if same.Status == transform.Unproven && slices.Contains(e.Named, area) {
			same.Status = transform.Unsound
		}
		if v = v.Worse(same); v.Status == transform.Unsound {
			return v
		}
	}
	return v
}

// sameChosen compares the files that variables of tools name.
func sameChosen(e validate.Effects, before, after received, who string) transform.Verdict {
	for _, p := range e.Chosen {
		b, _ := before.Stat(p)
		a, _ := after.Stat(p)
		if b != validate.File && a != validate.File {
			continue
		}
		if same := sameArea(validate.Area{Dir: p}, before, after, who); same.Status != transform.Refines {
			return unsound("%s", same.Reasons[0])
		}
	}
	return transform.Verdict{Status: transform.Refines}
}

// sameArea compares what is in an area.
func sameArea(a validate.Area, before, after received, who string) transform.Verdict {
	b, knownBefore := before.in(a)
	n, knownAfter := after.in(a)
	p, ok := differentPath(b, n)
	switch {
	case !ok:
		return transform.Verdict{Status: transform.Refines}
	case !knownBefore || !knownAfter:
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{fmt.Sprintf("whether %s reads more of %s than it now finds cannot be told", who, strings.TrimSuffix(a.String(), "/"))}}
	case n[p] == "":
		return unsound("%s reads %s, which is only copied later", who, p)
	case b[p] == "":
		return unsound("%s reads %s, which was only copied later", who, p)
	}
	return unsound("%s reads %s, which is another file by then", who, p)
}

// differentPath returns the first path at which two sets of files differ.
func differentPath(before, after map[string]string) (p string, ok bool) {
	for _, set := range []map[string]string{before, after} {
		for q := range set {
			if before[q] != after[q] && (!ok || q < p) {
				p, ok = q, true
			}
		}
	}
	return p, ok
}
