package main

import (
	"errors"

	"github.com/urfave/cli/v2"

	"dopt/internal/catalog/facts"
	"dopt/internal/config"
)

// subjects are what facts answers about.
var subjects = []string{"image", "file", "package", "need"}

func factsCommand() *cli.Command {
	return &cli.Command{
		Name:      "facts",
		Usage:     "tell what the catalog knows of an image, a file, a package or what needs one",
		ArgsUsage: "image|file|package|need NAME",
		Description: `Each answer has its source and date. What the catalog does not know is unknown.

   dopt facts file mysql_config                  which package has a command,
   dopt facts file libpq-fe.h                    a header, a library (libpq.so.5), a
   dopt facts file /usr/share/zoneinfo           pkg-config file (libpq) or a path
   dopt facts package libpq-dev                  its sizes and what comes with it
   dopt facts image python:3.12-bookworm         its packages, and what slim lacks
   dopt facts need mysqlclient                   what a package of Python, Node.js, Ruby, PHP,
   dopt facts need ruby:pg                       Rust, Go, R or Perl needs to be built and run;
   dopt facts need lxml==4.9.1 --image IMAGE     that the image lacks

What a Dockerfile uses is told by "dopt needs".`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "release", Usage: "the Debian `RELEASE` to answer for, such as bookworm; by default all that are known"},
			&cli.StringFlag{Name: "image", Usage: "answer for the release that the tag of `IMAGE` means"},
			formatFlag("text or json"),
		},
		Action:       printFacts,
		BashComplete: func(c *cli.Context) { printLines(c, subjects) },
		OnUsageError: usageError,
	}
}

func printFacts(c *cli.Context) error {
	if c.NArg() != 2 {
		return errors.New("facts wants a subject and a name: see dopt facts --help")
	}
	format, err := oneOf(c, "format", facts.Formats)
	if err != nil {
		return err
	}
	answers, err := answers(c, c.Args().Get(0), c.Args().Get(1))
	if err != nil {
		return err
	}
	return facts.Print(c.App.Writer, format, answers)
}

func answers(c *cli.Context, subject, name string) ([]facts.Answer, error) {
	releases, err := facts.Releases(c.String("release"), c.String("image"))
	if err != nil {
		return nil, err
	}
	switch subject {
	case "image":
		return facts.Images(name), nil
	case "file":
		return facts.Files(releases, name), nil
	case "package":
		return facts.Packages(releases, name)
	case "need":
		return facts.Needs(releases, c.String("image"), name), nil
	}
	return nil, config.OneOf(subject, subjects)
}
