package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"dopt/internal/dockerfiles"
	"dopt/internal/driver"
	"dopt/internal/report"
	"dopt/internal/report/html"
	"dopt/internal/verify"
	"dopt/internal/verify/result"
	"dopt/transform"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "build what a rewrite changes, before and after, and tell what holds",
		ArgsUsage: "[PATH…]",
		Description: `Rewrites Dockerfiles as "dopt rewrite" does, builds the original and the rewritten
one with BuildKit, tries both images and compares them. Where something fails it
adds the package that is missing, or drops the change that broke it, and builds
again. Nothing is written: "dopt rewrite --verify -i" does the same and writes what held.

Any BuildKit builder will do: --addr or BUILDKIT_HOST name it, else it is the one of
this machine, else the current builder of docker buildx. See docs/verify.md.

   dopt verify                                       the Dockerfiles below here
   dopt verify --test 'python -c "import MySQLdb"' Dockerfile
   dopt verify --probe http://:8000/health --html report.html Dockerfile
   dopt verify --with Dockerfile.new Dockerfile      a file that somebody else has rewritten
   dopt rewrite --verify -i --level aggressive Dockerfile

Exit codes: 0 all changes hold, or none was to be made; 1 changes were dropped;
2 something could not be done, or the original does not build.`,
		Flags:        slices.Concat(choiceFlagsOfRewrite(), verifyFlags(), verifyOnlyFlags(), commonFlags()),
		Action:       verifyAction,
		BashComplete: completeValues,
		OnUsageError: usageError,
	}
}

// builderFlags is the heading of the flags about real builds.
const builderFlags = "Builds and tests"

// verifyFlags are the flags of all that verifies.
func verifyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "addr", Category: builderFlags, Usage: "`ADDRESS` of the BuildKit daemon: unix://, tcp://, ssh://, docker-container://, kube-pod://, podman-container://, buildx://NAME or docker://", EnvVars: []string{"BUILDKIT_HOST"}},
		&cli.StringFlag{Name: "tlsdir", Category: builderFlags, TakesFile: true, Usage: "`FOLDER` with ca.pem, cert.pem and key.pem for tcp://"},
		&cli.StringFlag{Name: "tlsservername", Category: builderFlags, Usage: "`NAME` in the daemon's certificate"},
		&cli.StringSliceFlag{Name: "build-arg", Category: builderFlags, Usage: "a build argument, `NAME=VALUE`"},
		&cli.StringSliceFlag{Name: "secret", Category: builderFlags, Usage: "a secret of the build, `id=ID,src=FILE` or id=ID,env=NAME"},
		&cli.StringSliceFlag{Name: "ssh", Category: builderFlags, Usage: "an SSH agent for the build, `ID[=SOCKET]`"},
		&cli.StringFlag{Name: "platform", Category: builderFlags, Usage: "`PLATFORM` to build for, such as linux/arm64"},
		&cli.StringSliceFlag{Name: "build-context", Category: builderFlags, Usage: "a named context, `NAME=SOURCE`: a folder, oci-layout://FOLDER, docker-image://NAME or a URL"},
		&cli.StringSliceFlag{Name: "test", Category: builderFlags, Usage: "a `COMMAND` that must succeed in the image"},
		&cli.StringSliceFlag{Name: "probe", Category: builderFlags, Usage: "start the image and ask it: `URL` http://:PORT/PATH or tcp://:PORT, or how many seconds it has to run"},
		&cli.DurationFlag{Name: "test-timeout", Category: builderFlags, Usage: "stop a test after this `TIME`", DefaultText: "a minute, two for imports"},
		&cli.StringFlag{Name: "network", Category: builderFlags, Value: "none", Usage: "`NETWORK` of tests: none (loopback only) or default (that of a RUN)"},
		&cli.IntFlag{Name: "rebuilds", Category: builderFlags, Usage: "measure `N` times what an edit of the source builds again; 0 is not at all"},
		&cli.BoolFlag{Name: "cold", DisableDefaultText: true, Category: builderFlags, Usage: "build without the build cache, so that the times can be compared"},
		&cli.BoolFlag{Name: "gzip", DisableDefaultText: true, Category: builderFlags, Usage: "tell the sizes with gzip, too"},
		&cli.IntFlag{Name: "tries", Category: builderFlags, Value: 12, Usage: "build at most `N` variants of a rewrite"},
		&cli.StringFlag{Name: "html", Category: outputFlags, TakesFile: true, Usage: "also write all of it as a page to `FILE`"},
		&cli.StringFlag{Name: "learn", Category: builderFlags, TakesFile: true, Usage: "append to `FILE` what repairs suggest for the catalog, as lines of internal/catalog/overrides.txt"},
		&cli.DurationFlag{Name: "build-timeout", Category: builderFlags, Value: 30 * time.Minute, Usage: "stop a build after this `TIME`"},
		&cli.StringFlag{Name: "progress", Category: builderFlags, Value: "auto", Usage: "`DISPLAY` of builds: auto, plain, tty or quiet"},
	}
}

// verifyOnlyFlags are those of the command verify.
func verifyOnlyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "with", Category: inputFlags, TakesFile: true, Usage: "verify this `FILE` in place of a rewrite"},
		formatFlag("text or json (see docs/json.md)"),
		verboseFlag("list the layers, and what is only likely to matter"),
	}
}

func verifyAction(c *cli.Context) error {
	b, err := newBatch(c, "verifying")
	if err != nil {
		return err
	}
	if err := b.readChoices(c); err != nil {
		return err
	}
	if err := b.checkFlags(c); err != nil {
		return err
	}
	format, err := oneOf(c, "format", []string{"text", "json"})
	if err != nil {
		return err
	}
	o, err := printerOptions(c)
	if err != nil {
		return err
	}
	o.Diff, o.Changes, o.Verification = false, false, true
	b.printer, b.summarize = report.New(format, b.out, o), false
	v, err := newVerifier(c)
	if err != nil {
		return err
	}
	if with := c.String("with"); with != "" {
		if v.with, err = os.ReadFile(with); err != nil {
			return err
		}
	}
	return b.runVerified(c, v)
}

// runVerified runs a batch with a verifier: one file after the other, since builds take all there is.
func (b *batch) runVerified(c *cli.Context, v *verifier) error {
	var err error
	if v.workspace, err = verify.NewWorkspace(); err != nil {
		return err
	}
	defer v.workspace.Close()
	ctx, stop := interruptible(v.workspace.Close)
	defer stop()
	if v.builder, err = verify.Connect(ctx, v.endpoint); err != nil {
		return err
	}
	defer v.builder.Close()
	b.ctx, b.options.Jobs, b.verifies = ctx, 1, true
	b.options.Verify = func(c driver.Candidate) (*transform.Report, *result.Result, error) { return v.verify(ctx, c) }
	if err := b.runWithPage(c, v.page); err != nil {
		return err
	}
	switch {
	case v.broken:
		return exitCode(exitFailed)
	case v.dropped && c.Command.Name == "verify":
		return exitCode(exitWouldChange)
	}
	return nil
}

// runWithPage runs a batch and writes what it found out as a page to a file, if one is named: at the end, since a file that comes
// during the builds would be a change of the build context.
func (b *batch) runWithPage(c *cli.Context, path string) error {
	if path == "" {
		return b.run(c)
	}
	var page bytes.Buffer
	b.printer = report.Printers{b.printer, html.New(&page)}
	err := b.run(c)
	if page.Len() > 0 {
		if err := dockerfiles.Write(path, page.Bytes()); err != nil {
			return err
		}
	}
	return err
}

// errInterrupted is the cause of a context that an interrupt has ended.
var errInterrupted = errors.New("interrupted")

// exitInterrupted is what shells give a command that SIGINT has ended.
const exitInterrupted = 130

// interruptible returns a context that the first interrupt ends, so that all is left in order. A second one ends the program at
// once, after what must not be left behind is gone.
func interruptible(cleanUp func()) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, ok := <-signals; !ok {
			return
		}
		cancel(errInterrupted)
		if _, ok := <-signals; ok {
			cleanUp()
			os.Exit(exitInterrupted)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}
