package passes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dopt/internal/project"
	"dopt/transform"
	"dopt/transform/validate/ignore"
)

// An example is a project of examples/ as a rewrite sees it.
type example struct {
	name    string
	doc     *transform.Document
	context *project.Project
}

func examples(t *testing.T) []example {
	t.Helper()
	dockerfiles, err := filepath.Glob("../examples/*/Dockerfile")
	if err != nil || len(dockerfiles) == 0 {
		t.Fatal("no examples: ", err)
	}
	var list []example
	for _, file := range dockerfiles {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Dir(file)
		doc, err := transform.Parse("Dockerfile", src)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, example{filepath.Base(folder), doc, project.New(os.DirFS(folder), "Dockerfile", nil, nil)})
	}
	return list
}

// run rewrites a document of the example, in its context as an earlier rewrite has left it.
func (e example) run(t *testing.T, level transform.Level, doc *transform.Document, before *transform.Report) *transform.Report {
	t.Helper()
	p := newPipeline(level)
	p.Validators = append(p.Validators, ignore.New())
	var changes []transform.FileChange
	if before != nil {
		for _, f := range before.Files {
			changes = append(changes, transform.FileChange{Path: f.Path, Data: f.After})
		}
	}
	r, err := p.Run(doc, transform.Overlay(e.context, changes))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if f.Status == transform.StatusRejected {
			t.Errorf("%s/%s is rejected: %s", f.Pass, f.Kind, strings.Join(f.Reasons, "; "))
		}
	}
	return r
}

// The laws of the pipeline on projects with their build context.
func TestExamples(t *testing.T) {
	for _, e := range examples(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			boldest := e.run(t, transform.Aggressive, e.doc, nil)
			if again := e.run(t, transform.Aggressive, boldest.After, boldest); again.Changed() {
				t.Errorf("a second run at level aggressive changes the file:\n%s", transform.Diff("first", "second", boldest.After.Src, again.After.Src))
			}
			want := e.run(t, transform.Standard, e.doc, nil)
			if again := e.run(t, transform.Standard, want.After, want); again.Changed() {
				t.Errorf("a second run changes the file:\n%s%v", transform.Diff("first", "second", want.After.Src, again.After.Src), again.Files)
			}
			safe := e.run(t, transform.Safe, e.doc, nil)
			if via := e.run(t, transform.Standard, safe.After, safe); string(via.After.Src) != string(want.After.Src) {
				t.Errorf("standard after safe differs from standard:\n%s", transform.Diff("standard", "via safe", want.After.Src, via.After.Src))
			}
		})
	}
}

// What slim writes has the form that the passes behind it would have given it: with all passes, too, a rewrite at
// level safe in between makes no difference, and a second run none.
func TestSlimComposes(t *testing.T) {
	cases, err := filepath.Glob("../golden/slim/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no golden cases: ", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			g := load(t, path, "pipeline")
			run := func(level transform.Level, doc *transform.Document) *transform.Report {
				g.pipeline.Level = level
				r, err := g.pipeline.Run(doc, g.files)
				if err != nil {
					t.Fatal(err)
				}
				if r.Count(transform.StatusRejected) > 0 {
					t.Errorf("level %s: a fix is rejected:\n%s", level, describe(r.Findings))
				}
				return r
			}
			want := run(transform.Standard, g.doc)
			if again := run(transform.Standard, want.After); again.Rewritten() {
				t.Errorf("a second run changes the file:\n%s", transform.Diff("first", "second", want.After.Src, again.After.Src))
			}
			if via := run(transform.Standard, run(transform.Safe, g.doc).After); string(via.After.Src) != string(want.After.Src) {
				t.Errorf("standard after safe differs from standard:\n%s", transform.Diff("standard", "via safe", want.After.Src, via.After.Src))
			}
		})
	}
}

// The line of the manifest that asks for a package is the reason why it is installed.
func TestSlimEvidence(t *testing.T) {
	g := load(t, "../golden/slim/django.txtar", "slim")
	r, err := g.pipeline.Run(g.doc, g.files)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		for _, e := range f.Fix.Evidence {
			got = append(got, e.Source+": "+e.Text)
		}
	}
	for _, want := range []string{"default-libmysqlclient-dev", "libmariadb3", "gcc", "pkg-config"} {
		if !slices.ContainsFunc(got, func(e string) bool {
			return strings.HasPrefix(e, "requirements.txt: mysqlclient==2.0.3: ") && strings.HasSuffix(e, ", in "+want)
		}) {
			t.Errorf("no line of requirements.txt is told as the reason for %s:\n%s", want, strings.Join(got, "\n"))
		}
	}
}
