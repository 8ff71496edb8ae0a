// The command e2e builds for real: the example projects before and after a rewrite, and random
// programs. The Makefile calls it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v2"
)

// The exit statuses: a case or a program that fails is an answer, a test bed that does not work is none.
const (
	exitFailed = 1
	exitBroken = 2
)

// errFailed says that what was tested failed; it has been reported.
var errFailed = errors.New("failed")

func main() {
	// The first signal ends everything in order: the daemon and what runs in it.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	os.Exit(run(ctx, os.Args, os.Stderr))
}

// run runs the command and returns its exit status; what went wrong is a line on stderr.
func run(ctx context.Context, args []string, stderr io.Writer) int {
	app := &cli.App{
		Name:           "e2e",
		Usage:          "real builds for dopt's own tests",
		Commands:       []*cli.Command{runCommand, difftestCommand, slimCommand, reachCommand, bakeCommand},
		ExitErrHandler: func(*cli.Context, error) {},
	}
	err := app.RunContext(ctx, args)
	switch {
	case errors.Is(err, errFailed):
		return exitFailed
	case err != nil:
		fmt.Fprintln(stderr, "e2e:", err)
		return exitBroken
	}
	return 0
}
