package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/urfave/cli/v2"

	"dopt/internal/catalog"
	"dopt/internal/dockerfiles"
	"dopt/internal/driver"
	"dopt/internal/report"
	"dopt/internal/system"
	"dopt/passes"
	"dopt/transform"
)

// A batch takes files through the driver and prints what becomes of them.
type batch struct {
	options driver.Options
	printer report.Printer
	// folder is the build context, "" for the folder of each file.
	folder string
	// output is the file for the result, "-" for standard output, "" for none.
	output string
	// verb is what progress and errors call what is going on.
	verb string
	// summarize prints the summary.
	summarize, check, quiet, verbose bool
	// ctx ends the run; nil for a run that only an interrupt of writing ends. verifies says that builds show their own progress.
	ctx      context.Context
	verifies bool

	out     *bufio.Writer
	stderr  io.Writer
	summary report.Summary
	// said holds the error lines so far: a faulty configuration fails many files, and is said once.
	said     map[string]bool
	progress *report.Progress
}

// newBatch reads what rewrite and fmt have in common.
func newBatch(c *cli.Context, verb string) (*batch, error) {
	n, err := jobs(c)
	b := &batch{
		options: driver.Options{
			Passes: passes.All(), Validators: validators, Bases: catalog.Bases(), Packages: system.Packages(), Jobs: n,
		},
		verb: verb, check: c.Bool("check"), quiet: c.Bool("quiet"), verbose: c.Bool("verbose"),
		out: bufio.NewWriter(c.App.Writer), stderr: c.App.ErrWriter,
		said: map[string]bool{}, progress: &report.Progress{},
	}
	return b, err
}

// run goes through what the arguments mean. Its error is an exitCode once the printer has begun.
func (b *batch) run(c *cli.Context) error {
	switch stdin := slices.Contains(c.Args().Slice(), "-"); {
	case stdin && c.NArg() > 1:
		return errors.New("the path - stands alone")
	case !stdin && c.IsSet("stdin-filename"):
		return errors.New("--stdin-filename wants the path -")
	}
	inputs, errs := b.inputs(c)
	if b.output != "" && len(inputs)+len(errs) != 1 {
		return fmt.Errorf("--output takes the result of one file, not of %d", len(inputs)+len(errs))
	}
	for _, err := range errs {
		if e := b.file(failed(err), nil); e != nil {
			return e
		}
	}
	ctx := b.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	if b.ctx == nil && (b.options.InPlace || b.output != "") {
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM) // what is being written is finished
		defer stop()
	}
	if isTerminal(b.stderr) && !b.quiet && !b.verifies {
		b.progress = report.NewProgress(b.stderr, b.verb, len(inputs))
	}
	i := 0
	for f := range driver.Run(ctx, inputs, b.options) {
		if err := b.file(f, inputs[i].Source); err != nil {
			return err
		}
		i++
	}
	return b.end(len(inputs) - i)
}

// inputs finds the files that the arguments mean; none means the current folder, "-" standard input.
func (b *batch) inputs(c *cli.Context) ([]driver.Input, []error) {
	paths := c.Args().Slice()
	if len(paths) == 0 {
		paths = []string{"."}
	}
	if len(paths) == 1 && paths[0] == "-" {
		in, err := driver.Stdin(c.App.Reader, c.String("stdin-filename"), b.folder)
		if err != nil {
			return nil, []error{err}
		}
		return []driver.Input{in}, nil
	}
	inputs, errs := driver.Inputs(paths, b.folder)
	if b.output != "" && len(inputs) == 1 {
		source, err := dockerfiles.Read(inputs[0].Path)
		if err != nil {
			return nil, append(errs, err)
		}
		inputs[0].Source = source
	}
	return inputs, errs
}

// failed is the result for a path that is no file that can be read.
func failed(err error) report.File {
	f := report.File{Err: err}
	var place *transform.ParseError
	if errors.As(err, &place) {
		f.Path = place.Name
	}
	return f
}

// file prints one result; source is what was read for it, if it is at hand.
func (b *batch) file(f report.File, source *dockerfiles.Source) error {
	b.summary.Add(f)
	b.progress.Clear()
	if f.Err != nil {
		b.complain(f.Err)
	}
	if err := b.printer.File(f); err != nil {
		return err
	}
	if b.output != "" && f.Err == nil {
		data := source.Data
		if f.Result != nil {
			data = f.Result.After.Src
		}
		if err := b.write(data); err != nil {
			return err
		}
		b.sayAlone(f)
	}
	err := b.out.Flush()
	b.progress.Step()
	return err
}

// write puts the rewritten file where --output says.
func (b *batch) write(data []byte) error {
	if b.output == "-" {
		_, err := b.out.Write(data)
		return err
	}
	return dockerfiles.Write(b.output, data)
}

// sayAlone tells what --output leaves undone: it takes the Dockerfile alone.
func (b *batch) sayAlone(f report.File) {
	if b.quiet || f.Result == nil {
		return
	}
	for _, finding := range f.Result.Findings {
		if finding.Status == transform.StatusDisabled && finding.Fix != nil && len(finding.Fix.Files) > 0 {
			fmt.Fprintf(b.stderr, "dopt: %s stays as it is: --output writes the Dockerfile alone\n", f.ContextPath(finding.Fix.Files[0].Path))
		}
	}
}

// complain prints an error, once.
func (b *batch) complain(err error) {
	line := report.ErrorLine(err)
	if b.said[line] {
		return
	}
	b.said[line] = true
	fmt.Fprintln(b.stderr, line)
	var bug *driver.PanicError
	if errors.As(err, &bug) && b.verbose {
		b.stderr.Write(bug.Stack)
	}
}

// end prints what comes last and says how the program ends; left is how many files an interrupt has left.
func (b *batch) end(left int) error {
	b.progress.Clear()
	if err := b.printer.Close(b.summary); err != nil {
		return err
	}
	if err := b.out.Flush(); err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("interrupted: %d files were not looked at", left)
	}
	switch {
	case b.quiet:
	case b.summarize && b.summary.Files == 0:
		fmt.Fprintln(b.stderr, "no Dockerfiles found")
	case b.summarize, b.summary.Rejected > 0: // a rejected change is a bug of dopt, and never silent
		fmt.Fprintln(b.stderr, b.summary)
	}
	switch {
	case b.summary.Failed > 0:
		return exitCode(exitFailed)
	case b.check && b.summary.Changed > 0:
		return exitCode(exitWouldChange)
	}
	return nil
}
