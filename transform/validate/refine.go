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
	if len(before) == 1 && before[0].Text == after.Text && len(after.Mounted) == len(before[0].Mounted) {
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
	j := &joiner{units: units}
	j.match = matcher{claim: claim, after: after, gained: gained(before, after), errexit: a.errexit()}
	return j.judge(a)
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
	return j.match.judge(after)
}
