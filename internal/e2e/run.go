package main

import (
	"context"
	"errors"
	"fmt"
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
		skip: c.StringSlice("skip"), limit: c.Int("limit"), rebuilds: c.Bool("rebuilds"), patience: c.Int("patience"),
	}
	if h.prober, err = bed.Prober(ctx); err != nil {
		return err
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
	bed    *testbed.Bed
	reach  *reach
	prober verify.Stored
	level  transform.Level
	// skip names the passes that are left out.
	skip []string
	// limit is the largest number of fixes to make; 0 is no limit.
	limit int
	// rebuilds asks for a build after an edit of the source.
	rebuilds bool
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
	var failed *verify.BuildError
	switch {
	case err == nil:
	case ctx.Err() != nil:
		r.Status, r.Reason = LeftOut, context.Cause(ctx).Error()
	case errors.As(err, &failed) && !verify.IsFull(err):
		h.explain(ctx, c, &r, err, failed)
	default:
		r.Status, r.Reason = Failed, err.Error()
		return r, err
	}
	return r, nil
}

// explain tells a project that does not build from one whose packages are out of reach.
func (h *harness) explain(ctx context.Context, c *Case, r *Result, err error, failed *verify.BuildError) {
	r.Status = Failed
	r.Reason = fmt.Sprintf("%v: %s", err, strings.TrimSpace(failed.Output[max(0, len(failed.Output)-shownOutput):]))
	if r.SmokeBefore != "" {
		return // it did build unmodified
	}
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
	report, err := h.rewrite(c)
	if err != nil {
		r.Status, r.Reason = Failed, "the rewrite fails: "+err.Error()
		return nil
	}
	r.Changes = report.Count(transform.StatusApplied)
	before, err := h.build(ctx, c, report.Before, nil)
	if err != nil {
		return fmt.Errorf("before: %w", err)
	}
	r.Before = before.Size()
	failure, err := h.smoke(ctx, c, before)
	if err != nil {
		return err
	}
	if r.SmokeBefore = failure.verdict(); failure.reason != "" {
		r.Status, r.Reason = failure.status(), "before: "+failure.reason
		return nil
	}
	after, err := h.build(ctx, c, report.After, rewritten(c, report))
	if err != nil {
		return fmt.Errorf("after: %w", err)
	}
	r.After = after.Size()
	if failure, err = h.smoke(ctx, c, after); err != nil {
		return err
	}
	if r.SmokeAfter = failure.verdict(); failure.reason != "" {
		r.Status, r.Reason = failure.status(), "after: "+failure.reason
		return nil
	}
	if h.rebuilds {
		if r.Rebuild, err = h.rebuild(ctx, c, report); err != nil {
			return err
		}
	}
	short, err := h.short(ctx, c, report, before, after)
	if err != nil {
		return err
	}
	switch broken := faults(report, before, after); {
	case len(broken) > 0:
		r.Status, r.Reason = Failed, strings.Join(append(broken, short...), "; ")
	case len(short) > 0:
		r.Status, r.Reason = Short, strings.Join(short, "; ")
	default:
		r.Status = Passed
	}
	return nil
}

func (h *harness) rewrite(c *Case) (*transform.Report, error) {
	path := filepath.Join(c.Dir, c.Dockerfile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := transform.Parse(path, text)
	if err != nil {
		return nil, err
	}
	pipeline := &transform.Pipeline{
		Passes:     slices.DeleteFunc(passes.All(), func(p *transform.Pass) bool { return slices.Contains(h.skip, p.Name) }),
		Validators: []transform.Validator{llb.New(), ignore.New()}, Bases: catalog.Bases(), Packages: system.Packages(),
		Level: h.level, Limit: h.limit,
	}
	if c.Target != "" {
		pipeline.Settings.Targets = []string{c.Target}
	}
	files := project.NewContext(c.Dir)
	defer files.Close()
	return pipeline.Run(doc, project.New(files, filepath.ToSlash(c.Dockerfile), nil, nil))
}

// rewritten returns the files of the build context that a rewrite leaves other than they were, the
// Dockerfile among them: a build that copies the whole context copies it, too.
func rewritten(c *Case, report *transform.Report) map[string][]byte {
	files := map[string][]byte{filepath.ToSlash(c.Dockerfile): report.After.Src}
	for _, f := range report.Files {
		files[f.Path] = f.After
	}
	return files
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

// build builds a case from its context with some files put over it.
func (h *harness) build(ctx context.Context, c *Case, doc *transform.Document, files map[string][]byte) (*verify.Image, error) {
	image, _, err := h.trace(ctx, c, doc, files)
	return image, err
}

// trace builds as build does, and tells the steps, too.
func (h *harness) trace(ctx context.Context, c *Case, doc *transform.Document, files map[string][]byte) (*verify.Image, []verify.Vertex, error) {
	images, err := h.bed.Images(ctx, bases(c, doc)...)
	if err != nil {
		return nil, nil, err
	}
	r := verify.Request{
		Dir: c.Dir, Dockerfile: doc.Src, Overlay: files, Name: c.Dockerfile, Args: testbed.ProxyArgs(), Target: c.Target,
		Images: images, BuiltinFrontend: !testbed.Registry(),
	}
	for name, value := range c.BuildArgs {
		r.Args[name] = value
	}
	if h.verbose {
		r.Progress = os.Stderr
	}
	return h.bed.Builder.Trace(ctx, r, h.bed.Store)
}
