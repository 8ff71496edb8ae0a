package trial

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"dopt/internal/verify/compare"
	"dopt/internal/verify/edit"
	"dopt/internal/verify/result"
	"dopt/transform"
	"dopt/transform/rebuild"
)

// measureRebuild fills in what an edit of the source builds again, where that is asked for.
func (t *Trial) measureRebuild(ctx context.Context, report *transform.Report) (err error) {
	if t.Rebuilds > 0 && t.Project != nil {
		t.result.Rebuild, err = t.rebuild(ctx, report)
	}
	return err
}

// rebuild edits the source of a project that has been built both ways, and builds both again; where they are the same, one of them.
func (t *Trial) rebuild(ctx context.Context, report *transform.Report) (*result.Rebuild, error) {
	edited, err := edit.MostEdited(t.Project)
	if err != nil {
		t.log("no rebuild is measured: " + err.Error())
		return nil, nil
	}
	r := &result.Rebuild{Edited: edited}
	for _, side := range []struct {
		name  string
		doc   *transform.Document
		files map[string][]byte
		again *result.Again
	}{
		{"original", report.Before, map[string][]byte{}, &r.Before},
		{"rewritten file", report.After, t.changes(report), &r.After},
	} {
		if side.again == &r.After && !report.Changed() {
			r.After = r.Before
			break
		}
		t.log(fmt.Sprintf("building the %s again after an edit of %s", side.name, edited))
		if *side.again, err = t.again(ctx, edited, side.doc, side.files); err != nil {
			return nil, fmt.Errorf("the %s after an edit of %s: %w", side.name, edited, err)
		}
	}
	return r, nil
}

// again edits a file and builds a document with files put over the context, some times over.
func (t *Trial) again(ctx context.Context, edited string, doc *transform.Document, files map[string][]byte) (result.Again, error) {
	again := result.Again{Predicted: []string{}, Steps: []result.Step{}, Runs: []float64{}}
	for _, in := range rebuild.After(doc, edited) {
		again.Predicted = append(again.Predicted, strings.Join(strings.Fields(in.Text().Text), " "))
	}
	text, err := fs.ReadFile(t.Project, edited)
	if err != nil {
		return again, err
	}
	cached := *t
	cached.Cold = false // it is the build cache that is measured
	for range t.Rebuilds {
		// No edit is like another: neither an earlier run nor the other Dockerfile has left this one's steps in the cache.
		files[edited] = edit.Comment(edited, text, "edited "+time.Now().Format(time.RFC3339Nano))
		a := &attempt{}
		if err := cached.build(ctx, a, doc, files, nil); err != nil {
			return again, err
		}
		if a.built == nil {
			return again, fmt.Errorf("it does not build: %s", a.faults[0].Message)
		}
		again.Runs = append(again.Runs, a.built.Seconds)
		again.Steps = stepsThatRan(doc, a)
	}
	sorted := slices.Sorted(slices.Values(again.Runs))
	again.Seconds = sorted[len(sorted)/2]
	return again, nil
}

// stepsThatRan are the steps of instructions that were not in the build cache.
func stepsThatRan(doc *transform.Document, a *attempt) []result.Step {
	steps := []result.Step{}
	for _, s := range compare.Steps(doc, a.built.Vertices) {
		if !s.Ran {
			continue
		}
		step := result.Step{Name: s.Text, Start: s.Started.Seconds(), Seconds: (s.Ended - s.Started).Seconds()}
		if s.Instruction != nil {
			step.Line, _ = doc.Position(s.Instruction.Span.Start)
		}
		steps = append(steps, step)
	}
	return steps
}
