package main

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"dopt/internal/catalog"
	"dopt/internal/catalog/facts"
	"dopt/internal/driver"
	"dopt/internal/needs"
)

func needsCommand() *cli.Command {
	return &cli.Command{
		Name:      "needs",
		Usage:     "list what the build and the finished image of a Dockerfile use of the system",
		ArgsUsage: "[DOCKERFILE]",
		Description: `Commands, libraries, files, users and packages, each with the line that says so,
and what cannot be told. Nothing is executed.

   dopt needs                       of ./Dockerfile
   dopt needs --context . a/Dockerfile`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "context", TakesFile: true, Usage: "the `FOLDER` of the build context, as for dopt rewrite"},
			formatFlag("text or json"),
		},
		Action:       printNeeds,
		OnUsageError: usageError,
	}
}

// printNeeds prints what the shipping stages of a Dockerfile use.
func printNeeds(c *cli.Context) error {
	if c.NArg() > 1 {
		return errors.New("needs wants one Dockerfile")
	}
	format, err := oneOf(c, "format", facts.Formats)
	if err != nil {
		return err
	}
	o, err := driver.Open(cmp.Or(c.Args().First(), "Dockerfile"), c.String("context"))
	if err != nil {
		return err
	}
	defer o.Close()
	for _, note := range o.Notes {
		fmt.Fprintln(c.App.ErrWriter, "dopt: "+note)
	}
	options := needs.Options{Bases: catalog.Bases(), Targets: o.Targets}
	if o.Project != nil {
		options.Files = o.Project
	}
	return needs.Print(c.App.Writer, format, needs.Of(o.Document, options))
}
