package main

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"dopt/internal/testbed"
)

var bakeCommand = &cli.Command{
	Name:      "bake",
	Usage:     "make the stand-ins for base images; those of all example projects unless some are named",
	ArgsUsage: "[IMAGE…]",
	Flags:     []cli.Flag{&cli.PathFlag{Name: "examples", Value: "examples", Usage: "`FOLDER` of the projects"}},
	Action: func(c *cli.Context) error {
		refs := c.Args().Slice()
		if len(refs) == 0 {
			cases, err := loadCases(c.Path("examples"), nil)
			if err != nil {
				return err
			}
			for _, example := range cases {
				refs = append(refs, example.Bases...)
			}
		}
		bed, err := testbed.Start(c.Context)
		if err != nil {
			return err
		}
		defer bed.Close()
		images, err := bed.Images(c.Context, refs...)
		fmt.Fprintf(os.Stderr, "%d images are there\n", len(images))
		return err
	},
}
