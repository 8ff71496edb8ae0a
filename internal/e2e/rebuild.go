package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"dopt/internal/verify/result"
	"dopt/transform"
)

var rebuildColumns = []string{"project", "edited", "before: predicted", "run again", "seconds", "after: predicted", "run again", "seconds"}

func (r Result) rebuildRow() []string {
	row := []string{r.Case, r.Rebuild.Edited}
	for _, a := range []result.Again{r.Rebuild.Before, r.Rebuild.After} {
		row = append(row, fmt.Sprint(len(a.Predicted)), fmt.Sprint(len(a.Steps)), fmt.Sprintf("%.1f", a.Seconds))
	}
	return row
}

// printRebuilds writes the rebuilds for a terminal.
func printRebuilds(w io.Writer, results []Result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "level\t"+strings.Join(rebuildColumns, "\t"))
	for _, r := range results {
		if r.Rebuild != nil {
			fmt.Fprintln(t, r.Level+"\t"+strings.Join(r.rebuildRow(), "\t"))
		}
	}
	_ = t.Flush() // a terminal that is gone needs no table
}

// The lines around the table of measured rebuilds.
const (
	rebuildsBegin = "<!-- measured rebuilds: make results -->\n"
	rebuildsEnd   = "<!-- end of measured rebuilds -->"
)

// writeRebuilds writes the rebuilds into their place in docs/performance.md.
func writeRebuilds(path string, results []Result) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, rest, begins := strings.Cut(string(page), rebuildsBegin)
	_, tail, ends := strings.Cut(rest, rebuildsEnd)
	if !begins || !ends {
		return fmt.Errorf("%s has no place for the measured rebuilds", path)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s| %s |\n|%s\n", head, rebuildsBegin, strings.Join(rebuildColumns, " | "), strings.Repeat(" --- |", len(rebuildColumns)))
	for _, r := range results {
		if r.Rebuild != nil && r.Level == transform.Standard.String() {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(r.rebuildRow(), " | "))
		}
	}
	return os.WriteFile(path, []byte(b.String()+rebuildsEnd+tail), 0o644)
}
