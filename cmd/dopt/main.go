// Command dopt rewrites Dockerfiles so that images get smaller and rebuild faster.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"dopt/internal/report"
)

func main() {
	// Files are small and their garbage is short-lived: collecting it less often makes a run over
	// thousands of files a third faster. The limit keeps memory flat all the same.
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(104 << 20)
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes. Scripts rely on them.
const (
	exitDone        = 0
	exitWouldChange = 1
	exitFailed      = 2
)

// An exitCode ends the program when all that there is to say has been said.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run is the program with its surroundings as arguments, for tests.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := newApp()
	app.Reader, app.Writer, app.ErrWriter = stdin, stdout, stderr
	err := app.Run(flagsFirst(args, app.Commands))
	var code exitCode
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(stderr, "dopt: "+report.ErrorLine(err))
	return exitFailed
}

func newApp() *cli.App {
	cli.VersionFlag = &cli.BoolFlag{Name: "version", DisableDefaultText: true, Usage: "print the version"}
	cli.VersionPrinter = func(c *cli.Context) { fmt.Fprintln(c.App.Writer, "dopt "+c.App.Version) }
	return &cli.App{
		Name:  "dopt",
		Usage: "rewrite Dockerfiles so that images get smaller and rebuild faster",
		Description: `dopt reads Dockerfiles, shows what it would change as a diff, and changes them
when asked to. It needs no network, no daemon and no build. What it is not sure
of it leaves alone, and says why with --verbose.

   dopt rewrite                 show what would change below the current folder
   dopt rewrite -i Dockerfile   change a file
   dopt fmt                     lay out files, with nothing else changed
   dopt explain merge           what a pass does, why, and when it does not

Exit codes: 0 done, or nothing to do; 1 a file would change (--check);
2 something could not be done.`,
		Version:              version(),
		EnableBashCompletion: true,
		Commands:             []*cli.Command{rewriteCommand(), verifyCommand(), fmtCommand(), passesCommand(), explainCommand(), factsCommand(), needsCommand(), completionCommand()},
		Action:               unknownCommand,
		OnUsageError:         usageError,
		ExitErrHandler:       func(*cli.Context, error) {}, // run does it
	}
}

// unknownCommand is what dopt does without a command: help, unless something was asked for.
func unknownCommand(c *cli.Context) error {
	if c.Args().Present() {
		return fmt.Errorf("unknown command %q: see dopt --help", c.Args().First())
	}
	return cli.ShowAppHelp(c)
}

// usageError keeps the help page out of the way of the error.
func usageError(c *cli.Context, err error, _ bool) error {
	return fmt.Errorf("%w: see %s --help", err, c.Command.HelpName)
}
