package main

import (
	"context"
	"fmt"
	"slices"

	"dopt/internal/verify"
	"dopt/internal/verify/trial"
	"dopt/transform"
)

// short returns what the rewritten case should be at this level and is not.
func (h *harness) short(ctx context.Context, c *Case, o *trial.Outcome) ([]string, error) {
	report, before, after := o.Report, o.Before, o.After
	if after == nil {
		after = before // nothing was changed
	}
	want, ok := c.Expect[h.variant.String()]
	if !ok {
		return nil, nil
	}
	var broken []string
	complain := func(format string, args ...any) { broken = append(broken, fmt.Sprintf(format, args...)) }
	if ratio := float64(after.Size()) / float64(before.Size()); want.MaxRatio > 0 && ratio > want.MaxRatio {
		complain("size after/before is %.2f, want at most %.2f", ratio, want.MaxRatio)
	}
	if want.Unchanged && report.Rewritten() {
		complain("the Dockerfile changed")
	}
	stages := report.After.Stages
	if want.Stages > 0 && len(stages) != want.Stages {
		complain("%d stages, want %d", len(stages), want.Stages)
	}
	if base := baseOf(stages[len(stages)-1]); want.Base != "" && base != want.Base {
		complain("the last stage starts from %s, want %s", base, want.Base)
	}
	for _, pass := range want.Passes {
		if !slices.ContainsFunc(report.Findings, func(f transform.Finding) bool { return f.Pass == pass && f.Status == transform.StatusApplied }) {
			complain("pass %s applied nothing", pass)
		}
	}
	return append(broken, missing(ctx, want, after.Image)...), ctx.Err()
}

// baseOf returns the image that a stage's FROM names, flags and name left out.
func baseOf(s *transform.Stage) string { return s.From.Node.Next.Value }

func missing(ctx context.Context, want Expectation, image *verify.Image) []string {
	if len(want.Present)+len(want.Absent) == 0 {
		return nil
	}
	files, err := image.Files(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	var broken []string
	for _, path := range want.Present {
		if _, ok := files[path]; !ok {
			broken = append(broken, path+" is missing")
		}
	}
	for _, path := range want.Absent {
		if _, ok := files[path]; ok {
			broken = append(broken, path+" is there")
		}
	}
	return broken
}
