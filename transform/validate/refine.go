package validate

import (
	"fmt"
	"slices"

	"dopt/transform"
)

// A Judgement says whether one step does what one or several did, and what it takes away
// that a later step may need.
type Judgement struct {
	transform.Verdict
	Losses []Loss
	// Owned are the changes of owner and mode that are gone.
	Owned []OwnChange
}

func unsound(reason string) Judgement {
	return Judgement{Verdict: transform.Verdict{Status: transform.Unsound, Reasons: []string{reason}}}
}

// Refine judges whether the script after does what the scripts before did one after the
// other, each in a shell of its own, apart from what the claim lets change. The scripts
// start with the same environment.
func Refine(before []Script, after Script, claim transform.Claim) Judgement {
	if len(before) > 1 && !claim.Allows(transform.JoinRuns) {
		return unsound("several RUN steps have become one")
	}
	if slices.ContainsFunc(before, func(s Script) bool { return !slices.Equal(s.Shell, after.Shell) }) {
		return unsound("the shell differs")
	}
	mounts := gained(before, after)
	if len(before) == 1 && before[0].Text == after.Text && before[0].Dir == after.Dir && len(mounts) == 0 {
		return Judgement{Verdict: transform.Verdict{Status: transform.Refines}}
	}
	if !after.posix() {
		return unsound("the script differs, and its shell is not one that can be read")
	}
	a, err := after.unit()
	if err != nil {
		return unsound(fmt.Sprintf("the script cannot be read as shell: %v", err))
	}
	units := make([]*unit, len(before))
	for i, s := range before {
		if units[i], err = s.unit(); err != nil {
			return unsound(fmt.Sprintf("the script differs, and the original cannot be read as shell: %v", err))
		}
	}
	j := &joiner{units: units, replaced: map[string]string{}}
	j.match = matcher{claim: claim, before: before[0], after: after, units: units, gained: mounts, at: a.start()}
	return j.judge(a)
}

// MayJoin reports whether after can be the scripts before joined, by the number of their
// commands: a quick test for callers that do not know how many were joined.
func MayJoin(before []Script, after Script, claim transform.Claim) bool {
	const others = transform.CleanUp | transform.JoinUpdate | transform.CacheMounts
	if claim&others != 0 {
		return true
	}
	total := 0
	for _, s := range before {
		if _, err := s.parse(); err != nil || s.syntax == nil {
			return true
		}
		total += s.syntax.commands
	}
	if _, err := after.parse(); err != nil || after.syntax == nil {
		return true
	}
	// The same options need not be set twice.
	return after.syntax.commands <= total && after.syntax.commands >= total-len(before)
}

// gained returns the cache mounts that only the later script has.
func gained(before []Script, after Script) []string {
	return slices.DeleteFunc(slices.Clone(after.Mounted), func(dir string) bool {
		return slices.ContainsFunc(before, func(s Script) bool { return slices.Contains(s.Mounted, dir) })
	})
}

func (j *joiner) judge(after *unit) Judgement {
	var why string
	switch {
	case slices.ContainsFunc(j.units, func(u *unit) bool { return u.Dir != after.Dir }):
		why = j.workdir(after)
	case len(j.units) > 1:
		why = j.join(after)
	case !j.match.list(j.units[0].stmts, after.stmts):
		if why = j.match.why; why == "" {
			why = difference(j.units, after)
		}
	}
	if why != "" {
		return unsound(why)
	}
	judged := j.match.judge(after)
	owned, why := j.match.owned(after)
	if why != "" {
		return unsound(why)
	}
	judged.Owned = owned
	if len(j.doubts) > 0 {
		judged.Verdict = judged.Worse(transform.Verdict{Status: transform.Unproven, Reasons: j.doubts})
	}
	return judged
}
