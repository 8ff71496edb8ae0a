package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/verify/result"
	"dopt/internal/verify/trial"
	"dopt/transform"
)

// What repairs have taught is added to a file, a line each; a rewrite without repairs writes nothing.
func TestLearn(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("FROM debian:bookworm\n"))
	if err != nil {
		t.Fatal(err)
	}
	v := &verifier{learn: filepath.Join(t.TempDir(), "learned")}
	outcome := func(repairs ...result.Repair) *trial.Outcome {
		return &trial.Outcome{Report: &transform.Report{After: doc}, Result: &result.Result{Repairs: repairs}}
	}
	if err := v.suggest(outcome()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(v.learn); err == nil {
		t.Error("there is a file of nothing")
	}
	for _, name := range []string{"libpq5", "libgl1"} {
		if err := v.suggest(outcome(result.Repair{Package: result.Package{Name: name}, Need: "library " + name + ".so"})); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(v.learn)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if err != nil || len(lines) != 2 || !strings.HasPrefix(lines[0], "library\tlibpq5.so\tbookworm\tlibpq5\t") || !strings.HasPrefix(lines[1], "library\tlibgl1.so\t") {
		t.Errorf("%v: %q", err, text)
	}
	if err := (&verifier{learn: filepath.Join(t.TempDir(), "none", "f")}).suggest(outcome(result.Repair{Need: "library x"})); err == nil {
		t.Error("a file that cannot be written is no error")
	}
}
