package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"dopt/internal/catalog"
	"dopt/internal/project"
	"dopt/internal/system"
	"dopt/internal/testbed"
	"dopt/internal/verify"
	"dopt/internal/verify/repair"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
	"dopt/internal/verify/trial"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/ignore"
	"dopt/transform/validate/llb"
)

var runCommand = &cli.Command{
	Name:      "run",
	Usage:     "build example projects before and after a rewrite, run and compare both",
	ArgsUsage: "[CASE…]",
	Flags: []cli.Flag{
		&cli.PathFlag{Name: "examples", Value: "examples", Usage: "`FOLDER` of the projects"},
		&cli.BoolFlag{Name: "ci", Usage: "build the fixed few that CI builds"},
		&cli.StringFlag{Name: "level", Value: "safe", Usage: "`LEVEL` of the rewrite"},
		&cli.IntFlag{Name: "jobs", Value: 2, Usage: "`CASES` at a time"},
		&cli.DurationFlag{Name: "budget", Usage: "stop after this `TIME` and say what was left out; 0 is no limit"},
		&cli.IntFlag{Name: "patience", Value: 1, Usage: "give checks this `NUMBER` of times their time limit, on a busy machine"},
		&cli.IntFlag{Name: "tries", Value: 1, Usage: "build up to this `NUMBER` of variants: add packages that are missing, drop changes that do not hold"},
		&cli.BoolFlag{Name: "rebuilds", Usage: "edit the source and build again, too"},
		&cli.IntFlag{Name: "limit", Usage: "make at most this `NUMBER` of changes, to find the one that breaks a project; 0 is no limit"},
		&cli.StringSliceFlag{Name: "skip", Usage: "leave this `PASS` out"},
		&cli.PathFlag{Name: "json", Usage: "write the results to this `FILE`"},
		&cli.PathFlag{Name: "markdown", Usage: "write the results as a page to this `FILE`"},
		&cli.PathFlag{Name: "performance", Usage: "write the rebuilds into their place in this `FILE`"},
		&cli.BoolFlag{Name: "verbose", Usage: "show BuildKit's progress"},
	},
	Action: runCases,
}

// ciCases are built on each change: each language, few base images, the quickest first.
var ciCases = []string{"c-hello", "go-hello", "express-api", "flask-postgres", "rust-wordcount", "go-vendored", "ts-orders", "java-ledger"}

func runCases(c *cli.Context) error {
	level, err := transform.ParseLevel(c.String("level"))
	if err != nil {
		return err
	}
	names := c.Args().Slice()
	if c.Bool("ci") {
		names = ciCases
	}
	cases, err := loadCases(c.Path("examples"), names)
	if err != nil {
		return err
	}
	bed, err := testbed.Start(c.Context)
	if err != nil {
		return err
	}
	defer bed.Close()
	ctx := c.Context
	if budget := c.Duration("budget"); budget > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, budget, errTime)
		defer cancel()
		ctx = limited
	}
	h := &harness{
		bed: bed, reach: &reach{bed: bed}, level: level, verbose: c.Bool("verbose"),
		skip: c.StringSlice("skip"), limit: c.Int("limit"), rebuilds: c.Bool("rebuilds"), tries: c.Int("tries"), patience: c.Int("patience"),
	}
	results, err := h.all(ctx, cases, c.Int("jobs"))
	printTable(os.Stdout, results)
	if h.rebuilds {
		printRebuilds(os.Stdout, results)
	}
	for _, out := range []struct {
		path  string
		write func(string, []Result) error
	}{{c.Path("json"), writeJSON}, {c.Path("markdown"), writeMarkdown}, {c.Path("performance"), writeRebuilds}} {
		if out.path != "" {
			err = errors.Join(err, out.write(out.path, results))
		}
	}
	if err != nil {
		return err
	}
	return outcome(results)
}

// outcome is nil if nothing failed; a check that hangs says nothing about the image, and is an error of its own.
func outcome(results []Result) error {
	var err error
	for _, r := range results {
		switch r.Status {
		case Hangs:
			return fmt.Errorf("%s: %s", r.Case, r.Reason)
		case Failed, Short:
			err = errFailed
		}
	}
	return err
}

// A harness builds cases.
type harness struct {
	bed   *testbed.Bed
	reach *reach
	level transform.Level
	// skip names the passes that are left out.
	skip []string
	// limit is the largest number of fixes to make; 0 is no limit.
	limit int
	// rebuilds asks for a build after an edit of the source.
	rebuilds bool
	// tries bounds how many variants of a rewrite are built.
	tries int
	// patience multiplies the time limits of checks.
	patience int
	verbose  bool
}

// errTime ends a run whose time is up.
var errTime = errors.New("the time was up")

// all runs the cases, some at a time; the results are in the order of the cases. The error is about
// the test bed, and ends the run.
func (h *harness) all(ctx context.Context, cases []*Case, jobs int) ([]Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]Result, len(cases))
	next := make(chan int)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for i := range next {
				r, err := h.run(ctx, cases[i])
				if err != nil {
					cancel(fmt.Errorf("%s: %w", cases[i].Name, err))
				}
				results[i] = r
				fmt.Fprintf(os.Stderr, "%-24s %-14s %s -> %s MB in %.0f s  %s\n", r.Case, r.Status, megabytes(r.Before), megabytes(r.After), r.Seconds, r.Reason)
			}
		})
	}
	for i, c := range cases {
		select {
		case next <- i:
			fmt.Fprintf(os.Stderr, "%-24s begins\n", c.Name)
		case <-ctx.Done():
			results[i] = h.result(c)
			results[i].Status, results[i].Reason = LeftOut, context.Cause(ctx).Error()
		}
	}
	close(next)
	workers.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, errTime) {
		return results, err
	}
	return results, nil
}

func (h *harness) result(c *Case) Result {
	return Result{Case: c.Name, Language: c.Language, Description: c.Description, Level: h.level.String()}
}

// run builds one case before and after, and checks both. The error is about the test bed.
func (h *harness) run(ctx context.Context, c *Case) (Result, error) {
	start := time.Now()
	r := h.result(c)
	err := h.compare(ctx, c, &r)
	r.Seconds = time.Since(start).Seconds()
	switch {
	case err == nil && r.Status == Failed && r.SmokeBefore == "":
		h.explain(ctx, c, &r)
	case err == nil:
	case ctx.Err() != nil:
		r.Status, r.Reason = LeftOut, context.Cause(ctx).Error()
	default:
		r.Status, r.Reason = Failed, err.Error()
		return r, err
	}
	return r, nil
}

// explain tells a project that does not build unmodified from one whose packages are out of reach.
func (h *harness) explain(ctx context.Context, c *Case, r *Result) {
	for _, need := range c.Needs {
		if h.reach.source(ctx, need) != nil {
			r.Status, r.Reason = NotBuilt, need+" cannot be reached from inside a build"
			return
		}
	}
}

func (h *harness) compare(ctx context.Context, c *Case, r *Result) error {
	if c.NotBuiltReason != "" {
		r.Status, r.Reason = NotBuilt, c.NotBuiltReason
		return nil
	}
	files := project.NewContext(c.Dir)
	defer files.Close()
	source := project.New(files, filepath.ToSlash(c.Dockerfile), nil, nil)
	t := h.trial(c, source)
	o, err := t.Run(ctx)
	if o != nil {
		h.fill(r, o)
	}
	if err != nil || r.Status != "" {
		return err
	}
	short, err := h.short(ctx, c, o)
	switch {
	case err != nil:
		return err
	case len(short) > 0:
		r.Status, r.Reason = Short, strings.Join(short, "; ")
	default:
		r.Status = Passed
	}
	return nil
}

// trial puts a case's rewrite to the test as dopt verify does, on stand-ins for its base images.
func (h *harness) trial(c *Case, source *project.Project) *trial.Trial {
	t := &trial.Trial{
		Build:   trial.On(h.bed.Builder, h.bed.Store),
		Rewrite: func(v trial.Variant) (*transform.Report, error) { return h.rewrite(c, source, v) },
		Request: verify.Request{
			Dir: c.Dir, Name: c.Dockerfile, Args: testbed.ProxyArgs(), Target: c.Target, BuiltinFrontend: !testbed.Registry(),
		},
		Images: func(ctx context.Context, doc *transform.Document) (verify.Images, error) {
			return h.bed.Images(ctx, bases(c, doc)...)
		},
		Suite:   &smoke.Suite{Checks: slices.Clone(c.Smoke), Patience: h.patience},
		Project: source, Sizes: true, MaxTries: max(1, h.tries), MaxRepairs: h.tries / 2, Diagnose: repair.Diagnose, Search: repair.Search,
	}
	maps.Copy(t.Request.Args, c.BuildArgs)
	if h.rebuilds {
		t.Rebuilds = 1
	}
	if h.verbose {
		t.Request.Progress.Writer = os.Stderr
	}
	return t
}

// fill takes over what a trial found out; the status stays empty where the rewrite holds.
func (h *harness) fill(r *Result, o *trial.Outcome) {
	found := o.Result
	r.Changes, r.Rebuild = len(found.Changes), found.Rebuild
	r.Tries, r.Repairs, r.Drops = len(found.Tries), len(found.Repairs), len(found.Dropped())
	if o.Before != nil {
		r.Before = o.Before.Size()
	}
	if o.After != nil {
		r.After = o.After.Size()
	}
	r.SmokeBefore, r.SmokeAfter = verdicts(found.Tests)
	for _, t := range found.Tests {
		switch {
		case t.Before != nil && !t.Before.Passed:
			r.Status, r.Reason = failed(t.Before), "before: "+describe(t, t.Before)
		case t.After != nil && !t.After.Passed:
			r.Status, r.Reason = failed(t.After), "after: "+describe(t, t.After)
		default:
			continue
		}
		return
	}
	switch found.Verdict {
	case result.Broken, result.Original:
		r.Status, r.Reason = Failed, found.Reason+shown(found.Faults[0].Output)
	case result.Unchanged:
		r.After, r.SmokeAfter = r.Before, r.SmokeBefore
	}
	for _, f := range o.Report.Findings {
		if f.Status == transform.StatusRejected {
			r.Status, r.Reason = Failed, fmt.Sprintf("line %d: pass %s, %s: rejected: %v", f.Line, f.Pass, f.Kind, f.Reasons)
		}
	}
}

// rewrite runs the pipeline over a case.
func (h *harness) rewrite(c *Case, source *project.Project, v trial.Variant) (*transform.Report, error) {
	path := filepath.Join(c.Dir, c.Dockerfile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := transform.Parse(path, text)
	if err != nil {
		return nil, err
	}
	pipeline := h.pipeline(c)
	v.Apply(pipeline)
	return pipeline.Run(doc, source)
}

// pipeline returns the pipeline that rewrites a case, nil for none.
func (h *harness) pipeline(c *Case) *transform.Pipeline {
	p := &transform.Pipeline{
		Passes:     slices.DeleteFunc(passes.All(), func(p *transform.Pass) bool { return slices.Contains(h.skip, p.Name) }),
		Validators: []transform.Validator{llb.New(), ignore.New()}, Bases: catalog.Bases(), Packages: system.Packages(),
		Level: h.level, Limit: h.limit,
	}
	if c != nil && c.Target != "" {
		p.Settings.Targets = []string{c.Target}
	}
	return p
}

// bases returns the images that a Dockerfile of a case builds on: the case's own, and those that a
// rewrite has put in their place. What depends on a build argument is the case's to name.
func bases(c *Case, doc *transform.Document) []string {
	refs := slices.Clone(c.Bases)
	for _, stage := range doc.Stages {
		known := slices.Contains(refs, stage.Base) || stage.Base == "scratch" || doc.StageOf(stage.Base, stage) != nil
		if !known && !strings.Contains(stage.Base, "$") {
			refs = append(refs, stage.Base)
		}
	}
	return refs
}
