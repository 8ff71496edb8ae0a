package passes_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/catalog"
	"dopt/internal/project"
	"dopt/internal/system"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/ignore"
	"dopt/transform/validate/llb"
)

var update = flag.Bool("update", false, "rewrite the want sections of the golden cases")

// A golden case is a txtar file golden/<pass>/<name>.txtar:
//
//	What the case shows, in a sentence or two. Lines such as "level: safe" set options:
//	level, merge, builder, targets, declarations, assume-official, mirrors, and cache-mounts: yes.
//	-- Dockerfile --       the input
//	-- requirements.txt -- anything else is a file of the build context, which holds the Dockerfile, too;
//	                       without such a file there is no context
//	-- history --          how often the context changes: lines "62 src/main.go", 62 of 100 commits
//	                       touch it; absent: there is no repository, and the kind of file tells
//	-- want/Dockerfile --  the whole output; absent: not a byte may change
//	-- want/.dockerignore -- likewise any other file that changes
//	-- want.report --      a line a finding: status level pass/kind line: title or reason; below it what
//	                       a change of another file rests on
//
// A case of golden/<pass> runs that pass alone, one of golden/pipeline all of
// them. On each case the laws hold: a second run changes nothing, nothing is
// rejected, and each fix validates alone.
type golden struct {
	name     string
	archive  *txtar.Archive
	pipeline *transform.Pipeline
	files    fs.FS
	doc      *transform.Document
}

func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("../golden/*/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no golden cases: ", err)
	}
	for _, path := range cases {
		folder := filepath.Base(filepath.Dir(path))
		if folder == "validate" || folder == "verify" {
			continue // run by tests of their own
		}
		t.Run(folder+"/"+strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runGolden(t, path, folder)
		})
	}
}

func runGolden(t *testing.T, path, folder string) {
	g := load(t, path, folder)
	r, err := g.pipeline.Run(g.doc, g.files)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"want.report": describe(r.Findings)}
	if r.Rewritten() {
		got["want/Dockerfile"] = string(r.After.Src)
	}
	for _, f := range r.Files {
		got["want/"+f.Path] = string(f.After)
	}
	if *update {
		g.write(t, path, got)
	}
	g.compare(t, got)
	g.laws(t, r)
}

func load(t *testing.T, path, folder string) *golden {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g := &golden{name: path, archive: archive, pipeline: &transform.Pipeline{
		Passes: passes.All(), Validators: []transform.Validator{llb.New(), ignore.New()}, Bases: catalog.Bases(), Packages: system.Packages(), Level: transform.Standard,
	}}
	if folder != "pipeline" {
		g.pipeline.Passes = only(t, folder)
	}
	if folder == "format" {
		g.pipeline.Level = transform.Layout
		g.pipeline.Settings.FormatAll = true
	}
	g.options(t)
	files := &txtar.Archive{}
	var changes project.History
	for _, f := range archive.Files {
		switch {
		case f.Name == "history":
			if changes, err = parseHistory(string(f.Data)); err != nil {
				t.Fatal(err)
			}
		case f.Name == "Dockerfile":
			if g.doc, err = transform.Parse("Dockerfile", f.Data); err != nil {
				t.Fatal(err)
			}
		case !strings.HasPrefix(f.Name, "want"):
			files.Files = append(files.Files, f)
		}
	}
	if g.doc == nil {
		t.Fatal("the case has no Dockerfile")
	}
	if len(files.Files) > 0 {
		files.Files = append(files.Files, txtar.File{Name: "Dockerfile", Data: g.doc.Src})
		context, err := txtar.FS(files)
		if err != nil {
			t.Fatal(err)
		}
		g.files = project.New(context, "Dockerfile", nil, changes)
	}
	return g
}

func only(t *testing.T, name string) []*transform.Pass {
	t.Helper()
	for _, p := range passes.All() {
		if p.Name == name {
			return []*transform.Pass{p}
		}
	}
	t.Fatalf("golden/%s: no such pass", name)
	return nil
}

// options reads the "name: value" lines of the case's comment.
func (g *golden) options(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(string(g.archive.Comment)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.Contains(name, " ") {
			continue
		}
		switch s := &g.pipeline.Settings; name {
		case "level":
			level, err := transform.ParseLevel(value)
			if err != nil {
				t.Fatal(err)
			}
			g.pipeline.Level = level
		case "merge":
			s.Merge = transform.MergePolicy(value)
		case "declarations":
			s.Declarations = transform.DeclarationPolicy(value)
		case "builder":
			s.Builder = transform.Builder(value)
		case "targets":
			s.Targets = strings.Fields(value)
		case "mirrors":
			s.Mirrors = strings.Fields(value)
		case "assume-official":
			s.Official = strings.Fields(value)
		case "cache-mounts":
			s.CacheMounts = value == "yes"
		}
	}
}

// describe writes a line a finding.
func describe(findings []transform.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		level, text := "", f.Message
		if f.Fix != nil {
			level = " " + f.Fix.Level.String()
			if f.Status != transform.StatusDisabled {
				text = f.Fix.Title
			}
		}
		fmt.Fprintf(&b, "%s%s %s/%s %d: %s\n", f.Status, level, f.Pass, f.Kind, f.Line, text)
		if f.Fix != nil && len(f.Fix.Files) > 0 {
			for _, e := range f.Fix.Evidence {
				fmt.Fprintf(&b, "  %s: %s\n", e.Source, e.Text)
			}
		}
		for _, reason := range f.Reasons {
			fmt.Fprintf(&b, "  %s\n", reason)
		}
	}
	return b.String()
}

func (g *golden) section(name string) (string, bool) {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

func (g *golden) compare(t *testing.T, got map[string]string) {
	t.Helper()
	want, ok := g.section("want/Dockerfile")
	if !ok {
		want = string(g.doc.Src)
	}
	have, changed := got["want/Dockerfile"]
	if !changed {
		have = string(g.doc.Src)
	}
	if have != want {
		t.Errorf("wrong output:\n%s", transform.Diff("want", "got", []byte(want), []byte(have)))
	}
	for _, name := range g.others(got) {
		if want, _ := g.section(name); got[name] != want {
			t.Errorf("wrong %s:\n%s", name, transform.Diff("want", "got", []byte(want), []byte(got[name])))
		}
	}
	if want, _ := g.section("want.report"); got["want.report"] != want {
		t.Errorf("wrong report:\n%s", transform.Diff("want", "got", []byte(want), []byte(got["want.report"])))
	}
}

// others returns the want sections of files other than the Dockerfile, those of the case and those there should be, sorted.
func (g *golden) others(got map[string]string) []string {
	var names []string
	for _, f := range g.archive.Files {
		if strings.HasPrefix(f.Name, "want/") && f.Name != "want/Dockerfile" {
			names = append(names, f.Name)
		}
	}
	for name := range got {
		if strings.HasPrefix(name, "want/") && name != "want/Dockerfile" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// write replaces the want sections of the case.
func (g *golden) write(t *testing.T, path string, got map[string]string) {
	t.Helper()
	out := &txtar.Archive{Comment: g.archive.Comment}
	for _, f := range g.archive.Files {
		if !strings.HasPrefix(f.Name, "want") {
			out.Files = append(out.Files, f)
		}
	}
	for _, name := range slices.Concat([]string{"want/Dockerfile"}, g.others(got), []string{"want.report"}) {
		if text, ok := got[name]; ok {
			out.Files = append(out.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	g.archive = out
	if err := os.WriteFile(path, txtar.Format(out), 0o644); err != nil {
		t.Fatal(err)
	}
}

// laws asserts what holds for every case.
func (g *golden) laws(t *testing.T, r *transform.Report) {
	t.Helper()
	if n := r.Count(transform.StatusRejected); n > 0 {
		t.Errorf("%d fixes rejected: a bug of the pass", n)
	}
	var changes []transform.FileChange
	for _, f := range r.Files {
		changes = append(changes, transform.FileChange{Path: f.Path, Data: f.After})
	}
	again, err := g.pipeline.Run(r.After, transform.Overlay(g.files, changes))
	if err != nil {
		t.Fatal(err)
	}
	if again.Changed() {
		t.Errorf("a second run changes the file:\n%s%v", transform.Diff("first", "second", r.After.Src, again.After.Src), again.Files)
	}
	if n := r.Count(transform.StatusApplied); n > 1 {
		g.eachAlone(t, n)
	}
}

// eachAlone makes one fix fewer each time: every prefix of the fixes must validate, too.
func (g *golden) eachAlone(t *testing.T, n int) {
	t.Helper()
	limited := *g.pipeline
	for limited.Limit = 1; limited.Limit < n; limited.Limit++ {
		r, err := limited.Run(g.doc, g.files)
		if err != nil {
			t.Fatal(err)
		}
		if r.Count(transform.StatusRejected) > 0 {
			t.Errorf("with the first %d fixes alone, one is rejected:\n%s", limited.Limit, describe(r.Findings))
		}
	}
}
