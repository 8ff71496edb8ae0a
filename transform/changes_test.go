package transform_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/transform"
)

// noter is a pass that adds a line to a file of the build context, once.
func noter(name, path, line string) *transform.Pass {
	return &transform.Pass{Name: name, Doc: "Note.", Run: func(c *transform.Context) error {
		text, _ := fs.ReadFile(c.Files, path)
		if strings.Contains(string(text), line) {
			return nil
		}
		in := c.Doc.Stages[0].From
		c.Report(transform.Finding{Kind: "note", Span: in.Span, Fix: &transform.Fix{
			Title: "Note " + line, Level: transform.Safe, Files: []transform.FileChange{{Path: path, Data: append(text, line+"\n"...)}},
		}})
		return nil
	}}
}

// witness is a validator that notes what it was shown.
type witness struct {
	files   []string
	changes []transform.FileChange
}

func (w *witness) Validate(_, _ *transform.Document, env transform.Environment, _ transform.Claim) transform.Verdict {
	text, _ := fs.ReadFile(env.Files, "notes")
	w.files, w.changes = append(w.files, string(text)), env.Changes
	return transform.Verdict{Status: transform.Refines}
}

// Passes see what earlier ones have made of the context's files, and the report has the result of all.
func TestFilesChangeTogether(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("FROM scratch\n"))
	if err != nil {
		t.Fatal(err)
	}
	context := fstest.MapFS{"notes": {Data: []byte("zero\n")}}
	w := &witness{}
	p := &transform.Pipeline{
		Passes:     []*transform.Pass{noter("one", "notes", "one"), noter("two", "notes", "two"), noter("three", "new/file", "three")},
		Validators: []transform.Validator{w}, Level: transform.Safe,
	}
	r, err := p.Run(doc, context)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Changed() || r.Rewritten() {
		t.Errorf("changed %v, Dockerfile rewritten %v; want only other files", r.Changed(), r.Rewritten())
	}
	if len(r.Files) != 2 {
		t.Fatalf("%d files change, want 2", len(r.Files))
	}
	if f := r.Files[0]; f.Path != "new/file" || f.Before != nil || string(f.After) != "three\n" {
		t.Errorf("%+v", f)
	}
	if f := r.Files[1]; f.Path != "notes" || string(f.Before) != "zero\n" || string(f.After) != "zero\none\ntwo\n" {
		t.Errorf("%+v", f)
	}
	if w.files[0] != "zero\n" || len(w.changes) != 2 {
		t.Errorf("the validator was shown %q and %d changes; want the context that came in, and 2", w.files[0], len(w.changes))
	}
	again, err := p.Run(doc, transform.Overlay(context, []transform.FileChange{{Path: "new/file", Data: r.Files[0].After}, {Path: "notes", Data: r.Files[1].After}}))
	if err != nil || again.Changed() {
		t.Errorf("a second run changes something: %v", err)
	}
}

// A fix is made whole or not at all: where only the Dockerfile is to be written, one that needs another file is not made.
func TestFilesLeftAlone(t *testing.T) {
	doc, _ := transform.Parse("Dockerfile", []byte("FROM scratch\n"))
	for name, c := range map[string]struct {
		path   string
		alone  bool
		files  fs.FS
		status transform.Status
	}{
		"only the Dockerfile is written": {"notes", true, fstest.MapFS{}, transform.StatusDisabled},
		"outside of the context":         {"../notes", false, fstest.MapFS{}, transform.StatusRejected},
		"no context":                     {"notes", false, nil, transform.StatusRejected},
	} {
		pass := &transform.Pass{Name: "p", Doc: "P.", Run: func(ctx *transform.Context) error {
			ctx.Report(transform.Finding{Kind: "k", Span: doc.Stages[0].From.Span, Fix: &transform.Fix{
				Title: "Write", Level: transform.Safe, Files: []transform.FileChange{{Path: c.path, Data: []byte("x")}},
			}})
			return nil
		}}
		r, err := (&transform.Pipeline{Passes: []*transform.Pass{pass}, Level: transform.Safe, Alone: c.alone}).Run(doc, c.files)
		if err != nil {
			t.Fatal(name, err)
		}
		if r.Changed() || len(r.Findings) != 1 || r.Findings[0].Status != c.status {
			t.Errorf("%s: changed %v, findings %+v; want one that is %s", name, r.Changed(), r.Findings, c.status)
		}
	}
}

// Of two fixes of one pass that write the same file, the second is made when it has seen the first.
func TestFilesTaken(t *testing.T) {
	doc, _ := transform.Parse("Dockerfile", []byte("FROM scratch\n"))
	one, two := noter("x", "notes", "one"), noter("x", "notes", "two")
	both := &transform.Pass{Name: "both", Doc: "Both.", Run: func(c *transform.Context) error {
		if err := one.Run(c); err != nil {
			return err
		}
		return two.Run(c)
	}}
	r, err := (&transform.Pipeline{Passes: []*transform.Pass{both}, Level: transform.Safe}).Run(doc, fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Files) != 1 || string(r.Files[0].After) != "one\ntwo\n" || r.Count(transform.StatusApplied) != 2 {
		t.Errorf("%+v", r.Files)
	}
}
