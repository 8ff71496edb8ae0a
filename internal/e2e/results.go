package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"dopt/internal/verify/result"
)

// A Status is what became of a case.
type Status string

// The statuses.
const (
	Passed Status = "passed"
	Failed Status = "failed"
	// Short: the image builds and passes its checks, and falls short of what the project expects of the level.
	Short    Status = "short"
	NotBuilt Status = "not built here"
	// Hangs: a check had to be stopped.
	Hangs Status = "hangs"
	// NoBase: a base image is missing or cannot be made.
	NoBase Status = "no base"
	// LeftOut cases were not begun before the time was up.
	LeftOut Status = "left out"
)

// A Result is a row of the results: one variant of a case. Sizes are compressed bytes, times are seconds.
type Result struct {
	Case        string `json:"case"`
	Language    string `json:"language"`
	Description string `json:"description"`
	// Level is that of the rewrite, or "expert"; such a row has the expert's image before and after.
	Level string `json:"level"`
	// Fingerprint tells whether the row is of what is there now.
	Fingerprint string `json:"fingerprint"`
	// Outdated rows are of an earlier state of dopt or of the project.
	Outdated bool   `json:"-"`
	Status   Status `json:"status"`
	Reason   string `json:"reason,omitempty"`
	Before   int64  `json:"before_bytes,omitempty"`
	After    int64  `json:"after_bytes,omitempty"`
	// BuildBefore and BuildAfter are the times of builds without the build cache; 0 where they were not measured.
	BuildBefore float64 `json:"build_seconds_before,omitempty"`
	BuildAfter  float64 `json:"build_seconds_after,omitempty"`
	Changes     int     `json:"changes"`
	// Tries is how many variants of the rewrite were built, Repairs how many packages were added, Drops how many changes left out.
	Tries       int     `json:"tries"`
	Repairs     int     `json:"repairs"`
	Drops       int     `json:"drops"`
	SmokeBefore string  `json:"smoke_before,omitempty"`
	SmokeAfter  string  `json:"smoke_after,omitempty"`
	Seconds     float64 `json:"seconds"`
	// Rebuild is nil where none was asked for, or the project did not get so far.
	Rebuild *result.Rebuild `json:"rebuild,omitempty"`
}

// newResult returns the row of a variant of a case, with nothing found out yet.
func newResult(c *Case, v variant) Result {
	return Result{Case: c.Name, Language: c.Language, Description: c.Description, Level: v.String()}
}

// leftOut returns the row of a variant that was not built, for the reason that the context has.
func leftOut(ctx context.Context, c *Case, v variant) Result {
	r := newResult(c, v)
	r.Status, r.Reason = LeftOut, context.Cause(ctx).Error()
	return r
}

// key tells rows apart.
func (r Result) key() string { return r.Case + " " + r.Level }

// ratio returns the size after in percent of the size before, with a word for what was not measured.
func (r Result) ratio() string {
	if r.Before == 0 || r.After == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(r.After)/float64(r.Before))
}

func megabytes(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", float64(n)/1e6)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// steps returns how many steps an edit runs again, before and after.
func steps(r *result.Rebuild) string {
	if r == nil {
		return "-"
	}
	return fmt.Sprintf("%d → %d", len(r.Before.Steps), len(r.After.Steps))
}

var columns = []string{"case", "level", "before MB", "after MB", "after/before", "changes", "tries", "repairs", "drops", "steps after an edit", "smoke before", "smoke after", "seconds", "result"}

func (r Result) row() []string {
	return []string{
		r.Case, r.Level, megabytes(r.Before), megabytes(r.After), r.ratio(), fmt.Sprint(r.Changes), fmt.Sprint(r.Tries), fmt.Sprint(r.Repairs), fmt.Sprint(r.Drops), steps(r.Rebuild), orDash(r.SmokeBefore), orDash(r.SmokeAfter),
		fmt.Sprintf("%.0f", r.Seconds), string(r.Status),
	}
}

// printTable writes the results for a terminal, the reasons of what did not pass below.
func printTable(w io.Writer, results []Result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(columns, "\t"))
	for _, r := range results {
		fmt.Fprintln(t, strings.Join(r.row(), "\t"))
	}
	_ = t.Flush() // a terminal that is gone needs no table
	for _, r := range results {
		if r.Reason != "" {
			fmt.Fprintf(w, "%s: %s: %s\n", r.Case, r.Status, r.Reason)
		}
	}
}
