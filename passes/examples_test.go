package passes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dopt/internal/corpus"
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

// Pass order runs what ran before, in another order: it adds nothing but downloads, and what a
// script needs again when it is cut in two.
func TestOrderKeepsCommands(t *testing.T) {
	t.Run("examples", func(t *testing.T) {
		for _, e := range examples(t) {
			r, err := newPipeline(transform.Standard, "order").Run(e.doc, e.context)
			if err != nil {
				t.Fatal(err)
			}
			keepsCommands(t, e.name, r)
		}
	})
	t.Run("corpus", func(t *testing.T) {
		p := newPipeline(transform.Standard, "order")
		p.Settings.Declarations = transform.DeclarationsEarly
		for _, file := range corpus.Files(t, "dockerfiles") {
			doc, err := transform.Parse(file.Name, file.Src)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Run(doc, nil)
			if err != nil {
				t.Fatal(err)
			}
			keepsCommands(t, file.Name, r)
		}
	})
}

// added are the beginnings of the commands that pass order may add.
var added = []string{
	"cd ", "set ", "export ",
	"go mod download", "mvn ", "./mvnw ", "cargo fetch", "dotnet restore", "mix deps.get", "rebar3 get-deps", "swift package resolve", "poetry install", "uv sync", "pdm install", "pdm sync",
}

func keepsCommands(t *testing.T, name string, r *transform.Report) {
	t.Helper()
	before, after := commands(r.Before), commands(r.After)
	for command, n := range before {
		if after[command] < n {
			t.Errorf("%s: %q ran %d times and runs %d times", name, command, n, after[command])
		}
	}
	for command, n := range after {
		may := slices.ContainsFunc(added, func(s string) bool { return strings.HasPrefix(command+" ", s) })
		if n > before[command] && !may {
			t.Errorf("%s: %q is new", name, command)
		}
	}
}

// commands counts what the RUN instructions of a file run.
func commands(doc *transform.Document) map[string]int {
	count := map[string]int{}
	for _, in := range doc.Instructions {
		if in.Keyword != "RUN" {
			continue
		}
		script := in.Script()
		if script.Shell == nil {
			count[script.Text]++
			continue
		}
		for _, c := range script.Shell.Commands {
			count[strings.Join(strings.Fields(script.Text[c.Start:c.End]), " ")]++
		}
	}
	return count
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
	for _, want := range []string{"default-libmysqlclient-dev", "libmariadb3", "g++", "make"} {
		if !slices.ContainsFunc(got, func(e string) bool {
			return strings.HasPrefix(e, "requirements.txt: mysqlclient==2.0.3: ") && strings.HasSuffix(e, ", in "+want)
		}) {
			t.Errorf("no line of requirements.txt is told as the reason for %s:\n%s", want, strings.Join(got, "\n"))
		}
	}
}
