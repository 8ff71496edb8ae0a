package report_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dopt/internal/report"
	"dopt/transform"
)

func parse(t *testing.T, name, text string) *transform.Document {
	t.Helper()
	d, err := transform.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// results is a file of every sort, with a finding of every status.
func results(t *testing.T) []report.File {
	size := int64(20_400_000)
	fix := func(id string, level transform.Level) *transform.Fix {
		return &transform.Fix{ID: id, Level: level, Title: "Do " + id}
	}
	rich := fix("a/b/1", transform.Safe)
	rich.Evidence = []transform.Evidence{{Source: "go.mod", Line: 3, Text: "a  <b>"}, {Source: "catalog", Text: "fact"}}
	rich.Saving = transform.Saving{Disk: &size, Rebuild: "the rebuild skips it"}
	why := fix("s/b/1", transform.Standard)
	why.Evidence = []transform.Evidence{{Source: "x/Dockerfile", Line: 1, Text: "the tag is known"}}
	findings := []transform.Finding{
		{Pass: "merge", Kind: "join", Line: 2, Status: transform.StatusApplied, Fix: rich},
		{Pass: "slim", Kind: "base", Line: 1, Status: transform.StatusApplied, Message: "Do s/b/1", Fix: why, Reasons: []string{"base unknown"}},
		{Pass: "merge", Kind: "join", Line: 3, Status: transform.StatusMissed, Message: "not joined: a comment"},
		{Pass: "stages", Kind: "split", Line: 1, Status: transform.StatusHeld, Fix: fix("t/s/1", transform.Aggressive)},
		{Pass: "merge", Kind: "join", Line: 1, Status: transform.StatusDisabled, Message: "switched off by the comment at line 9", Fix: fix("m/j/2", transform.Safe)},
		{Pass: "cleanup", Kind: "apt-lists", Line: 2, Status: transform.StatusRejected, Fix: fix("c/a/1", transform.Safe), Reasons: []string{"CMD differs"}},
		{Pass: "pragma", Kind: "unused", Line: 1, Status: transform.StatusMissed, Message: "this ignore comment switches nothing off"},
	}
	before, after := parse(t, "x/Dockerfile", "FROM a\nRUN b\nRUN c\n"), parse(t, "x/Dockerfile", "FROM a\nRUN b && c\n")
	return []report.File{
		{Path: "nowhere", Err: &transform.ParseError{Name: "nowhere", Line: 1, Column: 1, Message: "no such file or directory"}},
		{Path: "bug", Err: errors.New("bug: the passes do not settle")},
		{Path: "out", Excluded: ".dopt.yaml"},
		{Path: "same", Result: &transform.Report{Before: before, After: before}},
		{Path: "x/Dockerfile", Result: &transform.Report{Before: before, After: after, Findings: findings}, Written: true},
	}
}

// write returns what a printer makes of results.
func write(t *testing.T, format string, o report.Options, files []report.File) string {
	t.Helper()
	var b strings.Builder
	p := report.New(format, &b, o)
	var s report.Summary
	for _, f := range files {
		s.Add(f)
		if err := p.File(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("wrong output:\n%s\n%q", transform.Diff("want", "got", []byte(want), []byte(got)), got)
	}
}

const wantDiff = `--- a/x/Dockerfile
+++ b/x/Dockerfile
@@ -1,3 +1,2 @@
 FROM a
-RUN b
-RUN c
+RUN b && c
`

func TestText(t *testing.T) {
	const applied = `  merge      safe       x/Dockerfile:2  Do a/b/1; saves 20 MB on disk, the rebuild skips it
  slim       standard   x/Dockerfile:1  Do s/b/1; the tag is known; not proven: base unknown
`
	const always = `  cleanup    rejected   x/Dockerfile:2  Do c/a/1; not made, please report this as a bug of dopt: CMD differs
  pragma     missed     x/Dockerfile:1  this ignore comment switches nothing off
`
	const verbose = `  out: excluded by .dopt.yaml
` + wantDiff + `  merge      safe       x/Dockerfile:2  Do a/b/1; saves 20 MB on disk, the rebuild skips it
    because go.mod:3: a <b>
    because catalog: fact
    id a/b/1
  slim       standard   x/Dockerfile:1  Do s/b/1; the tag is known; not proven: base unknown
    because x/Dockerfile:1: the tag is known
    id s/b/1
  merge      missed     x/Dockerfile:3  not joined: a comment
  stages     held       x/Dockerfile:1  Do t/s/1; needs level aggressive
    id t/s/1
  merge      disabled   x/Dockerfile:1  Do m/j/2; switched off by the comment at line 9
    id m/j/2
  cleanup    rejected   x/Dockerfile:2  Do c/a/1; not made, please report this as a bug of dopt: CMD differs
    id c/a/1
  pragma     missed     x/Dockerfile:1  this ignore comment switches nothing off
`
	for _, tc := range []struct {
		name, format string
		o            report.Options
		want         string
	}{
		{"all", "text", report.Options{Changes: true, Diff: true}, wantDiff + applied + always},
		{"no diff", "text", report.Options{Changes: true}, applied + always},
		{"verbose", "text", report.Options{Changes: true, Diff: true, Verbose: true}, verbose},
		{"diff", "diff", report.Options{Changes: true, Diff: true}, wantDiff},
		{"nothing", "text", report.Options{}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) { compare(t, write(t, tc.format, tc.o, results(t)), tc.want) })
	}
}

func TestColor(t *testing.T) {
	before, after := parse(t, "f", "FROM a\nRUN \\\n-- x\nCMD y\r\n"), parse(t, "f", "FROM a\nRUN z\nCMD y\n")
	f := report.File{Path: "f", Result: &transform.Report{Before: before, After: after}}
	got := write(t, "diff", report.Options{Diff: true, Color: true, Terminal: true}, []report.File{f})
	const red, green, reset = "\x1b[31m", "\x1b[32m", "\x1b[0m"
	want := "\x1b[1m--- a/f" + reset + "\n\x1b[1m+++ b/f" + reset + "\n\x1b[36m@@ -1,4 +1,3 @@" + reset + "\n FROM a\n" +
		red + "-RUN \\" + reset + "\n" + red + "--- x" + reset + "\n" + red + "-CMD y" + reset + "\n" +
		green + "+RUN z" + reset + "\n" + green + "+CMD y" + reset + "\n"
	compare(t, got, want)
}

// TestTerminal: what a file holds cannot give orders to the terminal; a patch keeps every byte.
func TestTerminal(t *testing.T) {
	before, after := parse(t, "f", "FROM a\nRUN \x1b[2J\n"), parse(t, "f", "FROM a\nRUN \x1b[2J\r\n")
	files := []report.File{{Path: "f", Result: &transform.Report{Before: before, After: after}}}
	if got := write(t, "diff", report.Options{Diff: true, Terminal: true}, files); strings.ContainsAny(got, "\x1b\r") {
		t.Errorf("control characters on a terminal: %q", got)
	}
	compare(t, write(t, "diff", report.Options{Diff: true}, files), files[0].Diff())
	if line := report.ErrorLine(errors.New("a\x1b]0;b\n\tc:1:1: d")); line != "a\ufffd]0;b c:1:1: d" {
		t.Errorf("error line %q", line)
	}
}

func TestHeaderNames(t *testing.T) {
	before, after := parse(t, "f", "FROM a\n"), parse(t, "f", "FROM b\n")
	for path, want := range map[string]string{
		"Dockerfile":       "--- a/Dockerfile\n+++ b/Dockerfile\n",
		"/abs/Dockerfile":  "--- a/abs/Dockerfile\n+++ b/abs/Dockerfile\n",
		"my app/D":         "--- a/my app/D\t\n+++ b/my app/D\t\n",
		"new\nline":        `--- "a/new\012line"` + "\n" + `+++ "b/new\012line"` + "\n",
		`quo"te\`:          `--- "a/quo\"te\\"` + "\n" + `+++ "b/quo\"te\\"` + "\n",
		"größe/Dockerfile": "--- a/größe/Dockerfile\n+++ b/größe/Dockerfile\n",
	} {
		f := report.File{Path: path, Result: &transform.Report{Before: before, After: after}}
		if got, _, _ := strings.Cut(f.Diff(), "@@"); got != want {
			t.Errorf("%q: header %q, want %q", path, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(results(t)) + 1 {
		text := write(t, "json", report.Options{}, results(t)[i:])
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	const want = `{"version":1,"files":[
{"path":"nowhere","changed":false,"error":{"file":"nowhere","line":1,"column":1,"message":"no such file or directory"},"findings":[]},
{"path":"bug","changed":false,"error":{"file":"bug","line":1,"column":1,"message":"bug: the passes do not settle"},"findings":[]},
{"path":"out","changed":false,"excluded":".dopt.yaml","findings":[]},
{"path":"same","changed":false,"findings":[]},
{"path":"x/Dockerfile","changed":true,"written":true,"findings":[` +
		`{"pass":"merge","kind":"join","status":"applied","line":2,"id":"a/b/1","level":"safe","title":"Do a/b/1",` +
		`"evidence":[{"source":"go.mod","line":3,"text":"a  <b>"},{"source":"catalog","text":"fact"}],"saving":{"disk":20400000,"rebuild":"the rebuild skips it"}},` +
		`{"pass":"slim","kind":"base","status":"applied","line":1,"id":"s/b/1","level":"standard","title":"Do s/b/1","evidence":[{"source":"x/Dockerfile","line":1,"text":"the tag is known"}],"reasons":["base unknown"]},` +
		`{"pass":"merge","kind":"join","status":"missed","line":3,"message":"not joined: a comment"},` +
		`{"pass":"stages","kind":"split","status":"held","line":1,"id":"t/s/1","level":"aggressive","title":"Do t/s/1"},` +
		`{"pass":"merge","kind":"join","status":"disabled","line":1,"message":"switched off by the comment at line 9","id":"m/j/2","level":"safe","title":"Do m/j/2"},` +
		`{"pass":"cleanup","kind":"apt-lists","status":"rejected","line":2,"id":"c/a/1","level":"safe","title":"Do c/a/1","reasons":["CMD differs"]},` +
		`{"pass":"pragma","kind":"unused","status":"missed","line":1,"message":"this ignore comment switches nothing off"}],` +
		`"diff":"--- a/x/Dockerfile\n+++ b/x/Dockerfile\n@@ -1,3 +1,2 @@\n FROM a\n-RUN b\n-RUN c\n+RUN b && c\n","after":"FROM a\nRUN b && c\n"}
],"summary":{"files":5,"changed":1,"excluded":1,"failed":2,"changes":2,"held":1,"rejected":1}}
`
	compare(t, write(t, "json", report.Options{}, results(t)), want)
}

// TestSchemaIsStrict: the schema sees what must not be.
func TestSchemaIsStrict(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	good := write(t, "json", report.Options{}, results(t))
	for _, edit := range []struct{ old, new string }{
		{`"version":1`, `"version":2`},
		{`"path":"same"`, `"paths":"same"`},
		{`"changed":true`, `"changed":false`},
		{`"status":"held"`, `"status":"conflict"`},
		{`"level":"safe"`, `"level":"sure"`},
		{`"line":1,"column":1`, `"line":0,"column":1`},
		{`"disk":20400000,"rebuild":"the rebuild skips it"`, ``},
		{`"title":"Do t/s/1"`, `"message":"x"`},
		{`"failed":2,`, ``},
	} {
		bad := strings.Replace(good, edit.old, edit.new, 1)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil || bad == good {
			t.Fatalf("%s: %v", edit.old, err)
		}
		if schema.Validate(v) == nil {
			t.Errorf("the schema takes %s for %s", edit.new, edit.old)
		}
	}
}

func TestSummary(t *testing.T) {
	var s report.Summary
	for _, f := range results(t) {
		s.Add(f)
	}
	compare(t, s.String(), "2 changes in 1 of 5 files; 1 held back by the level; 1 dropped by the validator; 1 excluded; 2 failed")
	compare(t, report.Summary{Files: 1, Changed: 1, Changes: 1}.String(), "1 change in 1 of 1 file")
}

func TestSizes(t *testing.T) {
	for n, want := range map[int64]string{75: "75 B", 999: "999 B", 1000: "1.0 kB", 9_949: "9.9 kB", 9_951: "10 kB", 999_499: "999 kB", 999_999: "1.0 MB", 20_400_000: "20 MB", 1_240_000_000: "1.2 GB"} {
		f := report.File{Path: "f", Result: &transform.Report{
			Before: parse(t, "f", "FROM a\n"), After: parse(t, "f", "FROM a\n"),
			Findings: []transform.Finding{{Pass: "p", Line: 1, Status: transform.StatusApplied, Fix: &transform.Fix{Title: "T", Saving: transform.Saving{Compressed: &n}}}},
		}}
		got := write(t, "text", report.Options{Changes: true}, []report.File{f})
		compare(t, got, fmt.Sprintf("  p          layout     f:1  T; saves %s compressed\n", want))
	}
}

// A saving that takes time to find out is found out by those who print it, and by no one else.
func TestEstimate(t *testing.T) {
	size, asked := int64(75), 0
	fix := &transform.Fix{Title: "T", Estimate: func() transform.Saving { asked++; return transform.Saving{Disk: &size} }}
	f := report.File{Path: "f", Result: &transform.Report{
		Before: parse(t, "f", "FROM a\n"), After: parse(t, "f", "FROM b\n"),
		Findings: []transform.Finding{{Pass: "p", Line: 1, Status: transform.StatusApplied, Fix: fix}},
	}}
	write(t, "diff", report.Options{}, []report.File{f})
	if asked != 0 {
		t.Errorf("the saving has been asked for, and is not printed")
	}
	compare(t, write(t, "text", report.Options{Changes: true}, []report.File{f}), "  p          layout     f:1  T; saves 75 B on disk\n")
	if got := write(t, "json", report.Options{}, []report.File{f}); !strings.Contains(got, `"disk"`) {
		t.Errorf("the saving is not in the JSON:\n%s", got)
	}
}
