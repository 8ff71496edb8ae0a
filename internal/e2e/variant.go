package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dopt/internal/catalog"
	"dopt/internal/project"
	"dopt/internal/system"
	"dopt/internal/testbed"
	"dopt/internal/verify"
	"dopt/internal/verify/repair"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
	"dopt/internal/verify/trial"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/ignore"
	"dopt/transform/validate/llb"
)

// expertFile is what somebody who knows how has written by hand for an example project.
const expertFile = "Dockerfile.expert"

// A variant is what is built beside a project's own Dockerfile: its rewrite at a level, or the expert's file.
type variant struct {
	level  transform.Level
	expert bool
}

// expertName is the variant's name in the results, where others have that of their level.
const expertName = "expert"

func (v variant) String() string {
	if v.expert {
		return expertName
	}
	return v.level.String()
}

// of returns the case as the variant sees it.
func (v variant) of(c *Case) *Case {
	if v.expert {
		expert := *c
		expert.Dockerfile = expertFile
		return &expert
	}
	return c
}

// variantsOf returns the variants of these names, a level's or the expert's.
func variantsOf(names []string) ([]variant, error) {
	var list []variant
	for _, name := range names {
		if name == expertName {
			list = append(list, variant{expert: true})
			continue
		}
		level, err := transform.ParseLevel(name)
		if err != nil {
			return nil, err
		}
		list = append(list, variant{level: level})
	}
	return list, nil
}

// run makes the row of one variant of a case: it builds before and after, and checks both. Earlier are the case's rows so far. The
// error is about the test bed.
func (h *harness) run(ctx context.Context, c *Case, earlier []Result) (Result, error) {
	start := time.Now()
	c = h.variant.of(c)
	files := project.NewContext(c.Dir)
	defer files.Close()
	source := project.New(files, filepath.ToSlash(c.Dockerfile), nil, nil)
	r := newResult(c, h.variant)
	if _, err := fs.Stat(files, expertFile); h.variant.expert && errors.Is(err, fs.ErrNotExist) {
		r.Status, r.Reason = LeftOut, "there is no "+expertFile
		return r, nil
	}
	var err error
	if r.Fingerprint, err = h.fingerprint(c, source); err != nil {
		return r, err
	}
	if old, ok := h.known(c, r, earlier); ok {
		return old, nil
	}
	err = h.compare(ctx, c, source, &r)
	r.Seconds = time.Since(start).Seconds()
	var base *testbed.BaseError
	switch {
	case err == nil && r.Status == Failed && r.SmokeBefore == "":
		h.explain(ctx, c, &r)
	case err == nil:
	case ctx.Err() != nil:
		return leftOut(ctx, c, h.variant), nil
	case errors.As(err, &base):
		r.Status, r.Reason = NoBase, oneLine(err.Error())
	default:
		r.Status, r.Reason = Failed, err.Error()
		return r, err
	}
	return r, nil
}

// explain tells a project that does not build unmodified from one whose packages are out of reach.
func (h *harness) explain(ctx context.Context, c *Case, r *Result) {
	for _, need := range c.Needs {
		if h.reach.source(ctx, need) != nil {
			r.Status, r.Reason = NotBuilt, need+" cannot be reached from inside a build"
			return
		}
	}
}

func (h *harness) compare(ctx context.Context, c *Case, source *project.Project, r *Result) error {
	if c.NotBuiltReason != "" {
		r.Status, r.Reason = NotBuilt, c.NotBuiltReason
		return nil
	}
	t, err := h.trial(c, source)
	if err != nil {
		return err
	}
	o, err := t.Run(ctx)
	if o != nil {
		h.fill(r, o)
	}
	if err != nil || r.Status != "" {
		return err
	}
	short, err := h.short(ctx, c, o)
	switch {
	case err != nil:
		return err
	case len(short) > 0:
		r.Status, r.Reason = Short, strings.Join(short, "; ")
	default:
		r.Status = Passed
	}
	return nil
}

// trial puts a case's variant to the test as dopt verify does, on stand-ins for its base images.
func (h *harness) trial(c *Case, source *project.Project) (*trial.Trial, error) {
	original, err := os.ReadFile(filepath.Join(c.Dir, c.Dockerfile))
	if err != nil {
		return nil, err
	}
	build := trial.On(h.bed.Builder, h.bed.Store)
	t := &trial.Trial{
		Build: func(ctx context.Context, r verify.Request, run func(context.Context, smoke.Sandbox) error) (*verify.Built, error) {
			r.NoCache = r.NoCache && !(h.again && bytes.Equal(r.Dockerfile, original))
			return build(ctx, r, run)
		},
		Rewrite: func(v trial.Variant) (*transform.Report, error) { return h.rewrite(c, source, v) },
		Request: verify.Request{
			Dir: c.Dir, Name: c.Dockerfile, Args: testbed.ProxyArgs(), Target: c.Target, BuiltinFrontend: !testbed.Registry(),
		},
		Images: func(ctx context.Context, doc *transform.Document) (verify.Images, error) {
			return h.bed.Images(ctx, bases(c, doc)...)
		},
		Suite:   &smoke.Suite{Checks: slices.Clone(c.Smoke), Patience: h.patience},
		Project: source, Sizes: true, Cold: h.cold, MaxTries: max(1, h.tries), MaxRepairs: h.tries / 2, Diagnose: repair.Diagnose, Search: repair.Search,
	}
	maps.Copy(t.Request.Args, c.BuildArgs)
	if h.rebuilds {
		t.Rebuilds = 1
	}
	if h.verbose {
		t.Request.Progress.Writer = os.Stderr
	}
	return t, nil
}

// unresolved is what BuildKit says of an image that it does not find (client/llb/sourceresolver).
const unresolved = "failed to resolve source metadata for"

// fill takes over what a trial found out; the status stays empty where the rewrite holds.
func (h *harness) fill(r *Result, o *trial.Outcome) {
	found := o.Result
	r.Changes, r.Rebuild = len(found.Changes), found.Rebuild
	r.Tries, r.Repairs, r.Drops = len(found.Tries), len(found.Repairs), len(found.Dropped())
	h.measure(r, o)
	r.SmokeBefore, r.SmokeAfter = verdicts(found.Tests)
	for _, t := range found.Tests {
		switch {
		case t.Before != nil && !t.Before.Passed:
			r.Status, r.Reason = failed(t.Before), "before: "+describe(t, t.Before)
		case t.After != nil && !t.After.Passed:
			r.Status, r.Reason = failed(t.After), "after: "+describe(t, t.After)
		default:
			continue
		}
		return
	}
	switch found.Verdict {
	case result.Broken, result.Original:
		r.Status, r.Reason = Failed, found.Reason+shown(found.Faults[0].Output)
		if found.Verdict == result.Broken && strings.Contains(found.Reason, unresolved) {
			r.Status = NoBase
		}
	case result.Unchanged:
		r.SmokeAfter = r.SmokeBefore
	}
	for _, f := range o.Report.Findings {
		if f.Status == transform.StatusRejected {
			r.Status, r.Reason = Failed, fmt.Sprintf("line %d: pass %s, %s: rejected: %v", f.Line, f.Pass, f.Kind, f.Reasons)
		}
	}
}

// measure takes over the sizes, and the times of builds without the build cache.
func (h *harness) measure(r *Result, o *trial.Outcome) {
	before, after := o.Before, o.After
	if o.Result.Verdict == result.Unchanged {
		after = before
	}
	if before != nil {
		r.Before = before.Size()
	}
	if after != nil {
		r.After = after.Size()
	}
	if h.cold && before != nil && !h.again {
		r.BuildBefore = before.Seconds
	}
	if h.cold && after != nil {
		r.BuildAfter = after.Seconds
	}
}

// rewrite runs the pipeline over a case.
func (h *harness) rewrite(c *Case, source *project.Project, v trial.Variant) (*transform.Report, error) {
	path := filepath.Join(c.Dir, c.Dockerfile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := transform.Parse(path, text)
	if err != nil {
		return nil, err
	}
	pipeline := h.pipeline(c)
	v.Apply(pipeline)
	return pipeline.Run(doc, source)
}

// pipeline returns the pipeline that rewrites a case, nil for none; it leaves the expert's file as it is.
func (h *harness) pipeline(c *Case) *transform.Pipeline {
	p := &transform.Pipeline{
		Passes:     slices.DeleteFunc(passes.All(), func(p *transform.Pass) bool { return h.variant.expert || slices.Contains(h.skip, p.Name) }),
		Validators: []transform.Validator{llb.New(), ignore.New()}, Bases: catalog.Bases(), Packages: system.Packages(),
		Level: h.variant.level, Limit: h.limit,
	}
	if c != nil && c.Target != "" {
		p.Settings.Targets = []string{c.Target}
	}
	return p
}

// bases returns the images that a Dockerfile of a case builds on: the case's own, and those that a
// rewrite has put in their place. What depends on a build argument is the case's to name.
func bases(c *Case, doc *transform.Document) []string {
	refs := slices.Clone(c.Bases)
	for _, stage := range doc.Stages {
		known := slices.Contains(refs, stage.Base) || stage.Base == "scratch" || doc.StageOf(stage.Base, stage) != nil
		if !known && !strings.Contains(stage.Base, "$") {
			refs = append(refs, stage.Base)
		}
	}
	return refs
}
