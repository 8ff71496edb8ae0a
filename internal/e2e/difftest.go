package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"dopt/internal/difftest"
	"dopt/internal/testbed"
	"dopt/transform"
)

var difftestCommand = &cli.Command{
	Name:  "difftest",
	Usage: "build random programs before and after a rewrite, and compare",
	Flags: []cli.Flag{
		&cli.Uint64Flag{Name: "n", Value: 100, Usage: "how many `PROGRAMS`"},
		&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`SEED` of the first program; each further one has the next"},
		&cli.StringFlag{Name: "level", Value: "safe", Usage: "`LEVEL` of the rewrite"},
		&cli.BoolFlag{Name: "cache-mounts", Usage: "keep downloads in cache mounts"},
		&cli.IntFlag{Name: "jobs", Value: 3, Usage: "`BUILDS` at a time"},
		&cli.DurationFlag{Name: "budget", Usage: "stop after this `TIME` and say how many were left out; 0 is no limit"},
		&cli.PathFlag{Name: "out", Value: "golden/pipeline", Usage: "`FOLDER` for golden cases of faults"},
	},
	Action: func(c *cli.Context) error {
		level, err := transform.ParseLevel(c.String("level"))
		if err != nil {
			return err
		}
		bed, err := testbed.Start(c.Context)
		if err != nil {
			return err
		}
		defer bed.Close()
		lab, err := difftest.NewLab(c.Context, bed, difftest.Rewrite)
		if err != nil {
			return err
		}
		t := &campaign{lab: lab, level: level, cacheMounts: c.Bool("cache-mounts"), out: c.Path("out"), counts: map[difftest.Verdict]int{}}
		return t.run(c.Context, c.Uint64("seed"), c.Uint64("n"), c.Int("jobs"), c.Duration("budget"))
	},
}

// A campaign is a run of many programs.
type campaign struct {
	lab         *difftest.Lab
	level       transform.Level
	cacheMounts bool
	out         string

	mu     sync.Mutex
	counts map[difftest.Verdict]int
	// err is the first fault of the test bed.
	err error
}

func (t *campaign) run(ctx context.Context, seed, n uint64, jobs int, budget time.Duration) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := time.Now()
	seeds := make(chan uint64)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for s := range seeds {
				if err := t.check(ctx, s); err != nil {
					t.fail(err)
					cancel()
				}
			}
		})
	}
	made := uint64(0)
	for ; made < n && ctx.Err() == nil && (budget == 0 || time.Since(start) < budget); made++ {
		select {
		case seeds <- seed + made:
		case <-ctx.Done():
		}
	}
	close(seeds)
	workers.Wait()
	if t.err != nil {
		return t.err
	}
	fmt.Printf("%d programs from seed %d in %s: %d same, %d unchanged, %d broken, %d different; %d left out for lack of time\n",
		made, seed, time.Since(start).Round(time.Second), t.counts[difftest.Same], t.counts[difftest.Unchanged],
		t.counts[difftest.Broken], t.counts[difftest.Different], n-made)
	if t.counts[difftest.Different] > 0 {
		return errFailed
	}
	return nil
}

func (t *campaign) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = err
	}
}

// check checks one program, and reports and keeps it if it is different.
func (t *campaign) check(ctx context.Context, seed uint64) error {
	p := difftest.Generate(seed)
	p.Level, p.CacheMounts = t.level, t.cacheMounts
	r, err := t.lab.Check(ctx, p)
	if err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	t.count(r.Verdict)
	if r.Verdict == difftest.Broken && os.Getenv("DIFFTEST_VERBOSE") != "" {
		fmt.Printf("seed %d: broken: %s\n", seed, r.Differences)
	}
	if r.Verdict != difftest.Different {
		return nil
	}
	p, r, err = t.lab.Minimize(ctx, p)
	if err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	path := filepath.Join(t.out, fmt.Sprintf("difftest-%d.txtar", seed))
	fmt.Printf("seed %d: different (%s)\n--- before\n%s\n--- after\n%s\n  %s\n", seed, path, r.Before, r.After, strings.Join(r.Differences, "\n  "))
	return os.WriteFile(path, difftest.Case(p, r), 0o644)
}

func (t *campaign) count(v difftest.Verdict) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[v]++
	total := 0
	for _, n := range t.counts {
		total += n
	}
	if total%25 == 0 {
		fmt.Fprintf(os.Stderr, "%d programs: %v\n", total, t.counts)
	}
}
