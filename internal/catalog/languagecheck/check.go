package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"dopt/internal/catalog"
	"dopt/internal/catalog/language"
	"dopt/internal/testbed"
	"dopt/internal/verify"
)

// options are the flags.
type options struct {
	count, heldOut  int
	seed            uint64
	results, report string
	// budget is the time after which no package is begun, limit that of one build.
	budget, limit time.Duration
	tableOnly     bool
}

// parallel is how many packages are checked at a time: while one is downloaded, another is compiled.
const parallel = 2

//go:embed imports.py
var imports []byte

// A checker builds with stand-ins for the official images.
type checker struct {
	bed    *testbed.Bed
	images verify.Images
	limit  time.Duration
}

// checkAll checks the packages that are not among those found yet, and adds them.
func checkAll(ctx context.Context, o options, found *results) error {
	bed, err := testbed.Start(ctx)
	if err != nil {
		return err
	}
	defer bed.Close()
	images, err := bed.Images(ctx, image)
	if err != nil {
		return err
	}
	c := &checker{bed, images, o.limit}
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for name, g := range found.names(o) {
		if o.budget > 0 && time.Since(begun) > o.budget {
			break
		}
		if !found.has(name) {
			group.Go(func() error { return c.checkOne(ctx, name, g, o, found) })
		}
	}
	return group.Wait()
}

// checkOne checks a package and adds what was found.
func (c *checker) checkOne(ctx context.Context, name string, g group, o options, found *results) error {
	r, err := c.check(ctx, name)
	if err != nil {
		return err
	}
	r.Group = g
	fmt.Fprintf(os.Stderr, "%-28s %s\n", name, cmp.Or(r.Miss, "right"))
	return found.add(r, o.results)
}

// check installs a package with what the catalog names and without.
func (c *checker) check(ctx context.Context, name string) (result, error) {
	n, _ := need(name)
	r := result{Name: name, Build: claimed(n), Run: n.Run}
	with, err := c.succeeds(ctx, name, n, "with")
	if err != nil {
		return r, err
	}
	switch {
	case strings.Contains(with, "No matching distribution found for "+name):
		r.Miss = notPublished
		return r, nil
	case n.Elsewhere != nil && with == "":
		r.Miss = "installs with what the release has"
		return r, nil
	case n.Elsewhere != nil && with != timedOut:
		return r, nil
	case with != "":
		r.Miss, r.Output = "with them: "+reason(with), with
		return r, nil
	}
	var needless []string
	for target, claimed := range map[string][]string{"unbuilt": n.Build, "bare": n.Run} {
		if len(claimed) == 0 {
			continue
		}
		without, err := c.succeeds(ctx, name, n, target)
		if err != nil {
			return r, err
		}
		if without == "" {
			needless = append(needless, map[string]string{"unbuilt": "installs without what it is built with", "bare": "imports without what it runs with"}[target])
		}
	}
	slices.Sort(needless)
	r.Miss = strings.Join(needless, "; ")
	return r, nil
}

// claimed are the packages that are named to build one. With one that is too old in the release, the claim is that it cannot be built.
func claimed(n catalog.Needs) []string { return slices.Concat(n.Build, n.Elsewhere) }

// succeeds builds a target; output is the end of what a failed step wrote, "" if none failed.
func (c *checker) succeeds(ctx context.Context, name string, n catalog.Needs, target string) (output string, err error) {
	limited, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	_, err = c.bed.Builder.Build(limited, verify.Request{
		Dockerfile: []byte(dockerfile(name, n, target)), Overlay: map[string][]byte{"imports.py": imports},
		Args: testbed.ProxyArgs(), Images: c.images, BuiltinFrontend: !testbed.Registry(),
	}, c.bed.Store)
	var failed *verify.BuildError
	switch {
	case err == nil:
		return "", nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return timedOut, nil
	case errors.As(err, &failed) && failed.Step != "":
		return cmp.Or(failed.Output, "no output"), nil
	}
	return "", err
}

// Why nothing is known of a package.
const (
	timedOut     = "took too long"
	notPublished = "the index has no sources of it"
)

// dockerfile returns what a target checks: "with" builds with what is named and imports with what is named for that;
// "unbuilt" installs without, and is to have compiled code even so; "bare" is built with what is named and imports without. What is
// exported is next to nothing.
func dockerfile(name string, n catalog.Needs, target string) string {
	// Python's own headers are in the official images; the lists and the compiler are steps of their own, which most packages
	// share, and the compiler is told to be fast. It still has to put functions inline: some are defined nowhere else.
	text := "FROM " + image + " AS base\nCOPY imports.py /imports.py\n" +
		"ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_CACHE_DIR=1\n" +
		"ENV CFLAGS=-O1 CXXFLAGS=-O1 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16\n" +
		"RUN apt-get update -qq\n"
	sources, n := withShared(name, n)
	install := "RUN pip install --no-binary " + strings.Join(sources, ",") + " " + name + "\n"
	check := func(flag string) string { return "RUN python /imports.py " + name + flag + " && touch /checked\n" }
	if target == "unbuilt" {
		text += "FROM base AS unbuilt\n" + install + check(" --compiled")
	} else {
		compiler, others := []string{}, []string{}
		for _, p := range claimed(n) {
			p, _, _ = strings.Cut(p, language.AtLeast)
			if p == "gcc" || p == "libc6-dev" {
				compiler = append(compiler, p)
			} else {
				others = append(others, p)
			}
		}
		text += "FROM base AS build\n" + apt(compiler) + apt(others) + install
		text += "FROM base AS " + target + "\n"
		if target == "with" {
			text += apt(n.Run)
		}
		text += "COPY --from=build /usr/local /usr/local\n" + check("")
	}
	return text + "FROM scratch\nCOPY --from=" + target + " /checked /checked\n"
}

func apt(packages []string) string {
	if len(packages) == 0 {
		return ""
	}
	return "RUN apt-get install -y -qq --no-install-recommends " + strings.Join(packages, " ") + "\n"
}

// reasons are what tells in the output of a failed step why it failed, the best first.
var reasons = []string{
	"fatal error:", "cannot open shared object file", "Unable to locate package", "cannot find -l", "No such file or directory:", "not found",
	"Error:", "error: command", "ERROR: No matching", "failed",
}

// maxReason bounds a reason, in bytes.
const maxReason = 160

// reason returns the line of an output that tells why, in a form that fits a table.
func reason(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	line := lines[len(lines)-1]
	for _, word := range reasons {
		if i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, word) }); i >= 0 {
			line = lines[i]
			break
		}
	}
	line = strings.Join(strings.Fields(strings.NewReplacer("|", "/", "`", "'").Replace(line)), " ")
	if len(line) > maxReason {
		line = strings.ToValidUTF8(line[:maxReason], "") + "…"
	}
	return line
}
