package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"dopt/internal/config"
	"dopt/internal/report"
	"dopt/transform"
)

func rewriteCommand() *cli.Command {
	return &cli.Command{
		Name:      "rewrite",
		Usage:     "show or make the changes that the passes find",
		ArgsUsage: "[PATH…]",
		Description: `PATH is a Dockerfile, a folder that is searched for Dockerfiles (Dockerfile,
Dockerfile.*, *.Dockerfile, *.dockerfile, Containerfile*), or - for standard
input; without one it is the current folder. What .gitignore ignores, .git,
node_modules and vendor are left out of a search.

Without -i nothing is written: a diff goes to standard output, below it a line a
change. The diff applies with "patch -p1" and "git apply" from the current
folder; both skip the lines. The summary and errors go to standard error.

A file that cannot be rewritten is one line, path:line:col: message. It stays as
it is, and the others go on.

   dopt rewrite                              what would change below here
   dopt rewrite -i --level safe deploy/      change files, only what is certain
   dopt rewrite --check --quiet .            in CI: exit code 1 if a file would change
   dopt rewrite --verbose Dockerfile         also what was left alone, and why
   dopt rewrite --format diff | git apply
   dopt rewrite --level safe --output - --stdin-filename Dockerfile - < Dockerfile

Choices can stand in a file .dopt.yaml, too; see docs/config.md. Flags override it.`,
		Flags:        append(rewriteFlags(), commonFlags()...),
		Action:       rewrite,
		BashComplete: completeValues,
		OnUsageError: usageError,
	}
}

func rewriteFlags() []cli.Flag {
	flags := append(choiceFlagsOfRewrite(), []cli.Flag{
		&cli.BoolFlag{Name: "verify", DisableDefaultText: true, Category: builderFlags, Usage: "build and try each rewrite first, and make only the changes that hold; see dopt verify --help"},
		&cli.BoolFlag{Name: "in-place", DisableDefaultText: true, Aliases: []string{"i"}, Category: outputFlags, Usage: "write the changes to the files"},
		&cli.BoolFlag{Name: "check", DisableDefaultText: true, Category: outputFlags, Usage: "exit with 1 if a file would change"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Category: outputFlags, TakesFile: true, Usage: "write the rewritten file to `FILE`, - for standard output"},
		formatFlag("text (diff and changes), diff or json (see docs/json.md)"),
		verboseFlag("tell what was left alone and why, the evidence, and the IDs of changes"),
	}...)
	return append(flags, verifyFlags()...)
}

// choiceFlagsOfRewrite are the flags that say what to change, and where.
func choiceFlagsOfRewrite() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: "level", Category: choiceFlags, DefaultText: "standard",
			Usage: "how far to go, `LEVEL` layout (spaces and line breaks only), safe (same files, same image config), standard (same behaviour, on evidence that is shown) or aggressive",
		},
		&cli.StringSliceFlag{Name: "only", Category: choiceFlags, Usage: "run these passes only, `PASS[,PASS]`"},
		&cli.StringSliceFlag{Name: "skip", Category: choiceFlags, Usage: "do not run these passes, `PASS[,PASS]`"},
		&cli.BoolFlag{Name: "cache-mounts", DisableDefaultText: true, Category: choiceFlags, Usage: "write RUN --mount=type=cache instead of clean-up commands"},
		&cli.StringFlag{
			Name: "merge", Category: choiceFlags, DefaultText: "pays",
			Usage: "`WHICH` RUN instructions to join: pays (it saves bytes or costs no build cache), all (whatever can be joined) or none",
		},
		&cli.StringFlag{
			Name: "declarations", Category: choiceFlags, DefaultText: "keep",
			Usage: "`WHERE` EXPOSE, LABEL, CMD and ENTRYPOINT go: keep (where they are), early (below FROM) or late (the end of the stage)",
		},
		&cli.StringFlag{
			Name: "builder", Category: choiceFlags, DefaultText: "docker",
			Usage: "`BUILDER` of the image, docker, buildah or kaniko: nothing is written that it does not understand",
		},
		&cli.StringSliceFlag{Name: "target", Category: choiceFlags, Usage: "a stage, besides the last, that is built for its own sake, `NAME[,NAME]`"},
		&cli.StringSliceFlag{Name: "assume-official", Category: choiceFlags, Usage: "take the images of a `REGISTRY[,REGISTRY]`, such as registry.example.com/proxy, for the official ones of the same names"},
		&cli.IntFlag{Name: "limit", Category: choiceFlags, Usage: "make the first `N` changes of a file only, to find out which one does harm"},
		&cli.StringSliceFlag{Name: "disable", Category: choiceFlags, Usage: "do not make the change with this `ID`, as --verbose shows it"},
		&cli.BoolFlag{Name: "no-ignorefile", DisableDefaultText: true, Category: choiceFlags, Usage: "leave .dockerignore as it is, and every file but the Dockerfile"},
		&cli.StringFlag{Name: "context", Category: inputFlags, TakesFile: true, DefaultText: "what Compose and Bake files say, else the folder of the Dockerfile", Usage: "the build context, a `FOLDER`"},
	}
}

func rewrite(c *cli.Context) error {
	b, err := newBatch(c, "rewriting")
	if err != nil {
		return err
	}
	if err := b.readChoices(c); err != nil {
		return err
	}
	if err := b.checkFlags(c); err != nil {
		return err
	}
	if err := b.setPrinter(c); err != nil {
		return err
	}
	if !c.Bool("verify") {
		return b.run(c)
	}
	v, err := newVerifier(c)
	if err != nil {
		return err
	}
	return b.runVerified(c, v)
}

// readChoices reads the flags that say what to change.
func (b *batch) readChoices(c *cli.Context) (err error) {
	if b.options.Choice, err = choice(c); err != nil {
		return err
	}
	if b.options.Limit = c.Int("limit"); b.options.Limit < 0 {
		return fmt.Errorf("--limit: %d is not a number of changes", b.options.Limit)
	}
	b.options.Disabled = map[string]bool{}
	for _, id := range c.StringSlice("disable") {
		b.options.Disabled[id] = true
	}
	b.options.InPlace, b.output, b.folder = c.Bool("in-place"), c.String("output"), c.String("context")
	b.options.Alone = c.Bool("no-ignorefile") || b.output != ""
	return nil
}

// checkFlags refuses flags that contradict each other, and a context that is not there.
func (b *batch) checkFlags(c *cli.Context) error {
	stdin := c.Args().Present() && c.Args().First() == "-"
	switch {
	case b.options.InPlace && b.check, b.options.InPlace && b.output != "", b.check && b.output != "":
		return errors.New("--in-place, --check and --output exclude each other")
	case b.options.InPlace && stdin:
		return errors.New("--in-place wants files: standard input cannot be changed")
	case b.output == "-" && c.IsSet("format"):
		return errors.New("--output - leaves no place for --format")
	}
	if info, err := os.Stat(b.folder); b.folder != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("--context: %s is not a folder", b.folder)
	}
	return nil
}

// setPrinter chooses what is printed, and where.
func (b *batch) setPrinter(c *cli.Context) error {
	format, err := oneOf(c, "format", report.Formats)
	if err != nil {
		return err
	}
	o, err := printerOptions(c)
	if err != nil {
		return err
	}
	b.summarize, o.Verification = format == "text", c.Bool("verify")
	var out io.Writer = b.out
	if b.options.InPlace || b.output != "" {
		o.Diff = c.IsSet("format") // the diff would say again what the file holds now
	}
	if b.output == "-" { // the rest goes to standard error, and only for those who want it
		b.summarize = o.Verbose
		o.Changes, o.Terminal, o.Color = o.Changes && o.Verbose, isTerminal(b.stderr), false
		out = b.stderr
	}
	b.printer = report.New(format, out, o)
	return nil
}

// choice reads the flags that override configuration files.
func choice(c *cli.Context) (chosen config.Config, err error) {
	if _, err = oneOf(c, "level", config.Levels); err != nil {
		return chosen, err
	}
	if c.IsSet("level") {
		level, _ := transform.ParseLevel(c.String("level"))
		chosen.Level = &level
	}
	if c.IsSet("cache-mounts") {
		on := c.Bool("cache-mounts")
		chosen.CacheMounts = &on
	}
	if chosen.Only, err = passesOf(c, "only"); err != nil {
		return chosen, err
	}
	if chosen.Skip, err = passesOf(c, "skip"); err != nil {
		return chosen, err
	}
	builder, err := oneOf(c, "builder", config.Builders)
	if err != nil {
		return chosen, err
	}
	merge, err := oneOf(c, "merge", config.MergePolicies)
	if err != nil {
		return chosen, err
	}
	declarations, err := oneOf(c, "declarations", config.DeclarationPolicies)
	chosen.Declarations = transform.DeclarationPolicy(declarations)
	chosen.Builder, chosen.Merge = transform.Builder(builder), transform.MergePolicy(merge)
	chosen.Targets, chosen.Official = c.StringSlice("target"), c.StringSlice("assume-official")
	return chosen, err
}
