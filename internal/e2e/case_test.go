package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/transform"
)

// Every project of the repository must have a valid case.yaml, whether or not it is built.
func TestExamplesAreValid(t *testing.T) {
	cases, err := loadCases("../../examples", nil)
	if err != nil {
		t.Fatal(err)
	}
	experts := 0
	for _, c := range cases {
		if err := parses(filepath.Join(c.Dir, c.Dockerfile)); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		switch err := parses(filepath.Join(c.Dir, expertFile)); {
		case err == nil:
			experts++
		case !errors.Is(err, fs.ErrNotExist): // a new project may be waiting for it
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	if experts < 31 {
		t.Errorf("%d projects have a %s, want all of them", experts, expertFile)
	}
}

// parses reads a Dockerfile.
func parses(path string) error {
	text, err := os.ReadFile(path)
	if err == nil {
		_, err = transform.Parse(path, text)
	}
	return err
}

// The list that CI builds must name projects that are there.
func TestCIExamplesAreThere(t *testing.T) {
	if len(ciCases) > 8 {
		t.Errorf("%d projects, want at most 8", len(ciCases))
	}
	if _, err := loadCases("../../examples", ciCases); err != nil {
		t.Error(err)
	}
}

func TestLoadCaseRefuses(t *testing.T) {
	valid := "description: d\nlanguage: c\nbases: [gcc:12]\nsmoke: [{command: [x]}]\n"
	for name, c := range map[string]struct{ text, want string }{
		"valid":          {valid, ""},
		"unknown key":    {valid + "smok: 1\n", "smok"},
		"no description": {strings.Replace(valid, "description: d", "", 1), "description is missing"},
		"language":       {strings.Replace(valid, "language: c", "language: cobol", 1), `language "cobol"`},
		"no check":       {strings.Replace(valid, "smoke: [{command: [x]}]", "", 1), "smoke is missing"},
		"two in one":     {strings.Replace(valid, "{command: [x]}", "{command: [x], probe: {port: 1, path: /}}", 1), "smoke 1: exactly one"},
		"no port":        {strings.Replace(valid, "{command: [x]}", "{probe: {path: /}}", 1), "needs a port"},
		"source":         {valid + "needs: [cpan]\n", `unknown package source "cpan"`},
		"level":          {valid + "expect: {reckless: {}}\n", "unknown level"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "case.yaml"), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := loadCase(dir)
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q in it", err, c.want)
			case err != nil && strings.Contains(err.Error(), "\n"):
				t.Errorf("several lines: %q", err)
			}
		})
	}
}
