package trial

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"dopt/internal/verify"
	"dopt/internal/verify/compare"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
	"dopt/transform"
)

// A Build builds a request and calls run with its image, as verify.Builder's BuildAndRun does.
type Build func(ctx context.Context, r verify.Request, run func(context.Context, smoke.Sandbox) error) (*verify.Built, error)

// On returns a Build with a daemon, which puts the images into a store.
func On(b *verify.Builder, s *verify.Store) Build {
	return func(ctx context.Context, r verify.Request, run func(context.Context, smoke.Sandbox) error) (*verify.Built, error) {
		if run == nil {
			return b.BuildAndRun(ctx, r, s, nil)
		}
		return b.BuildAndRun(ctx, r, s, func(ctx context.Context, box *verify.Sandbox) error { return run(ctx, box) })
	}
}

// A Variant is what a rewrite leaves out and adds.
type Variant struct {
	// Disabled are the IDs of fixes that are not made.
	Disabled []string
	// Packages are needs that dopt did not know of.
	Packages []result.Package
}

// Apply makes a pipeline leave out and add what the variant says.
func (v Variant) Apply(p *transform.Pipeline) {
	p.Disabled = maps.Clone(p.Disabled)
	if p.Disabled == nil {
		p.Disabled = map[string]bool{}
	}
	for _, id := range v.Disabled {
		p.Disabled[id] = true
	}
	if len(v.Packages) > 0 && p.Packages != nil {
		p.Packages = learned{p.Packages, v.Packages}
	}
}

// A Rewrite runs the pipeline anew for a variant.
type Rewrite func(v Variant) (*transform.Report, error)

// A Diagnosis names a package that is missing for all that the faults of an attempt say; ok is false where they name none. Packages
// that have been tried are not named again.
type Diagnosis func(faults []result.Fault, report *transform.Report, tried []result.Package) (r result.Repair, ok bool)

// A Search finds the fixes to leave out of those with the given IDs, which are in the order in which they were made: it calls
// holds with those left out until one holds, and returns them. The error is that of holds.
type Search func(ids []string, holds func(disabled []string) (bool, error)) ([]string, error)

// A Trial is a rewrite that is put to the test.
type Trial struct {
	Build   Build
	Rewrite Rewrite
	// Request says what is built: the context, the Dockerfile's name, the build's options. The text is the rewrite's.
	Request verify.Request
	// Images, if not nil, returns what stands in for the images that a document names.
	Images func(ctx context.Context, doc *transform.Document) (verify.Images, error)
	Suite  *smoke.Suite
	// Project is the build context; nil for none.
	Project transform.Project
	// Rebuilds is how many times an edit of the source is built again; 0 for none.
	Rebuilds int
	// Cold builds both without the build cache, so that the times of the builds can be compared.
	Cold bool
	// Gzip measures the sizes with gzip, too.
	Gzip bool
	// Limit ends a build that takes longer; 0 is no limit.
	Limit time.Duration
	// Outside says that the Dockerfile lies outside of the context, so that no instruction copies it.
	Outside bool
	// Sizes makes an image that has grown a fault.
	Sizes bool
	// Diagnose and Search may be nil: then nothing is repaired, and a rewrite holds as a whole or not at all.
	Diagnose Diagnosis
	Search   Search
	// MaxRepairs and MaxTries bound the attempts.
	MaxRepairs, MaxTries int
	// Log tells what is going on, a line each; nil for nobody.
	Log func(line string)

	// result is what Run returns.
	result *result.Result
	before *attempt
	// seen is the state of the build context when the trial began.
	seen snapshot
}

// An Outcome is a trial's end.
type Outcome struct {
	Result *result.Result
	// Report is the rewrite that is handed over; it changes nothing where the verdict says so.
	Report *transform.Report
	// Before and After are the images as they were built; nil where one was not.
	Before, After *verify.Built
}

// An attempt is one Dockerfile that has been built and tried.
type attempt struct {
	report  *transform.Report
	built   *verify.Built
	anatomy verify.Anatomy
	tests   []result.Test
	// faults count against the rewrite, suspects do not.
	faults, suspects []result.Fault
}

// errTries ends a search that has taken too long.
var errTries = errors.New("no more attempts")

// Run tries the rewrite. The error is about the builder or the surroundings; a rewrite that does not hold, or an original that
// does not build, is an outcome.
func (t *Trial) Run(ctx context.Context) (*Outcome, error) {
	begin := time.Now()
	report, err := t.Rewrite(Variant{})
	if err != nil {
		return nil, err
	}
	t.result = &result.Result{Version: result.Version, Changes: result.Changes(report), Original: string(report.Before.Src)}
	if t.seen, err = observe(t.Request.Dir, t.Project); err != nil {
		return nil, err
	}
	o := &Outcome{Result: t.result, Report: report}
	err = t.run(ctx, o)
	t.result.Rewritten = string(o.Report.After.Src)
	t.result.Seconds = time.Since(begin).Seconds()
	return o, err
}

func (t *Trial) run(ctx context.Context, o *Outcome) error {
	t.log("building the original")
	original := o.Report
	before, err := t.original(ctx, original)
	if err != nil {
		return err
	}
	if before.built == nil {
		t.result.Verdict, t.result.Faults = result.Broken, before.faults
		t.result.Reason = "the original does not build: " + before.faults[0].Message
		o.Report = unchanged(original, "left out: the original does not build")
		return nil
	}
	t.before, o.Before = before, before.built
	t.result.Before = compare.Image(before.built, before.anatomy, original.Before, t.Request.Target)
	t.result.Tests = t.Suite.Tests()
	if !original.Changed() {
		t.result.Verdict = result.Unchanged
		return t.measureRebuild(ctx, original)
	}
	held, err := t.search(ctx, original)
	if err != nil {
		return err
	}
	if held == nil {
		o.Report = unchanged(original, "left out: "+t.result.Reason)
		return nil
	}
	o.Report, o.After = held.report, held.built
	t.compare(held)
	if err := t.gzip(ctx, held); err != nil {
		return err
	}
	return t.measureRebuild(ctx, held.report)
}

// unchanged is the report of a rewrite of which nothing is handed over, for a reason.
func unchanged(report *transform.Report, reason string) *transform.Report {
	r := *report
	r.After, r.Files, r.Findings = r.Before, nil, slices.Clone(r.Findings)
	for i, f := range r.Findings {
		if f.Status == transform.StatusApplied {
			r.Findings[i].Status, r.Findings[i].Message = transform.StatusDisabled, reason
		}
	}
	return &r
}

// compare fills in how the image that is handed over differs from the original's.
func (t *Trial) compare(held *attempt) {
	before := t.before
	t.result.After = compare.Image(held.built, held.anatomy, held.report.After, t.Request.Target)
	t.result.Tests, t.result.Suspects = held.tests, held.suspects
	t.result.Config = compare.Config(before.built.Image, held.built.Image)
	t.result.Files = compare.Files(before.anatomy.Files, held.anatomy.Files, before.built.Owner(before.anatomy.Files), held.built.Owner(held.anatomy.Files))
}

// gzip measures the sizes that registries see where layers are compressed with gzip.
func (t *Trial) gzip(ctx context.Context, held *attempt) (err error) {
	if !t.Gzip {
		return nil
	}
	if t.result.Before.Gzip, err = t.before.built.GzipSize(ctx); err != nil {
		return err
	}
	t.result.After.Gzip, err = held.built.GzipSize(ctx)
	return err
}

// original builds the Dockerfile as it is, and runs the tests on it.
func (t *Trial) original(ctx context.Context, report *transform.Report) (*attempt, error) {
	a := &attempt{report: report}
	err := t.build(ctx, a, report.Before, nil, func(ctx context.Context, box smoke.Sandbox) error { return t.Suite.Before(ctx, box) })
	return a, err
}

// try builds and tries a rewrite, and records it.
func (t *Trial) try(ctx context.Context, purpose string, v Variant) (*attempt, error) {
	if len(t.result.Tries) >= t.MaxTries {
		return nil, errTries
	}
	begin := time.Now()
	t.log("building the rewritten file: " + purpose)
	report, err := t.Rewrite(v)
	if err == nil {
		report, err = v.install(report)
	}
	if err != nil {
		return nil, err
	}
	a := &attempt{report: report}
	if report.Changed() {
		err = t.build(ctx, a, report.After, t.changes(report), func(ctx context.Context, box smoke.Sandbox) error {
			var err error
			a.tests, err = t.Suite.After(ctx, box)
			return err
		})
		if err == nil && a.built != nil {
			err = t.judge(ctx, a)
		}
	} else {
		*a = *t.before // the original holds
		a.report, a.tests = report, t.Suite.Tests()
	}
	if err != nil {
		return nil, err
	}
	t.result.Tries = append(t.result.Tries, result.Try{
		Purpose: purpose, Disabled: v.Disabled, Packages: v.Packages, Held: len(a.faults) == 0, Faults: a.faults, Seconds: time.Since(begin).Seconds(),
	})
	return a, nil
}

// build builds a document with files put over its context, and calls run in it. A build that fails is a fault.
func (t *Trial) build(ctx context.Context, a *attempt, doc *transform.Document, files map[string][]byte, run func(context.Context, smoke.Sandbox) error) error {
	r := t.Request
	r.Dockerfile, r.Overlay, r.NoCache = doc.Src, files, r.NoCache || t.Cold
	r.Progress.Title = "Building " + r.Name
	if t.Images != nil {
		images, err := t.Images(ctx, doc)
		if err != nil {
			return err
		}
		r.Images = maps.Clone(r.Images)
		if r.Images == nil {
			r.Images = verify.Images{}
		}
		maps.Copy(r.Images, images)
	}
	limited, cancel := t.limited(ctx)
	built, err := t.Build(limited, r, run)
	slow := errors.Is(context.Cause(limited), errSlow)
	cancel()
	if changed := t.seen.changed(t.Request.Dir, t.Project); changed != "" {
		return fmt.Errorf("%w: %s", verify.ErrContextChanged, changed)
	}
	var failed *verify.BuildError
	if errors.As(err, &failed) && !verify.IsFull(err) {
		fault := result.Fault{Check: "build", Message: err.Error(), Output: failed.Output}
		if stage := compare.StepStage(doc, failed.Step); stage != nil {
			fault.Stage = result.StageName(doc, stage)
		}
		a.faults = append(a.faults, fault)
		return nil
	}
	if err != nil && slow {
		a.faults = append(a.faults, result.Fault{Check: "build", Message: fmt.Sprintf("it was stopped after %s", t.Limit)})
		return nil
	}
	if err != nil {
		return err
	}
	a.built = built
	a.anatomy, err = built.Anatomy(ctx)
	return err
}

// errSlow ends a build at its limit.
var errSlow = errors.New("the time for a build was up")

// limited returns the context of one build.
func (t *Trial) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if t.Limit == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, t.Limit, errSlow)
}

// changes are the files that a rewrite puts over the context.
func (t *Trial) changes(report *transform.Report) map[string][]byte {
	if t.Outside {
		return Changes("", report)
	}
	return Changes(t.Request.Name, report)
}

// Changes returns the files of the build context that a rewrite leaves other than they were, the Dockerfile
// among them if it has a name there: a build that copies the whole context copies it, too.
func Changes(dockerfile string, report *transform.Report) map[string][]byte {
	files := map[string][]byte{}
	if dockerfile != "" {
		files[dockerfile] = report.After.Src
	}
	for _, f := range report.Files {
		files[f.Path] = f.After
	}
	return files
}

func (t *Trial) log(line string) {
	if t.Log != nil {
		t.Log(line)
	}
}
