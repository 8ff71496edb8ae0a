package trial_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/project"
	"dopt/internal/testbed"
	"dopt/internal/testbed/testbedtest"
	"dopt/internal/verify"
	"dopt/internal/verify/repair"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
	"dopt/internal/verify/trial"
	"dopt/transform"
)

// The planted set of broken rewrites, built and run for real: each is caught by what its case says, each that a package mends is
// repaired with that package, and of the others the original is handed over.
//
// golden/verify has a case a file: the Dockerfile, the broken one, the context, a test (the words of a command, none for the
// image's own), the fault, and for the tests without builds the trees of both images.
func TestPlanted(t *testing.T) {
	bed := testbedtest.Start(t)
	for _, file := range plantedFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			c := readPlanted(t, file)
			o, err := c.trial(t, bed).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if o.Result.Verdict == result.Broken {
				t.Fatal(o.Result.Reason, o.Result.Faults[0].Output)
			}
			c.judge(t, o.Result)
		})
	}
}

func plantedFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../../golden/verify/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	return files
}

var update = flag.Bool("update", false, "write the table of planted faults of docs/verify.md anew")

// docs/verify.md has what TestPlanted asserts of each case, as a table.
func TestPlantedTable(t *testing.T) {
	const file, end = "../../../docs/verify.md", "<!-- end of planted -->"
	const begin = "<!-- planted: go test ./internal/verify/trial -run TestPlantedTable -update -->\n"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatal("docs/verify.md has no place for the table of planted faults")
	}
	table := "| what is wrong | found by | what becomes of it |\n| --- | --- | --- |\n"
	for _, file := range plantedFiles(t) {
		table += readPlanted(t, file).row()
	}
	want := head + begin + table + end + tail
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("docs/verify.md has another table: run the test with -update\n%s", transform.Diff("documented", "planted", page, []byte(want)))
	}
}

// A planted case of golden/verify.
type planted struct {
	dir           string
	before, after *transform.Document
	test          []string
	// title says what is wrong.
	title string
	// check and repair are the wanted ones; repair is "none" where no package mends it. stage is that of the fault.
	check, repair, stage string
}

func readPlanted(t *testing.T, file string) *planted {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &planted{dir: t.TempDir(), title: strings.Join(strings.Fields(string(archive.Comment)), " ")}
	for _, f := range archive.Files {
		switch f.Name {
		case "Dockerfile":
			c.before = parse(t, f.Data)
		case "broken/Dockerfile":
			c.after = parse(t, f.Data)
		case "test":
			if err := json.Unmarshal(f.Data, &c.test); err != nil {
				t.Fatal(err)
			}
		case "fault":
			for line := range strings.Lines(string(f.Data)) {
				switch name, value, _ := strings.Cut(strings.TrimSpace(line), ": "); name {
				case "check":
					c.check = value
				case "stage":
					c.stage = value
				case "repair":
					c.repair = value
				}
			}
		case "before", "after":
		default:
			name := filepath.Join(c.dir, f.Name)
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return c
}

func parse(t *testing.T, text []byte) *transform.Document {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func (c *planted) trial(t *testing.T, bed *testbed.Bed) *trial.Trial {
	t.Helper()
	files := project.NewContext(c.dir)
	t.Cleanup(func() { files.Close() })
	check := smoke.Check{}
	if len(c.test) > 0 {
		check.Entrypoint = c.test
	}
	return &trial.Trial{
		Build:   trial.On(bed.Builder, bed.Store),
		Rewrite: func(v trial.Variant) (*transform.Report, error) { return c.rewrite(v) },
		Request: verify.Request{Dir: c.dir, Name: "Dockerfile", Args: testbed.ProxyArgs(), BuiltinFrontend: !testbed.Registry()},
		Images: func(ctx context.Context, doc *transform.Document) (verify.Images, error) {
			return bed.Images(ctx, references(doc)...)
		},
		Suite: &smoke.Suite{Checks: []smoke.Check{check}, Patience: 4}, Project: project.New(files, "Dockerfile", nil, nil),
		Diagnose: repair.Diagnose, Search: repair.Search, MaxRepairs: 2, MaxTries: 5,
	}
}

// references are the images that a Dockerfile is built on.
func references(doc *transform.Document) []string {
	var refs []string
	for _, s := range doc.Stages {
		if doc.StageOf(s.Base, s) == nil {
			refs = append(refs, s.Base)
		}
	}
	return refs
}

// rewrite makes the broken Dockerfile, unless that is left out.
func (c *planted) rewrite(v trial.Variant) (*transform.Report, error) {
	const id = "planted"
	r := &transform.Report{Before: c.before, After: c.before}
	if slices.Contains(v.Disabled, id) {
		return r, nil
	}
	r.Findings = []transform.Finding{{Status: transform.StatusApplied, Fix: &transform.Fix{ID: id, Title: "Break it"}}}
	r.After = c.after
	return r, nil
}

func (c *planted) judge(t *testing.T, r *result.Result) {
	t.Helper()
	if len(r.Tries) == 0 || !slices.ContainsFunc(r.Tries[0].Faults, func(f result.Fault) bool { return f.Check == c.check }) {
		t.Errorf("it is not caught by check %s: %s %s, %+v", c.check, r.Verdict, r.Reason, r.Tries)
	}
	if c.repair == "none" {
		if r.Verdict != result.Original {
			t.Errorf("verdict %s, want the original: %+v", r.Verdict, r.Repairs)
		}
		return
	}
	if r.Verdict != result.Repaired || !slices.ContainsFunc(r.Repairs, func(p result.Repair) bool { return p.Name == c.repair && p.Stage == c.stage }) {
		t.Errorf("verdict %s with %+v, want a repair by %s in stage %q: %+v", r.Verdict, r.Repairs, c.repair, c.stage, r.Tries)
	}
}

// row is the case's line of the table.
func (c *planted) row() string {
	end := "no package mends it: the original is handed over"
	if c.repair != "none" {
		end = "repaired with `" + c.repair + "`"
		if c.stage != "" {
			end += " in stage `" + c.stage + "`"
		}
	}
	return fmt.Sprintf("| %s | `%s` | %s |\n", c.title, c.check, end)
}
