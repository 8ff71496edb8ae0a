package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"

	"github.com/urfave/cli/v2"

	"dopt/internal/config"
	"dopt/internal/report"
)

// The headings of the flags in help pages.
const (
	inputFlags  = "Input"
	choiceFlags = "What to change"
	outputFlags = "Output"
)

func colorFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "color", Category: outputFlags, Value: "auto",
		Usage: "`WHEN` to use colours: auto (on a terminal, unless NO_COLOR is set), always or never",
	}
}

// formatFlag says how the output is written; formats names those that there are.
func formatFlag(formats string) cli.Flag {
	return &cli.StringFlag{Name: "format", Category: outputFlags, Value: "text", Usage: "`FORMAT` of the output: " + formats}
}

// verboseFlag asks for more of the output; what says of what.
func verboseFlag(what string) cli.Flag {
	return &cli.BoolFlag{Name: "verbose", DisableDefaultText: true, Category: outputFlags, Usage: "also " + what}
}

// commonFlags are those of every command that goes through files.
func commonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: "stdin-filename", Category: inputFlags, TakesFile: true,
			Usage: "the `FILE` that standard input stands for: its name in messages, its folder for configuration and context",
		},
		&cli.IntFlag{
			Name: "jobs", Aliases: []string{"j"}, Category: inputFlags, DefaultText: "one a processor",
			Usage: "rewrite `N` files at once; the output does not depend on it",
		},
		&cli.BoolFlag{
			Name: "quiet", DisableDefaultText: true, Aliases: []string{"q"}, Category: outputFlags,
			Usage: "print nothing but errors and what was asked for",
		},
		colorFlag(),
	}
}

// jobs is how many files to rewrite at once.
func jobs(c *cli.Context) (int, error) {
	switch n := c.Int("jobs"); {
	case n < 0:
		return 0, fmt.Errorf("--jobs: %d is not a number of files", n)
	case n == 0:
		return runtime.GOMAXPROCS(0), nil
	default:
		return n, nil
	}
}

// printerOptions reads the flags about how results look.
func printerOptions(c *cli.Context) (report.Options, error) {
	o := report.Options{
		Terminal: isTerminal(c.App.Writer), Verbose: c.Bool("verbose"),
		Changes: !c.Bool("quiet"), Diff: !c.Bool("quiet") || c.IsSet("format"),
	}
	switch when := c.String("color"); when {
	case "always":
		o.Color = true
	case "auto":
		o.Color = o.Terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	default:
		if err := config.OneOf(when, []string{"auto", "always", "never"}); err != nil {
			return o, fmt.Errorf("--color: %w", err)
		}
	}
	return o, nil
}

// isTerminal reports whether a stream is shown to somebody.
func isTerminal(stream io.Writer) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// oneOf reads a flag that must be one of the names.
func oneOf(c *cli.Context, flag string, names []string) (string, error) {
	value := c.String(flag)
	if err := config.OneOf(value, names); err != nil && c.IsSet(flag) {
		return "", fmt.Errorf("--%s: %w", flag, err)
	}
	return value, nil
}

// passesOf reads a flag that lists passes.
func passesOf(c *cli.Context, flag string) ([]string, error) {
	chosen := c.StringSlice(flag)
	for _, name := range chosen {
		if !slices.Contains(passNames(), name) {
			return nil, fmt.Errorf("--%s: %w", flag, config.OneOf(name, passNames()))
		}
	}
	return chosen, nil
}
