package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/urfave/cli/v2"

	"dopt/internal/testbed"
)

var runCommand = &cli.Command{
	Name:      "run",
	Usage:     "build example projects before and after a rewrite, run and compare both",
	ArgsUsage: "[CASE…]",
	Flags: []cli.Flag{
		&cli.PathFlag{Name: "examples", Value: "examples", Usage: "`FOLDER` of the projects"},
		&cli.BoolFlag{Name: "ci", Usage: "build the fixed few that CI builds"},
		&cli.StringSliceFlag{Name: "level", Value: cli.NewStringSlice("safe"), Usage: "`LEVEL` of the rewrite, or \"" + expertName + "\" for " + expertFile + " as it is; several with commas"},
		&cli.IntFlag{Name: "jobs", Value: 2, Usage: "`CASES` at a time"},
		&cli.DurationFlag{Name: "budget", Usage: "stop after this `TIME` and say what was left out; 0 is no limit"},
		&cli.IntFlag{Name: "patience", Value: 1, Usage: "give checks this `NUMBER` of times their time limit, on a busy machine"},
		&cli.IntFlag{Name: "tries", Value: 1, Usage: "build up to this `NUMBER` of variants: add packages that are missing, drop changes that do not hold"},
		&cli.BoolFlag{Name: "rebuilds", Usage: "edit the source and build again, too"},
		&cli.BoolFlag{Name: "cold", Usage: "build without the build cache, so that times can be compared"},
		&cli.IntFlag{Name: "limit", Usage: "make at most this `NUMBER` of changes, to find the one that breaks a project; 0 is no limit"},
		&cli.StringSliceFlag{Name: "skip", Usage: "leave this `PASS` out"},
		&cli.PathFlag{Name: "json", Usage: "keep the results in this `FILE`: rows that are there and are not built again stay"},
		&cli.BoolFlag{Name: "outdated", Usage: "build only what has changed since its row was written to --json"},
		&cli.PathFlag{Name: "markdown", Usage: "write the results as a page to this `FILE`"},
		&cli.PathFlag{Name: "performance", Usage: "write the rebuilds into their place in this `FILE`"},
		&cli.BoolFlag{Name: "verbose", Usage: "show BuildKit's progress"},
	},
	Action: runCases,
}

// ciCases are built on each change: each language, few base images, the quickest first.
var ciCases = []string{"c-hello", "go-hello", "express-api", "flask-postgres", "rust-wordcount", "go-vendored", "ts-orders", "java-ledger"}

func runCases(c *cli.Context) error {
	variants, err := variantsOf(c.StringSlice("level"))
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
	kept, err := readResults(c.Path("json"))
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
		bed: bed, reach: &reach{bed: bed}, verbose: c.Bool("verbose"), skip: c.StringSlice("skip"), limit: c.Int("limit"),
		rebuilds: c.Bool("rebuilds"), cold: c.Bool("cold"), tries: c.Int("tries"), patience: c.Int("patience"),
	}
	if c.Bool("outdated") {
		h.kept = kept
	}
	results, err := h.all(ctx, cases, variants, c.Int("jobs"))
	printTable(os.Stdout, results)
	if h.rebuilds {
		printRebuilds(os.Stdout, results)
	}
	rows := merge(kept, results)
	if err = errors.Join(err, markOutdated(rows, c.Path("examples")), save(c, rows)); err != nil {
		return err
	}
	return outcome(results)
}

// save writes the files that are asked for.
func save(c *cli.Context, results []Result) error {
	var err error
	for _, out := range []struct {
		path  string
		write func(string, []Result) error
	}{{c.Path("json"), writeJSON}, {c.Path("markdown"), writeMarkdown}, {c.Path("performance"), writeRebuilds}} {
		if out.path != "" {
			err = errors.Join(err, out.write(out.path, results))
		}
	}
	return err
}

// outcome is nil if nothing failed; a check that hangs or a base image that is missing says nothing about the project, and is
// an error of its own.
func outcome(results []Result) error {
	var err error
	for _, r := range results {
		switch r.Status {
		case Hangs, NoBase:
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
	// variant is what is built beside the project's own Dockerfile; again says that this one has been built for another variant.
	variant variant
	again   bool
	// skip names the passes that are left out.
	skip []string
	// limit is the largest number of fixes to make; 0 is no limit.
	limit int
	// rebuilds asks for a build after an edit of the source, cold for builds without the build cache.
	rebuilds, cold bool
	// tries bounds how many variants of a rewrite are built.
	tries int
	// patience multiplies the time limits of checks.
	patience int
	// kept are rows that need not be made again while what they were made of is the same.
	kept    []Result
	verbose bool
}

// errTime ends a run whose time is up.
var errTime = errors.New("the time was up")

// all runs the cases, some at a time; the results are in the order of the cases. The error is about
// the test bed, and ends the run.
func (h *harness) all(ctx context.Context, cases []*Case, variants []variant, jobs int) ([]Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([][]Result, len(cases))
	next := make(chan int)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for i := range next {
				rows, err := h.runCase(ctx, cases[i], variants)
				if err != nil {
					cancel(fmt.Errorf("%s: %w", cases[i].Name, err))
				}
				results[i] = rows
			}
		})
	}
	for i, c := range cases {
		select {
		case next <- i:
			fmt.Fprintf(os.Stderr, "%-24s begins\n", c.Name)
		case <-ctx.Done():
			for _, v := range variants {
				results[i] = append(results[i], leftOut(ctx, c, v))
			}
		}
	}
	close(next)
	workers.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, errTime) {
		return slices.Concat(results...), err
	}
	return slices.Concat(results...), nil
}

// runCase makes the rows of a case. The error is about the test bed.
func (h *harness) runCase(ctx context.Context, c *Case, variants []variant) ([]Result, error) {
	var rows []Result
	for i, v := range variants {
		if ctx.Err() != nil {
			rows = append(rows, leftOut(ctx, c, v))
			continue
		}
		one := *h
		one.variant, one.again = v, i > 0
		r, err := one.run(ctx, c, rows)
		fmt.Fprintf(os.Stderr, "%-24s %-10s %-14s %s -> %s MB in %.0f s  %s\n", r.Case, r.Level, r.Status, megabytes(r.Before), megabytes(r.After), r.Seconds, r.Reason)
		if rows = append(rows, r); err != nil {
			return rows, err
		}
	}
	return rows, nil
}
