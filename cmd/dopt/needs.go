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

// printNeeds answers "dopt facts needs": what the shipping stages of a Dockerfile use.
func printNeeds(c *cli.Context) error {
	if c.NArg() > 2 {
		return errors.New("facts needs wants one Dockerfile")
	}
	format, err := oneOf(c, "format", facts.Formats)
	if err != nil {
		return err
	}
	o, err := driver.Open(cmp.Or(c.Args().Get(1), "Dockerfile"), c.String("context"))
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
