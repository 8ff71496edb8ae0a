package main

import (
	"os"
	"path/filepath"
	"testing"

	"dopt/internal/testbed/testbedtest"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// write makes the files of a project.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A rewritten project is built with all that the rewrite changes: the image lacks what the new ignore
// file hides, and an edit of the source runs fewer steps again, as predicted.
func TestRewrittenProject(t *testing.T) {
	bed := testbedtest.Start(t)
	h := &harness{bed: bed, reach: &reach{bed: bed}, patience: 1, variant: variant{level: transform.Standard}, rebuilds: true, cold: true}
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"Dockerfile":       "FROM busybox\nWORKDIR /app\nRUN printf '#!/bin/sh\\nwhile read p; do echo got $p; done <requirements.txt' >/bin/pip && chmod +x /bin/pip\nCOPY . .\nRUN pip install -r requirements.txt\n",
		"requirements.txt": "flask\n",
		"app.py":           "print('hello')\n",
		".git/config":      "[core]\n",
		"case.yaml":        "description: d\nlanguage: python\nbases: [busybox]\nsmoke: [{command: [cat, app.py]}]\nexpect: {standard: {passes: [order, ignorefile], present: [/app/app.py], absent: [/app/.git/config]}}\n",
	})
	c, err := loadCase(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.run(t.Context(), c, nil)
	if err != nil || r.Status != Passed {
		t.Fatalf("got %+v (%v)", r, err)
	}
	if got := r.Rebuild; got.Edited != "app.py" || len(got.Before.Predicted) != 2 || len(got.Before.Steps) != 2 || len(got.After.Predicted) != 1 || len(got.After.Steps) != 1 {
		t.Errorf("an edit runs again: %+v, want two steps before and one after", *got)
	}
	if r.BuildBefore == 0 || r.BuildAfter == 0 || r.Fingerprint == "" {
		t.Errorf("the row lacks the times of the builds, or its fingerprint: %+v", r)
	}
}

func TestWriteRebuilds(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	results := []Result{{Case: "a", Level: "standard", Rebuild: &result.Rebuild{
		Edited: "x.py", Before: result.Again{Predicted: []string{"1", "2"}, Steps: make([]result.Step, 2), Seconds: 3.21},
		After: result.Again{Predicted: []string{"2"}, Seconds: 0.5},
	}}, {Case: "not built", Level: "standard"}, {Case: "a", Level: "aggressive", Rebuild: &result.Rebuild{}}}
	if err := os.WriteFile(page, []byte("head\n"+rebuildsBegin+"old\n"+rebuildsEnd+"\ntail\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeRebuilds(page, results); err != nil {
		t.Fatal(err)
	}
	want := "head\n" + rebuildsBegin + `| project | edited | before: predicted | run again | seconds | after: predicted | run again | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- |
| a | x.py | 2 | 2 | 3.2 | 1 | 0 | 0.5 |
` + rebuildsEnd + "\ntail\n"
	if got, err := os.ReadFile(page); string(got) != want || err != nil {
		t.Errorf("got (%v)\n%s\nwant\n%s", err, got, want)
	}
	if err := os.WriteFile(page, []byte("head\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeRebuilds(page, results); err == nil {
		t.Error("a page without a place for the table is no error")
	}
}
