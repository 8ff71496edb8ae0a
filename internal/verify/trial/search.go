package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dopt/internal/verify/result"
	"dopt/transform"
)

// search looks for the largest part of a rewrite that holds: first all of it, then with packages that are missing, then
// without the changes that break it. It returns nil where that is the original, and sets the verdict.
func (t *Trial) search(ctx context.Context, report *transform.Report) (*attempt, error) {
	first, err := t.try(ctx, "all changes", Variant{})
	if err != nil {
		return nil, err
	}
	best, v, err := t.repair(ctx, first)
	if err != nil {
		return nil, err
	}
	if len(best.faults) == 0 {
		t.result.Verdict = result.Held
		if len(v.Packages) > 0 {
			t.result.Verdict = result.Repaired
			t.result.Reason = first.faults[0].Message
		}
		return best, nil
	}
	t.result.Reason = first.faults[0].Message
	kept, err := t.reduce(ctx, report)
	if err != nil {
		return nil, err
	}
	if kept == nil || !kept.report.Changed() {
		t.result.Verdict, t.result.Faults = result.Original, first.faults
		if first.tests != nil {
			t.result.Tests = first.tests
		}
		for i := range t.result.Changes {
			t.result.Changes[i].Dropped = true
		}
		return nil, nil
	}
	t.result.Verdict = result.Reduced
	t.mark(kept.report)
	return kept, nil
}

// repair adds packages as long as the faults name one. It returns the last attempt.
func (t *Trial) repair(ctx context.Context, a *attempt) (*attempt, Variant, error) {
	var v Variant
	var repairs []result.Repair
	for range t.MaxRepairs {
		if len(a.faults) == 0 || t.Diagnose == nil {
			break
		}
		r, ok := t.Diagnose(a.faults, a.report, v.Packages)
		if !ok || slices.Contains(v.Packages, r.Package) {
			break
		}
		v.Packages = append(slices.Clone(v.Packages), r.Package)
		repairs = append(repairs, r)
		next, err := t.try(ctx, "with "+packageNames(v.Packages), v)
		if errors.Is(err, errTries) {
			break
		}
		if err != nil {
			return a, v, err
		}
		a = next
	}
	if len(a.faults) == 0 {
		t.result.Repairs = repairs
	}
	return a, v, nil
}

func packageNames(packages []result.Package) string {
	var names []string
	for _, p := range packages {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// reduce leaves out what breaks the rewrite. It returns nil where no part of it holds.
func (t *Trial) reduce(ctx context.Context, report *transform.Report) (*attempt, error) {
	if t.Search == nil {
		return nil, nil
	}
	var ids []string
	for _, f := range report.Findings {
		if f.Status == transform.StatusApplied {
			ids = append(ids, f.Fix.ID)
		}
	}
	tried := map[string]*attempt{}
	best := func(disabled []string) *attempt { return tried[strings.Join(disabled, "\n")] }
	disabled, err := t.Search(ids, func(disabled []string) (bool, error) {
		if a := best(disabled); a != nil {
			return len(a.faults) == 0, nil
		}
		a, err := t.try(ctx, without(ids, disabled), Variant{Disabled: disabled})
		if err != nil {
			return false, err
		}
		tried[strings.Join(disabled, "\n")] = a
		return len(a.faults) == 0, nil
	})
	if err != nil && !errors.Is(err, errTries) {
		return nil, err
	}
	if a := best(disabled); err == nil && a != nil && len(a.faults) == 0 {
		return a, nil
	}
	// The attempts are used up: what held with the most changes is handed over.
	var most *attempt
	for _, a := range tried {
		if len(a.faults) == 0 && (most == nil || a.report.Count(transform.StatusApplied) > most.report.Count(transform.StatusApplied)) {
			most = a
		}
	}
	return most, nil
}

// without says which changes are left out.
func without(ids, disabled []string) string {
	if len(disabled) > 3 {
		return fmt.Sprintf("without %d of %d changes", len(disabled), len(ids))
	}
	return "without " + strings.Join(disabled, ", ")
}

// mark tells the changes that are not in what is handed over, and adds those that only came when others were left out.
func (t *Trial) mark(report *transform.Report) {
	made := result.Changes(report)
	has := func(list []result.Change, id string) bool {
		return slices.ContainsFunc(list, func(c result.Change) bool { return c.ID == id })
	}
	for i, c := range t.result.Changes {
		t.result.Changes[i].Dropped = !has(made, c.ID)
	}
	for _, c := range made {
		if !has(t.result.Changes, c.ID) {
			t.result.Changes = append(t.result.Changes, c)
		}
	}
}
