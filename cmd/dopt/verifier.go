package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// A verifier builds and tries rewrites as the flags say.
type verifier struct {
	endpoint verify.Endpoint
	request  verify.Request
	checks   []smoke.Check
	network  bool
	patience time.Duration // of a test; 0 is its own
	rebuilds int
	cold     bool
	gzip     bool
	tries    int
	limit    time.Duration
	// learn is the file for what repairs suggest; "" for none.
	learn string
	// page is the file for the result as a page; "" for none.
	page string
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
		rebuilds: c.Int("rebuilds"), cold: c.Bool("cold"), gzip: c.Bool("gzip"), tries: c.Int("tries"), limit: c.Duration("build-timeout"), stderr: c.App.ErrWriter, quiet: c.Bool("quiet"),
		learn: c.String("learn"), page: c.String("html"), patience: c.Duration("test-timeout"),
	}
	if info, err := os.Stat(filepath.Dir(v.page)); err != nil || !info.IsDir() { // said before the builds, not after
		return nil, fmt.Errorf("--html: %s is not a folder", filepath.Dir(v.page))
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
		Rebuilds: v.rebuilds, Cold: v.cold, Gzip: v.gzip, Limit: v.limit, Sizes: true, MaxTries: v.tries, MaxRepairs: v.tries / 2, Diagnose: repair.Diagnose, Search: repair.Search,
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
