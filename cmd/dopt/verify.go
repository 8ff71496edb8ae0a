package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"dopt/internal/driver"
	"dopt/internal/report"
	"dopt/internal/verify"
	"dopt/internal/verify/repair"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
	"dopt/internal/verify/trial"
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
		&cli.IntFlag{Name: "tries", Category: builderFlags, Value: 12, Usage: "build at most `N` variants of a rewrite"},
		&cli.StringFlag{Name: "learn", Category: builderFlags, TakesFile: true, Usage: "append to `FILE` what repairs suggest for the catalog, as lines of internal/catalog/overrides.txt"},
		&cli.DurationFlag{Name: "build-timeout", Category: builderFlags, Value: 30 * time.Minute, Usage: "stop a build after this `TIME`"},
		&cli.StringFlag{Name: "progress", Category: builderFlags, Value: "auto", Usage: "`DISPLAY` of builds: auto, plain, tty or quiet"},
	}
}

// verifyOnlyFlags are those of the command verify.
func verifyOnlyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "with", Category: inputFlags, TakesFile: true, Usage: "verify this `FILE` in place of a rewrite"},
		&cli.StringFlag{Name: "format", Category: outputFlags, Value: "text", Usage: "`FORMAT` of the output: text or json (see docs/json.md)"},
		&cli.BoolFlag{Name: "verbose", DisableDefaultText: true, Category: outputFlags, Usage: "also list the layers, and what is only likely to matter"},
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
	ctx, stop := interruptible(v.end)
	defer stop()
	if err := v.start(ctx); err != nil {
		return err
	}
	defer v.end()
	b.ctx, b.options.Jobs, b.verifies = ctx, 1, true
	b.options.Verify = func(c driver.Candidate) (*transform.Report, *result.Result, error) { return v.verify(ctx, c) }
	if err := b.run(c); err != nil {
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

// A verifier builds and tries rewrites as the flags say.
type verifier struct {
	endpoint verify.Endpoint
	request  verify.Request
	checks   []smoke.Check
	network  bool
	patience time.Duration // of a test; 0 is its own
	rebuilds int
	cold     bool
	tries    int
	limit    time.Duration
	// learn is the file for what repairs suggest; "" for none.
	learn string
	// with is the rewritten file where one is given.
	with   []byte
	stderr io.Writer
	quiet  bool

	builder   *verify.Builder
	workspace *verify.Workspace
	// dropped and broken say that a file lost changes, or did not build as it was.
	dropped, broken bool
}

// newVerifier reads the flags.
func newVerifier(c *cli.Context) (*verifier, error) {
	v := &verifier{
		endpoint: verify.Endpoint{Addr: c.String("addr"), TLSDir: c.String("tlsdir"), TLSServerName: c.String("tlsservername")},
		rebuilds: c.Int("rebuilds"), cold: c.Bool("cold"), tries: c.Int("tries"), limit: c.Duration("build-timeout"), stderr: c.App.ErrWriter, quiet: c.Bool("quiet"),
		learn: c.String("learn"), patience: c.Duration("test-timeout"),
	}
	v.request.Platform = c.String("platform")
	if targets := c.StringSlice("target"); c.Command.Name == "verify" && len(targets) == 1 {
		v.request.Target = targets[0]
	}
	var err error
	if v.request.Args, err = buildArgs(c.StringSlice("build-arg")); err != nil {
		return nil, err
	}
	if v.request.Contexts, err = pairs("build-context", c.StringSlice("build-context")); err != nil {
		return nil, err
	}
	if v.request.Access, err = verify.Access(c.StringSlice("secret"), c.StringSlice("ssh")); err != nil {
		return nil, err
	}
	network, err := oneOf(c, "network", []string{"none", "default"})
	if err != nil {
		return nil, err
	}
	v.network = network == "default"
	if v.request.Progress.Mode, err = oneOf(c, "progress", verify.Modes); err != nil {
		return nil, err
	}
	if v.request.Progress.Mode != "quiet" && !v.quiet {
		v.request.Progress.Writer = v.stderr
	}
	v.checks, err = checks(c)
	return v, err
}

// checks reads the tests that the flags ask for.
func checks(c *cli.Context) ([]smoke.Check, error) {
	var list []smoke.Check
	for _, flag := range []struct {
		name  string
		parse func(string) (smoke.Check, error)
	}{{"test", smoke.ParseCommand}, {"probe", smoke.ParseProbe}} {
		for _, text := range c.StringSlice(flag.name) {
			check, err := flag.parse(text)
			if err != nil {
				return nil, fmt.Errorf("--%s: %w", flag.name, err)
			}
			list = append(list, check)
		}
	}
	return list, nil
}

// buildArgs reads build arguments: one without a value takes it from the environment.
func buildArgs(list []string) (map[string]string, error) {
	args := map[string]string{}
	for _, arg := range list {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			value, ok = os.LookupEnv(name)
		}
		if name == "" {
			return nil, fmt.Errorf("--build-arg: %q has no name", arg)
		}
		if ok {
			args[name] = value
		}
	}
	return args, nil
}

// pairs reads a flag whose values are NAME=VALUE.
func pairs(flag string, list []string) (map[string]string, error) {
	values := map[string]string{}
	for _, text := range list {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" || value == "" {
			return nil, fmt.Errorf("--%s: %q is not NAME=VALUE", flag, text)
		}
		values[name] = value
	}
	return values, nil
}

// start connects to the builder, and makes the place for images.
func (v *verifier) start(ctx context.Context) error {
	var err error
	if v.workspace, err = verify.NewWorkspace(); err != nil {
		return err
	}
	if v.builder, err = verify.Connect(ctx, v.endpoint); err != nil {
		v.end()
	}
	return err
}

// end leaves nothing behind.
func (v *verifier) end() {
	if v.builder != nil {
		_ = v.builder.Close() // the daemon goes on
	}
	v.workspace.Close()
}

// verify puts one rewrite to the test.
func (v *verifier) verify(ctx context.Context, c driver.Candidate) (*transform.Report, *result.Result, error) {
	store, err := v.workspace.Store()
	if err != nil {
		return nil, nil, err
	}
	defer store.Remove()
	t := v.trial(c, store)
	o, err := t.Run(ctx)
	switch {
	case errors.Is(context.Cause(ctx), errInterrupted):
		return nil, nil, errInterrupted
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", c.Path, err)
	}
	r := o.Result
	r.Path, r.Context, r.Builder = c.Path, c.Context, v.builder.Addr()
	if v.with == nil {
		r.Level = c.Level.String()
	}
	r.Diff = report.File{Path: c.Path, Context: c.Context, Result: o.Report}.Diff()
	v.broken = v.broken || r.Verdict == result.Broken
	v.dropped = v.dropped || r.Verdict == result.Reduced || r.Verdict == result.Original
	return o.Report, r, v.suggest(o)
}

// suggest writes down what a repair has taught.
func (v *verifier) suggest(o *trial.Outcome) error {
	if v.learn == "" || len(o.Result.Repairs) == 0 {
		return nil
	}
	f, err := os.OpenFile(v.learn, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(repair.Learn(o.Report.After, o.Result.Repairs))
	return errors.Join(err, f.Close())
}

// trial says how a candidate is tried.
func (v *verifier) trial(c driver.Candidate, store *verify.Store) *trial.Trial {
	t := &trial.Trial{
		Build: trial.On(v.builder, store), Request: v.request, Project: c.Project, Suite: &smoke.Suite{Checks: slices.Clone(v.checks)},
		Rebuilds: v.rebuilds, Cold: v.cold, Limit: v.limit, Sizes: true, MaxTries: v.tries, MaxRepairs: v.tries / 2, Diagnose: repair.Diagnose, Search: repair.Search,
	}
	t.Request.Dir, t.Request.Name = c.Context, c.Name
	if c.Name == "" {
		t.Request.Name = filepath.Base(c.Path)
	}
	t.Outside = c.Name == ""
	if len(v.checks) == 0 {
		t.Suite.Checks = smoke.Defaults(c.Project)
	}
	for i := range t.Suite.Checks {
		t.Suite.Checks[i].Network = v.network
		if v.patience > 0 {
			t.Suite.Checks[i].Timeout = v.patience
		}
	}
	if !v.quiet {
		t.Log = func(line string) { fmt.Fprintf(v.stderr, "dopt: %s: %s\n", c.Path, line) }
	}
	t.Rewrite = func(variant trial.Variant) (*transform.Report, error) { return c.Rewrite(variant.Apply) }
	if v.with != nil {
		t.Rewrite = func(trial.Variant) (*transform.Report, error) { return given(c, v.with) }
	}
	return t
}

// given is the report of a rewrite that somebody else has made.
func given(c driver.Candidate, text []byte) (*transform.Report, error) {
	report, err := c.Rewrite(func(p *transform.Pipeline) { p.Passes = nil })
	if err != nil {
		return nil, err
	}
	report.After, err = transform.Parse(c.Path, text)
	return report, err
}
