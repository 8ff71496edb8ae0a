// Command languagecheck holds what the catalog says of Python packages against reality: it installs them from their sources in
// a slim image with the packages that the catalog names, and without. "make catalog-verify" calls it.
//
// Half of the packages are named here, the other half is drawn from the catalog with a fixed seed. What was
// found is kept in the user's cache folder after each package, so that a run that was stopped goes on where it was.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	var o options
	flag.IntVar(&o.count, "n", 60, "number of packages, half of them drawn")
	flag.IntVar(&o.heldOut, "held-out", 0, "number of packages that are drawn beside those with another seed")
	flag.Uint64Var(&o.seed, "seed", 20261121, "seed of the draw")
	flag.StringVar(&o.results, "results", "", "file of the results (default: in the user's cache folder)")
	flag.StringVar(&o.report, "report", "docs/catalog-languages.md", "file of the table")
	flag.DurationVar(&o.budget, "budget", 0, "time after which no further package is begun; 0 is no limit")
	flag.DurationVar(&o.limit, "limit", 8*time.Minute, "time that one build may take: longer ones are undecided")
	flag.BoolVar(&o.tableOnly, "table", false, "build nothing, write the table of what was found")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "languagecheck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.results == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		o.results = filepath.Join(cache, "dopt", "languagecheck.json")
	}
	found, err := readResults(o.results)
	if err != nil {
		return err
	}
	if !o.tableOnly {
		if err := checkAll(ctx, o, found); err != nil {
			return err
		}
	}
	return os.WriteFile(o.report, []byte(table(found)), 0o644)
}
