package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"dopt/passes"
)

func passesCommand() *cli.Command {
	return &cli.Command{
		Name:  "passes",
		Usage: "list the passes in the order in which they run",
		Description: `Each line has the name, the lowest level at which the pass changes something,
and what it does. The names are those of --only and --skip.`,
		Action: func(c *cli.Context) error {
			w := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', 0)
			for _, p := range passes.All() {
				fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Level, p.Title())
			}
			return w.Flush()
		},
		OnUsageError: usageError,
	}
}
