package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dopt/internal/catalog"
	"dopt/internal/config"
	"dopt/internal/report"
	"dopt/internal/system"
	"dopt/passes"
	"dopt/transform"
)

func explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "tell what a pass does, why, and when it does not",
		ArgsUsage: "PASS",
		Description: `Prints the page of a pass and an example, made by the pass itself.

   dopt explain merge`,
		Flags:        []cli.Flag{colorFlag()},
		Action:       explain,
		BashComplete: completePasses,
		OnUsageError: usageError,
	}
}

func explain(c *cli.Context) error {
	if c.NArg() != 1 {
		return errors.New("explain wants the name of one pass: see dopt passes")
	}
	name := c.Args().First()
	i := slices.IndexFunc(passes.All(), func(p *transform.Pass) bool { return p.Name == name })
	if i < 0 {
		return config.OneOf(name, passNames())
	}
	p := passes.All()[i]
	fmt.Fprintln(c.App.Writer, strings.TrimSpace(p.Doc))
	if p.Example == "" {
		return nil
	}
	doc, err := transform.Parse("Dockerfile", []byte(p.Example))
	if err != nil {
		return err
	}
	pipeline := &transform.Pipeline{
		Passes: []*transform.Pass{p}, Validators: validators(), Bases: catalog.Bases(), Packages: system.Packages(),
		Level: transform.Aggressive, Settings: transform.Settings{FormatAll: true},
	}
	result, err := pipeline.Run(doc, nil)
	if err != nil {
		return err
	}
	o, err := printerOptions(c)
	if err != nil {
		return err
	}
	fmt.Fprint(c.App.Writer, "\nExample\n\n")
	return report.New("text", c.App.Writer, o).File(report.File{Path: doc.Name, Result: result})
}

func passNames() []string {
	var names []string
	for _, p := range passes.All() {
		names = append(names, p.Name)
	}
	return names
}
