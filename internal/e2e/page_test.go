package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/verify/result"
)

func TestWriteMarkdown(t *testing.T) {
	rebuild := func(before, after float64, steps int) *result.Rebuild {
		return &result.Rebuild{
			Before: result.Again{Seconds: before, Steps: make([]result.Step, 4)}, After: result.Again{Seconds: after, Steps: make([]result.Step, steps)},
		}
	}
	results := []Result{
		{Case: "a", Language: "python", Level: "expert", Status: Passed, After: 30e6, BuildAfter: 7, Rebuild: rebuild(0.5, 0.5, 1)},
		{
			Case: "a", Language: "python", Level: "standard", Status: Passed, Before: 200e6, After: 50e6, BuildBefore: 20, BuildAfter: 9, Changes: 3, Tries: 1,
			Rebuild: rebuild(11, 2, 2),
		},
		{Case: "a", Language: "python", Level: "aggressive", Status: Failed, Reason: "it\nbroke", Before: 200e6, After: 40e6, Changes: 5, Tries: 1},
		{Case: "b", Language: "go", Level: "standard", Status: NoBase, Reason: "base image x:1: none", Outdated: true},
	}
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("old\n"+slimBegin+"slim\n"+slimEnd), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeMarkdown(page, results); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n| a | 200.0 | 30.0 | 50.0 | 40.0 | 25.0 % | 3 / 5 | 1 | 0 | 0 | aggressive: failed |\n",
		"\na, aggressive: failed, it broke\n",
		"\n| b | - | - | - | - | - | 0 | 0 | 0 | 0 | no base |\n",
		"\nb, standard: no base, base image x:1: none\n",
		"\n| a | 20.0 | 7.0 | 9.0 | - | 11.0 | 0.5 | 2.0 | - | 4 | 1 | 2 | - |\n",
		"\nstandard, not built since dopt or the project has changed: b.\n",
		"\n" + slimBegin + "slim\n" + slimEnd,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	if strings.HasPrefix(string(text), "old") || strings.Contains(string(text), "\nold\n") {
		t.Error("what was on the page before is still there")
	}
}
