package difftest

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"testing/fstest"

	"dopt/internal/catalog"
	"dopt/internal/project"
	"dopt/internal/system"
	"dopt/internal/testbed"
	"dopt/internal/verify"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/ignore"
	"dopt/transform/validate/llb"
)

//go:embed base
var base embed.FS

// A Rewriter makes what is compared with the program's own Dockerfile.
type Rewriter func(p *Program, dockerfile []byte, files fs.FS) (Rewriting, error)

// A Rewriting is a rewritten Dockerfile with the files of the build context that change with it:
// path to content.
type Rewriting struct {
	Dockerfile []byte
	Files      map[string][]byte
}

// A Lab builds programs.
type Lab struct {
	Rewrite Rewriter

	bed    *testbed.Bed
	images verify.Images
	files  map[string][]byte
}

// NewLab builds the base image of the programs.
func NewLab(ctx context.Context, bed *testbed.Bed, rewrite Rewriter) (*Lab, error) {
	images, err := bed.Images(ctx, Base)
	if err != nil {
		return nil, err
	}
	dockerfile, scripts, err := baseFiles()
	if err != nil {
		return nil, err
	}
	image, err := bed.Builder.Build(ctx, verify.Request{Dockerfile: dockerfile, Overlay: scripts, Images: images, BuiltinFrontend: true}, bed.Store)
	if err != nil {
		return nil, fmt.Errorf("base image of the programs: %w", err)
	}
	images[Base] = verify.Stored{Layout: bed.Store.Dir(), Digest: image.Digest}
	return &Lab{Rewrite: rewrite, bed: bed, images: images, files: contextFiles()}, nil
}

func baseFiles() (dockerfile []byte, scripts map[string][]byte, err error) {
	if dockerfile, err = base.ReadFile("base/Dockerfile"); err != nil {
		return nil, nil, err
	}
	scripts = map[string][]byte{}
	names, err := fs.Glob(base, "base/bin/*")
	for _, name := range names {
		if scripts[name[len("base/"):]], err = base.ReadFile(name); err != nil {
			return nil, nil, err
		}
	}
	return dockerfile, scripts, err
}

// Rewrite rewrites with all passes as the program asks for, and reports what the validators had to reject.
func Rewrite(p *Program, dockerfile []byte, files fs.FS) (Rewriting, error) {
	pipeline := &transform.Pipeline{
		Passes: passes.All(), Validators: []transform.Validator{llb.New(), ignore.New()}, Bases: catalog.Bases(), Packages: system.Packages(),
		Level: p.Level, Settings: transform.Settings{CacheMounts: p.CacheMounts},
	}
	if p.MergeAll {
		pipeline.Settings.Merge = transform.MergeAll
	}
	doc, err := transform.Parse("Dockerfile", dockerfile)
	if err != nil {
		return Rewriting{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	report, err := pipeline.Run(doc, project.New(files, "Dockerfile", nil, nil))
	if err != nil {
		return Rewriting{}, err
	}
	for _, f := range report.Findings {
		if f.Status == transform.StatusRejected {
			return Rewriting{}, fmt.Errorf("line %d: pass %s, %s: rejected: %v", f.Line, f.Pass, f.Kind, f.Reasons)
		}
	}
	r := Rewriting{report.After.Src, map[string][]byte{}}
	for _, f := range report.Files {
		r.Files[f.Path] = f.After
	}
	return r, nil
}

// ErrInvalid is what a Rewriter wraps for programs that BuildKit does not parse.
var ErrInvalid = errors.New("not a Dockerfile")

// A Result is what became of a program.
type Result struct {
	// Verdict says in a word how it went.
	Verdict Verdict
	// Before and After are the texts that were built.
	Before, After []byte
	// Differences are between what they built, a line each.
	Differences []string
}

// A Verdict is the outcome of a comparison.
type Verdict string

// The verdicts.
const (
	// Same: both built the same.
	Same Verdict = "same"
	// Unchanged: the rewriter left the program as it is, so nothing was built.
	Unchanged Verdict = "unchanged"
	// Broken: the program itself does not build, so it says nothing.
	Broken Verdict = "broken"
	// Different: a fault of the rewriter.
	Different Verdict = "different"
)

// Check rewrites a program and compares what it builds before and after. The error is about the test bed.
func (l *Lab) Check(ctx context.Context, p *Program) (Result, error) {
	r := Result{Before: p.Dockerfile()}
	rewritten, err := l.Rewrite(p, r.Before, l.fs())
	r.After = rewritten.Dockerfile
	if err != nil {
		r.Verdict, r.Differences = Different, []string{"the rewrite fails: " + err.Error()}
		if errors.Is(err, ErrInvalid) {
			r.Verdict = Broken
		}
		return r, nil
	}
	if slices.Equal(r.Before, r.After) && len(rewritten.Files) == 0 {
		r.Verdict = Unchanged
		return r, nil
	}
	before, err := l.build(ctx, r.Before, nil)
	if err != nil {
		return l.failed(&r, Broken, "before", err)
	}
	after, err := l.build(ctx, r.After, rewritten.Files)
	if err != nil {
		return l.failed(&r, Different, "after", err)
	}
	if r.Differences, err = compare(ctx, p, before, after); err != nil {
		return r, err
	}
	r.Verdict = Same
	if len(r.Differences) > 0 {
		r.Verdict = Different
	}
	return r, nil
}

// failed tells a Dockerfile that does not build from a builder that does not work.
func (l *Lab) failed(r *Result, v Verdict, which string, err error) (Result, error) {
	var failed *verify.BuildError
	if !errors.As(err, &failed) || verify.IsFull(err) {
		return *r, err
	}
	r.Verdict, r.Differences = v, []string{fmt.Sprintf("%s: the build fails: %v: %s", which, err, failed.Output)}
	return *r, nil
}

// build builds a Dockerfile from the programs' context with some files put over it.
func (l *Lab) build(ctx context.Context, dockerfile []byte, files map[string][]byte) (*verify.Image, error) {
	buildContext := maps.Clone(l.files)
	maps.Copy(buildContext, files)
	return l.bed.Builder.Build(ctx, verify.Request{
		Dockerfile: dockerfile, Overlay: buildContext, Images: l.images, BuiltinFrontend: true,
	}, l.bed.Store)
}

// fs is the build context as passes see it.
func (l *Lab) fs() fs.FS {
	files := fstest.MapFS{}
	for name, data := range l.files {
		files[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	}
	return files
}
