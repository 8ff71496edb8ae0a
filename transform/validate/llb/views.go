package llb

import (
	"fmt"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/validate"
)

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
