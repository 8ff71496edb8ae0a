package trial

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/project"
	"dopt/internal/verify"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
	"dopt/transform"
)

// A daemon stands in for a builder: each line of a Dockerfile "RUN make PATH" is a file, and "RUN fail" does not build.
type daemon struct {
	t     *testing.T
	store *verify.Store
	// built are the Dockerfiles in the order of their builds.
	built []string
}

func newDaemon(t *testing.T) *daemon {
	t.Helper()
	store, err := verify.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &daemon{t: t, store: store}
}

func (d *daemon) build(ctx context.Context, r verify.Request, run func(context.Context, smoke.Sandbox) error) (*verify.Built, error) {
	d.built = append(d.built, string(r.Dockerfile))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if strings.Contains(string(r.Dockerfile), "RUN fail") {
		return nil, &verify.BuildError{Step: "[2/2] RUN fail", Output: "libfoo.h: No such file", Err: errors.New("exit code: 1")}
	}
	box := sandbox{}
	for line := range strings.Lines(string(r.Dockerfile)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "RUN make "); ok {
			box[name] = true
		}
	}
	if run != nil {
		if err := run(ctx, box); err != nil {
			return nil, err
		}
	}
	image, err := d.store.Image(ctx, d.image(box))
	return &verify.Built{Image: image, Seconds: 1}, err
}

// image writes an image with a layer of the files into the store.
func (d *daemon) image(files sandbox) digest.Digest {
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	for name := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			d.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		d.t.Fatal(err)
	}
	config := d.blob(ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}})
	return d.blob(ocispecs.Manifest{
		Config: ocispecs.Descriptor{Digest: config},
		Layers: []ocispecs.Descriptor{{Digest: d.write(layer.Bytes()), Size: int64(layer.Len()), MediaType: ocispecs.MediaTypeImageLayer}},
	})
}

func (d *daemon) blob(v any) digest.Digest {
	text, err := json.Marshal(v)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.write(text)
}

func (d *daemon) write(data []byte) digest.Digest {
	sum := digest.FromBytes(data)
	dir := filepath.Join(d.store.Dir(), "blobs", "sha256")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, sum.Encoded()), data, 0o644)); err != nil {
		d.t.Fatal(err)
	}
	return sum
}

// A sandbox is the files of an image; a test asks for them by name.
type sandbox map[string]bool

func (sandbox) Config() ocispecs.ImageConfig { return ocispecs.ImageConfig{} }

func (s sandbox) Run(_ context.Context, step verify.Step) (verify.Outcome, error) {
	if s[step.Entrypoint[0]] {
		return verify.Outcome{}, nil
	}
	return verify.Outcome{Exit: 1, Stderr: step.Entrypoint[0] + ": not found"}, nil
}

func (s sandbox) Probe(context.Context, verify.Step, verify.Probe) (verify.Answer, verify.Outcome, error) {
	return verify.Answer{Answered: true}, verify.Outcome{}, nil
}

// A change of the tests: a fix with an ID, and the line that it puts in the place of another one.
type change struct{ id, old, new string }

// rewrite makes the changes that are not disabled; a package is a file that is made.
func rewrite(t *testing.T, text string, changes []change) Rewrite {
	parse := func(text string) *transform.Document {
		doc, err := transform.Parse("Dockerfile", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	return func(v Variant) (*transform.Report, error) {
		r := &transform.Report{Before: parse(text)}
		after := text
		for _, c := range changes {
			if !slices.Contains(v.Disabled, c.id) {
				after = strings.Replace(after, c.old, c.new, 1)
				r.Findings = append(r.Findings, transform.Finding{Status: transform.StatusApplied, Fix: &transform.Fix{ID: c.id}})
			}
		}
		for _, p := range v.Packages {
			after += "RUN make " + p.Name + "\n"
		}
		r.After = parse(after)
		return r, nil
	}
}

const original = "FROM scratch\nRUN make /a\nRUN make /b\nRUN make /c\n"

func newTrial(d *daemon, r Rewrite) *Trial {
	return &Trial{
		Build: d.build, Rewrite: r, Request: verify.Request{Name: "Dockerfile"}, MaxTries: 10, MaxRepairs: 3,
		Suite: &smoke.Suite{Checks: []smoke.Check{{Entrypoint: []string{"/a"}}, {Entrypoint: []string{"/b"}}, {Entrypoint: []string{"/c"}}}},
		// One after the other is left out until the rest holds.
		Search: func(ids []string, holds func([]string) (bool, error)) ([]string, error) {
			for i := range ids {
				if ok, err := holds(ids[i : i+1]); ok || err != nil {
					return ids[i : i+1], err
				}
			}
			_, err := holds(ids)
			return ids, err
		},
		Diagnose: func(faults []result.Fault, _ *transform.Report, tried []result.Package) (result.Repair, bool) {
			name, _, ok := strings.Cut(faults[0].Output, ": not found")
			return result.Repair{Package: result.Package{Name: name}, Need: "file " + name}, ok && len(tried) == 0
		},
	}
}

func run(t *testing.T, trial *Trial) *Outcome {
	t.Helper()
	o, err := trial.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestHeld(t *testing.T) {
	trial := newTrial(newDaemon(t), rewrite(t, original, []change{{"1", "RUN make /c", "RUN make /c\nRUN make /d"}}))
	trial.Gzip = true
	o := run(t, trial)
	if o.Result.Before.Gzip < 50 || o.Result.After.Gzip < 50 || o.Result.After.Gzip > 500 {
		t.Errorf("with gzip: %d and %d bytes", o.Result.Before.Gzip, o.Result.After.Gzip)
	}
	if o.Result.Verdict != result.Held || len(o.Result.Tries) != 1 || o.Result.Files.Added.Files != 1 || len(o.Result.Tests) != 3 || !o.Result.Tests[2].After.Passed {
		t.Errorf("got %+v", o.Result)
	}
}

func TestUnchanged(t *testing.T) {
	d := newDaemon(t)
	if o := run(t, newTrial(d, rewrite(t, original, nil))); o.Result.Verdict != result.Unchanged || len(d.built) != 1 {
		t.Errorf("got %+v after %d builds", o.Result, len(d.built))
	}
}

func TestRepaired(t *testing.T) {
	o := run(t, newTrial(newDaemon(t), rewrite(t, original, []change{{"1", "RUN make /b\n", ""}})))
	if o.Result.Verdict != result.Repaired || len(o.Result.Repairs) != 1 || o.Result.Repairs[0].Name != "/b" || !strings.Contains(string(o.Report.After.Src), "RUN make /b") {
		t.Errorf("got %+v", o.Result)
	}
}

func TestReduced(t *testing.T) {
	trial := newTrial(newDaemon(t), rewrite(t, original, []change{
		{"good", "FROM scratch", "FROM scratch AS x"}, {"bad", "RUN make /b", "RUN fail"}, {"better", "RUN make /c", "RUN make /c\nRUN make /d"},
	}))
	o := run(t, trial)
	if o.Result.Verdict != result.Reduced || !strings.Contains(string(o.Report.After.Src), "AS x") || strings.Contains(string(o.Report.After.Src), "fail") {
		t.Fatalf("got %+v\n%s", o.Result, o.Report.After.Src)
	}
	if dropped := o.Result.Dropped(); len(dropped) != 1 || dropped[0].ID != "bad" {
		t.Errorf("dropped %+v", dropped)
	}
	if !strings.Contains(o.Result.Reason, "exit code: 1") || len(o.Result.Faults) != 0 {
		t.Errorf("because %q; faults %+v", o.Result.Reason, o.Result.Faults)
	}
}

func TestNothingHolds(t *testing.T) {
	o := run(t, newTrial(newDaemon(t), rewrite(t, original, []change{{"1", "RUN make /a", "RUN fail"}, {"2", "RUN make /b", "RUN fail"}})))
	if o.Report.Count(transform.StatusApplied) != 0 || o.Report.Count(transform.StatusDisabled) != 2 {
		t.Errorf("findings: %+v", o.Report.Findings)
	}
	if o.Result.Verdict != result.Original || o.Report.Changed() || o.Result.Rewritten != original || len(o.Result.Dropped()) != 2 || len(o.Result.Faults) == 0 {
		t.Errorf("got %+v", o.Result)
	}
}

// What held with the most changes is handed over when the attempts are used up.
func TestTriesAreBounded(t *testing.T) {
	d := newDaemon(t)
	trial := newTrial(d, rewrite(t, original, []change{{"1", "RUN make /a", "RUN fail"}, {"2", "RUN make /b", "RUN fail"}}))
	trial.MaxTries = 2
	if o := run(t, trial); o.Result.Verdict != result.Original || len(d.built) != 3 {
		t.Errorf("%d builds, verdict %s", len(d.built), o.Result.Verdict)
	}
}

func TestOriginalDoesNotBuild(t *testing.T) {
	o := run(t, newTrial(newDaemon(t), rewrite(t, "FROM scratch\nRUN fail\n", []change{{"1", "RUN fail", "RUN make /a"}})))
	if o.Result.Verdict != result.Broken || o.Report.Changed() || len(o.Result.Faults) != 1 {
		t.Errorf("got %+v", o.Result)
	}
}

// A test that the original fails says nothing about the rewrite.
func TestInconclusive(t *testing.T) {
	trial := newTrial(newDaemon(t), rewrite(t, original, []change{{"1", "RUN make /c\n", "RUN make /d\n"}}))
	trial.Suite.Checks = []smoke.Check{{Entrypoint: []string{"/none"}}, {Entrypoint: []string{"/a"}}}
	o := run(t, trial)
	if o.Result.Verdict != result.Held || !o.Result.Tests[0].Inconclusive || o.Result.Tests[1].Inconclusive {
		t.Errorf("got %+v", o.Result)
	}
}

func TestContextChanges(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "f"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("before")
	trial := newTrial(newDaemon(t), rewrite(t, original, nil))
	files := project.NewContext(dir)
	defer files.Close()
	trial.Request.Dir, trial.Project = dir, project.New(files, "Dockerfile", nil, nil)
	build := trial.Build
	trial.Build = func(ctx context.Context, r verify.Request, run func(context.Context, smoke.Sandbox) error) (*verify.Built, error) {
		write("while it builds")
		return build(ctx, r, run)
	}
	if _, err := trial.Run(t.Context()); !errors.Is(err, verify.ErrContextChanged) || !strings.HasSuffix(err.Error(), ": f") {
		t.Errorf("got %v", err)
	}
}

func TestLimit(t *testing.T) {
	trial := newTrial(newDaemon(t), rewrite(t, original, nil))
	trial.Limit = 1
	if o := run(t, trial); o.Result.Verdict != result.Broken || !strings.Contains(o.Result.Reason, "stopped after 1ns") {
		t.Errorf("got %+v", o.Result)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newTrial(newDaemon(t), rewrite(t, original, nil)).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
