package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dopt/internal/project"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// Rows that a run makes take the place of older ones; the others stay, in the order of the page.
func TestMerge(t *testing.T) {
	row := func(language, name, level string, bytes int64) Result {
		return Result{Case: name, Language: language, Level: level, After: bytes, Status: Passed}
	}
	kept := []Result{row("go", "b", "standard", 1), row("go", "a", "standard", 2), row("python", "c", "aggressive", 3)}
	late := row("go", "b", "standard", 0)
	late.Status = LeftOut
	got := merge(kept, []Result{row("go", "a", "standard", 9), row("python", "c", "standard", 4), row("python", "c", "expert", 5), late})
	want := []Result{
		row("python", "c", "expert", 5), row("python", "c", "standard", 4), row("python", "c", "aggressive", 3),
		row("go", "a", "standard", 9), row("go", "b", "standard", 1),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	path := filepath.Join(t.TempDir(), "results.json")
	if err := writeJSON(path, got); err != nil {
		t.Fatal(err)
	}
	if read, err := readResults(path); err != nil || !reflect.DeepEqual(read, want) {
		t.Errorf("read %+v (%v)", read, err)
	}
}

func TestMarkOutdated(t *testing.T) {
	c := newCase(t, "FROM busybox\n", "bases: [busybox]\nsmoke: [{command: [x]}]\n")
	context := project.NewContext(c.Dir)
	defer context.Close()
	now, err := (&harness{variant: variant{level: transform.Safe}}).fingerprint(c, project.New(context, c.Dockerfile, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	rows := []Result{{Case: c.Name, Level: "safe", Fingerprint: now}, {Case: c.Name, Level: "standard", Fingerprint: "0"}, {Case: "gone", Level: "safe"}}
	if err := markOutdated(rows, filepath.Dir(c.Dir)); err != nil {
		t.Fatal(err)
	}
	if rows[0].Outdated || !rows[1].Outdated || !rows[2].Outdated {
		t.Errorf("got %+v, want the second and the third to be outdated", rows)
	}
}

func TestReadResults(t *testing.T) {
	dir := t.TempDir()
	if rows, err := readResults(filepath.Join(dir, "none.json")); rows != nil || err != nil {
		t.Errorf("without a file: %v, %v", rows, err)
	}
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readResults(bad); err == nil || !strings.Contains(err.Error(), bad) {
		t.Errorf("got %v", err)
	}
}

// The fingerprint is that of the project and of what dopt makes of it, and of nothing else.
func TestFingerprint(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"Dockerfile": "FROM busybox\nMAINTAINER me\n", "case.yaml": "a: b\n", expertFile: "FROM scratch\n"}
	write(t, dir, files)
	of := func(v variant, dockerfile string) string {
		t.Helper()
		context := project.NewContext(dir)
		defer context.Close()
		h := &harness{variant: v}
		print, err := h.fingerprint(&Case{Dir: dir, Dockerfile: dockerfile}, project.New(context, dockerfile, nil, nil))
		if err != nil {
			t.Fatal(err)
		}
		return print
	}
	safe, standard := variant{level: transform.Safe}, variant{level: transform.Standard}
	first := of(standard, "Dockerfile")
	if again := of(standard, "Dockerfile"); again != first {
		t.Errorf("%s became %s with nothing changed", first, again)
	}
	if first == of(safe, "Dockerfile") {
		t.Error("two rewrites have one fingerprint")
	}
	if of(variant{level: transform.Aggressive}, "Dockerfile") != first {
		t.Error("a level that does the same has another fingerprint")
	}
	expert := of(variant{expert: true}, expertFile)
	write(t, dir, map[string]string{expertFile: "FROM scratch\nUSER 1\n"})
	if of(standard, "Dockerfile") != first || of(variant{expert: true}, expertFile) == expert {
		t.Error("an edit of the expert's file must count for its own row alone")
	}
	write(t, dir, map[string]string{"case.yaml": "a: c\n"})
	if of(standard, "Dockerfile") == first {
		t.Error("an edit of the project does not count")
	}
}

func TestKnown(t *testing.T) {
	row := Result{Case: "a", Level: "standard", Fingerprint: "1", Status: Passed, After: 5}
	with := func(change func(*Result)) Result {
		r := row
		change(&r)
		return r
	}
	next := Result{Case: "a", Level: "standard", Fingerprint: "1"}
	for name, c := range map[string]struct {
		h       harness
		c       Case
		next    Result
		earlier []Result
		want    bool
	}{
		"kept":               {h: harness{kept: []Result{row}}, next: next, want: true},
		"other fingerprint":  {h: harness{kept: []Result{with(func(r *Result) { r.Fingerprint = "2" })}}, next: next},
		"failed":             {h: harness{kept: []Result{with(func(r *Result) { r.Status = Failed })}}, next: next},
		"other level":        {h: harness{kept: []Result{with(func(r *Result) { r.Level = "safe" })}}, next: next},
		"no rebuild":         {h: harness{kept: []Result{row}, rebuilds: true}, next: next},
		"rebuild":            {h: harness{kept: []Result{with(func(r *Result) { r.Rebuild = &result.Rebuild{} })}, rebuilds: true}, next: next, want: true},
		"no times":           {h: harness{kept: []Result{row}, cold: true}, next: next},
		"lower level":        {next: with(func(r *Result) { r.Level = "aggressive" }), earlier: []Result{row}, want: true},
		"lower level, short": {next: with(func(r *Result) { r.Level = "aggressive" }), earlier: []Result{with(func(r *Result) { r.Status = Short })}, want: true},
		"aims of its own": {
			c: Case{Expect: map[string]Expectation{"aggressive": {}}}, next: with(func(r *Result) { r.Level = "aggressive" }), earlier: []Result{row},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := c.h.known(&c.c, c.next, c.earlier)
			if ok != c.want || ok && (got.After != 5 || got.Level != c.next.Level || got.Status != Passed) {
				t.Errorf("got %+v, %t", got, ok)
			}
		})
	}
}
