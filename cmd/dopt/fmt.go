package main

import (
	"github.com/urfave/cli/v2"

	"dopt/internal/config"
	"dopt/internal/report"
	"dopt/passes/format"
	"dopt/transform"
)

func fmtCommand() *cli.Command {
	return &cli.Command{
		Name:      "fmt",
		Usage:     "lay out Dockerfiles in one style, with the same build",
		ArgsUsage: "[PATH…|-]",
		Description: `Changes spaces, line breaks and the case of keywords, and nothing else: BuildKit
compiles the result to the same build. The files that PATH means, as for dopt
rewrite, are changed in place and listed. With - the result for standard input
goes to standard output, which is what editors want; on an error nothing does.

   dopt fmt                       all Dockerfiles below the current folder
   dopt fmt --check               list the files that would change, exit code 1
   dopt fmt --diff Dockerfile     show what would change
   dopt fmt - < Dockerfile`,
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "check", DisableDefaultText: true, Category: outputFlags, Usage: "change nothing, list the files that would change, exit with 1 if there are any"},
			&cli.BoolFlag{Name: "diff", DisableDefaultText: true, Category: outputFlags, Usage: "change nothing, print diffs"},
		}, commonFlags()...),
		Action:       formatFiles,
		BashComplete: completeValues,
		OnUsageError: usageError,
	}
}

func formatFiles(c *cli.Context) error {
	b, err := newBatch(c, "formatting")
	if err != nil {
		return err
	}
	level := transform.Layout
	b.options.Choice = config.Config{Level: &level, Only: []string{format.Pass.Name}}
	b.options.FormatAll = true
	dry := b.check || c.Bool("diff")
	switch {
	case dry:
	case c.Args().First() == "-":
		b.output = "-"
	default:
		b.options.InPlace = true
	}
	o, err := printerOptions(c)
	if err != nil {
		return err
	}
	o.Changes, o.Diff = false, c.Bool("diff")
	if o.Diff || b.quiet || b.output != "" {
		b.printer = report.New("diff", b.out, o)
	} else {
		b.printer = report.Paths(b.out)
	}
	return b.run(c)
}
