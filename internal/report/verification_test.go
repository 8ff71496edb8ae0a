package report_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dopt/internal/report"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// fill sets all fields of a value, so that none is left out of its JSON.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1.5)
	}
}

// The schema knows each field of a verification, and no other.
func TestVerificationSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	full := &result.Result{}
	fill(reflect.ValueOf(full).Elem())
	full.Version, full.Verdict = result.Version, result.Held
	doc, err := transform.Parse("Dockerfile", []byte("FROM a\n"))
	if err != nil {
		t.Fatal(err)
	}
	check := func(r *result.Result) error {
		text := write(t, "json", report.Options{}, []report.File{{Path: "Dockerfile", Verified: r, Result: &transform.Report{Before: doc, After: doc}}})
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	if err := check(full); err != nil {
		t.Error(err)
	}
	if err := check(&result.Result{Version: result.Version, Verdict: result.Broken, Changes: []result.Change{}}); err != nil {
		t.Errorf("with nothing but what must be there: %v", err)
	}
	full.Verdict = "perhaps"
	if check(full) == nil {
		t.Error("an unknown verdict is valid")
	}
	full.Verdict = result.Held
	text, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.Replace(text, []byte(`"verdict"`), []byte(`"verdicts"`), 1))); err != nil || schema.Validate(v) == nil {
		t.Errorf("an unknown field is valid (%v)", err)
	}
}

func TestVerificationText(t *testing.T) {
	image := func(mb int64, layers int) *result.Image {
		return &result.Image{Compressed: mb * 1e6, Unpacked: 3 * mb * 1e6, Files: 10, Layers: make([]result.Layer, layers), Seconds: 12.34, Steps: 3}
	}
	doc, err := transform.Parse("Dockerfile", []byte("FROM a\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := &result.Result{
		Path: "Dockerfile", Verdict: result.Reduced, Reason: "test \x1b[2J: exit status 1", Before: image(200, 4), After: image(50, 2),
		Changes: []result.Change{{ID: "slim/base/1", Pass: "slim", Line: 1, Title: "Use the slim variant", Dropped: true}, {ID: "m/1", Pass: "merge"}},
		Repairs: []result.Repair{{Package: result.Package{Name: "libpq5"}, Need: "library libpq.so.5"}},
		Tests:   []result.Test{{Name: "cat app.py", Before: &result.TestRun{Passed: true}, After: &result.TestRun{Passed: true}}, {Name: "x", Inconclusive: true}},
		Config:  []result.ConfigDifference{{Key: "Env A", Before: "1"}, {Key: "Label b", After: "2"}},
		Files:   &result.Files{Gone: result.FileSet{Files: 7, Bytes: 5e6, Groups: []result.FileGroup{{Package: "gcc", Files: 3, Bytes: 4e6}, {Folder: "/opt/x", Files: 4, Bytes: 1e6}}}},
		Rebuild: &result.Rebuild{Edited: "app.py", Before: result.Again{Seconds: 9, Steps: make([]result.Step, 3)}, After: result.Again{Seconds: 1, Steps: make([]result.Step, 1)}},
	}
	const want = `Dockerfile: some changes were dropped, the rest holds
  added libpq5 for library libpq.so.5
  dropped slim at line 1: Use the slim variant (--disable slim/base/1)
                           before     after
              compressed  200.0 MB  50.0 MB  -75.0 %
`
	got := write(t, "text", report.Options{Verification: true, Terminal: true}, []report.File{{Path: "Dockerfile", Verified: r, Result: &transform.Report{Before: doc, After: doc}}})
	for line := range strings.Lines(want) {
		if !strings.Contains(squeeze(got), squeeze(line)) {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
	if strings.Contains(got, "\x1b") {
		t.Errorf("a terminal would obey what a test wrote: %q", got)
	}
	for _, line := range []string{
		"because test", "build after an edit 9.0 s 1.0 s", "steps after an edit 3 1", "test cat app.py: passed", "test x: inconclusive: the original fails it, too",
		"config Env A: gone, was 1", "config Label b: now 2", "gone: 7 files, 5.0 MB", "4.0 MB package gcc (3 files)", "1.0 MB /opt/x (4 files)",
	} {
		if !strings.Contains(squeeze(got), line) {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
}

// squeeze leaves one blank of several.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }
