package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
)

// A Status is what became of a case.
type Status string

// The statuses.
const (
	Passed   Status = "passed"
	Failed   Status = "failed"
	NotBuilt Status = "not built here"
	// Hangs: a check had to be stopped.
	Hangs Status = "hangs"
	// LeftOut cases were not begun before the time was up.
	LeftOut Status = "left out"
)

// A Result is a line of the results; sizes are compressed bytes.
type Result struct {
	Case        string  `json:"case"`
	Language    string  `json:"language"`
	Description string  `json:"description"`
	Level       string  `json:"level"`
	Status      Status  `json:"status"`
	Reason      string  `json:"reason,omitempty"`
	Before      int64   `json:"before_bytes,omitempty"`
	After       int64   `json:"after_bytes,omitempty"`
	Changes     int     `json:"changes"`
	SmokeBefore string  `json:"smoke_before,omitempty"`
	SmokeAfter  string  `json:"smoke_after,omitempty"`
	Seconds     float64 `json:"seconds"`
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

var columns = []string{"case", "before MB", "after MB", "after/before", "changes", "smoke before", "smoke after", "seconds", "result"}

func (r Result) row() []string {
	return []string{
		r.Case, megabytes(r.Before), megabytes(r.After), r.ratio(), fmt.Sprint(r.Changes), orDash(r.SmokeBefore), orDash(r.SmokeAfter),
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

// writeMarkdown writes docs/results.md.
func writeMarkdown(path string, results []Result) error {
	var b strings.Builder
	b.WriteString("# Results\n\nWritten by `make results`: every project of [examples](../examples) is built before and after\n`dopt rewrite`, on stand-ins for the official base images, and both images must pass the project's checks.\nSizes are what a registry stores (zstd), base image included.\n")
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
	fmt.Fprintf(&b, "\nLevel: %s.\n", results[0].Level)
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
