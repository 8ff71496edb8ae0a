// Command generate writes the tables of facts that the catalog embeds.
//
// It reads the indexes of Debian's releases through the machine's own apt, and the package lists of official
// images below --data. Downloads are kept in the user's cache folder, so that a run that was
// stopped goes on where it was. The same inputs give the same bytes. With --wheels it asks the package index of Python instead
// which wheels there are, through pip.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"dopt/internal/catalog/debian"
)

// What is written by hand.
var (
	//go:embed recipes.txt
	recipesText string
	//go:embed explained.txt
	explainedText string
	//go:embed needs.txt
	needsText string
)

func main() {
	o := options{recipes: recipesText, explained: explainedText, needs: needsText, log: os.Stderr}
	flag.StringVar(&o.data, "data", envOr("DOPT_DATA", "../shared/data"), "folder with the facts on official images (DOPT_DATA)")
	flag.StringVar(&o.out, "out", "internal/catalog/data", "folder of the tables")
	flag.StringVar(&o.report, "report", "docs/catalog-ground-truth.md", "file of the comparison with known lists")
	flag.StringVar(&o.cache, "cache", "", "folder of the downloads (default: in the user's cache folder)")
	flag.BoolVar(&o.check, "check", false, "write nothing, print what would change")
	flag.BoolVar(&o.wheels, "wheels", false, "ask the package index of Python which wheels there are, write that and nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func envOr(name, value string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return value
}

// run makes all tables, and writes or compares them.
func run(ctx context.Context, o options) error {
	if o.cache == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		o.cache = filepath.Join(cache, "dopt", "catalog")
	}
	if o.wheels {
		return writeWheels(ctx, o)
	}
	a, err := openArchive(ctx, o.cache, debian.Releases, o.log)
	if err != nil {
		return err
	}
	f, err := collect(ctx, o, a)
	if err != nil {
		return err
	}
	if o.check {
		return f.compare(o)
	}
	return f.write(o)
}
