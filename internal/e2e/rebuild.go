package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"dopt/internal/e2e/edit"
	"dopt/internal/project"
	"dopt/transform"
	"dopt/transform/rebuild"
)

// A Rebuild is what an edit of a project's source builds again.
type Rebuild struct {
	// Edited is the file, relative to the project's folder.
	Edited string `json:"edited"`
	Before Again  `json:"before"`
	After  Again  `json:"after"`
}

// Again is what one Dockerfile builds again: the instructions that make a layer.
type Again struct {
	// Predicted are those that must run for all that the Dockerfile tells, Measured those that did.
	Predicted []string `json:"predicted"`
	Measured  []string `json:"measured"`
	// Seconds is how long the build took, its result written included.
	Seconds float64 `json:"seconds"`
}

// rebuild edits the source of a case that has been built, and builds both Dockerfiles again.
func (h *harness) rebuild(ctx context.Context, c *Case, report *transform.Report) (*Rebuild, error) {
	context := project.NewContext(c.Dir)
	defer context.Close()
	edited, err := edit.MostEdited(project.New(context, filepath.ToSlash(c.Dockerfile), nil, nil))
	if err != nil {
		return nil, err
	}
	r := &Rebuild{Edited: edited}
	if r.Before, err = h.again(ctx, c, edited, report.Before, map[string][]byte{}); err != nil {
		return nil, fmt.Errorf("before, edited: %w", err)
	}
	if r.After, err = h.again(ctx, c, edited, report.After, rewritten(c, report)); err != nil {
		return nil, fmt.Errorf("after, edited: %w", err)
	}
	return r, nil
}

// again edits a file and builds a Dockerfile, with files put over the context.
func (h *harness) again(ctx context.Context, c *Case, edited string, doc *transform.Document, files map[string][]byte) (Again, error) {
	var a Again
	for _, in := range rebuild.After(doc, edited) {
		a.Predicted = append(a.Predicted, strings.Join(strings.Fields(in.Text().Text), " "))
	}
	text, err := os.ReadFile(filepath.Join(c.Dir, filepath.FromSlash(edited)))
	if err != nil {
		return a, err
	}
	// No edit is like another: neither an earlier run nor the other Dockerfile has left this one's steps in the cache.
	files[edited] = edit.Comment(edited, text, "edited "+time.Now().Format(time.RFC3339Nano))
	start := time.Now()
	_, vertices, err := h.trace(ctx, c, doc, files)
	a.Seconds = time.Since(start).Seconds()
	for _, v := range vertices {
		if v.Ran && instruction().MatchString(v.Name) {
			a.Measured = append(a.Measured, v.Name)
		}
	}
	return a, err
}

// instruction matches the names of the steps that the predictions count.
var instruction = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\[[^\]]*\d+/\d+\] (RUN|COPY|ADD|WORKDIR) `)
})

var rebuildColumns = []string{"project", "edited", "before: predicted", "run again", "seconds", "after: predicted", "run again", "seconds"}

func (r Result) rebuildRow() []string {
	row := []string{r.Case, r.Rebuild.Edited}
	for _, a := range []Again{r.Rebuild.Before, r.Rebuild.After} {
		row = append(row, fmt.Sprint(len(a.Predicted)), fmt.Sprint(len(a.Measured)), fmt.Sprintf("%.1f", a.Seconds))
	}
	return row
}

// printRebuilds writes the rebuilds for a terminal.
func printRebuilds(w io.Writer, results []Result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(rebuildColumns, "\t"))
	for _, r := range results {
		if r.Rebuild != nil {
			fmt.Fprintln(t, strings.Join(r.rebuildRow(), "\t"))
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
		if r.Rebuild != nil {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(r.rebuildRow(), " | "))
		}
	}
	return os.WriteFile(path, []byte(b.String()+rebuildsEnd+tail), 0o644)
}
