package transform

import "slices"

// judge asks the validators what they think of the step from before to after.
func (r *run) judge(before, after *Document, env Environment, claim Claim) Verdict {
	v := Verdict{Status: Refines}
	for _, val := range r.Validators {
		v = v.Worse(val.Validate(before, after, env, claim))
	}
	return v
}

// try makes fixes of a pass together, and returns the verdict on the step from a document to theirs, which is nil where they cannot be made.
func (r *run) try(p *Pass, before *Document, fixes []Finding) (*Document, Verdict) {
	next, err := r.apply(fixes)
	if err != nil {
		return nil, Verdict{Unsound, []string{err.Error()}}
	}
	return next, r.judge(before, next, r.environment(fixes), p.Claim)
}

// oneByOne makes the fixes of a group one after the other, as far as the validators agree. all and together are what try has returned of
// the whole group, and not asked for again where that is one fix.
func (r *run) oneByOne(p *Pass, group []Finding, all *Document, together Verdict) (doc *Document, good []Finding) {
	doc = r.doc
	hopeless := r.judge(doc, doc, r.environment(nil), p.Claim)
	for _, f := range group {
		made := append(slices.Clone(good), f)
		next, verdict := all, together
		if len(group) > 1 {
			next, verdict = r.try(p, doc, made)
		}
		if next != nil && hopeless.Status != Refines { // nothing can be proven of the file
			verdict = hopeless
		}
		f.Reasons = verdict.Reasons
		switch {
		case verdict.Status == Refines, verdict.Status == Unproven && f.Fix.Level > Safe:
			doc, good = next, append(good, f)
			continue
		case verdict.Status == Unproven:
			f.Status = StatusUnproven
		default:
			f.Status = StatusRejected
		}
		r.settled[f.Fix.ID] = true
		r.done = append(r.done, f)
	}
	return doc, good
}
