package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
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
	// LeftOut cases were not begun before the time was up.
	LeftOut Status = "left out"
)

// A Result is a line of the results; sizes are compressed bytes.
type Result struct {
	Case        string `json:"case"`
	Language    string `json:"language"`
	Description string `json:"description"`
	Level       string `json:"level"`
	Status      Status `json:"status"`
	Reason      string `json:"reason,omitempty"`
	Before      int64  `json:"before_bytes,omitempty"`
	After       int64  `json:"after_bytes,omitempty"`
	Changes     int    `json:"changes"`
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

var columns = []string{"case", "before MB", "after MB", "after/before", "changes", "tries", "repairs", "drops", "steps after an edit", "smoke before", "smoke after", "seconds", "result"}

func (r Result) row() []string {
	return []string{
		r.Case, megabytes(r.Before), megabytes(r.After), r.ratio(), fmt.Sprint(r.Changes), fmt.Sprint(r.Tries), fmt.Sprint(r.Repairs), fmt.Sprint(r.Drops), steps(r.Rebuild), orDash(r.SmokeBefore), orDash(r.SmokeAfter),
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

// writeJSON writes the results to a file.
func writeJSON(path string, results []Result) error {
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// resultsHead begins the page of results; it takes the level.
const resultsHead = `# Results

Written by ` + "`make results`" + `: every project of [examples](../examples) is built before and after
` + "`dopt rewrite --level %s`" + `, on stand-ins for the official base images, with all files that the rewrite
changes. Both images must pass the project's checks. Sizes are what a registry stores (zstd), base image
included. *Steps after an edit* are those that a build runs again after an edit of the source, before → after;
[performance.md](performance.md#rebuilds) says how they are counted. *Short* is a project that builds and passes its
checks, and stays above the size, or off the shape, that its case.yaml names as the aim of the level.
`

// writeMarkdown writes docs/results.md.
func writeMarkdown(path string, results []Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, resultsHead, results[0].Level)
	for _, language := range languages {
		var rows []Result
		for _, r := range results {
			if r.Language == language {
				rows = append(rows, r)
			}
		}
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| %s |\n|%s\n", language, strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
		for _, r := range rows {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(r.row(), " | "))
		}
		for _, r := range rows {
			if r.Reason != "" {
				fmt.Fprintf(&b, "\n%s: %s, %s\n", r.Case, r.Status, strings.Join(strings.Fields(r.Reason), " "))
			}
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
