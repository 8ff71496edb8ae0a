package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dopt/transform"
)

func TestBasesOfARewrite(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("ARG V=1\nFROM python:3.11-slim AS build\nFROM node:$V\nFROM build\nFROM scratch\nFROM python:3.11\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := bases(&Case{Bases: []string{"python:3.11", "node:1"}}, doc), []string{"python:3.11", "node:1", "python:3.11-slim"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A case without its base image says nothing about the others, and is no answer either.
func TestOutcome(t *testing.T) {
	passed, failed := Result{Status: Passed}, Result{Status: Failed}
	for name, c := range map[string]struct {
		results []Result
		// want is part of the error's text, "" for none.
		want string
	}{
		"all well":     {[]Result{passed, {Status: NotBuilt}, {Status: LeftOut}}, ""},
		"a failure":    {[]Result{passed, failed}, errFailed.Error()},
		"no base":      {[]Result{failed, {Case: "x", Status: NoBase, Reason: "base image a:1: there is none"}, passed}, "x: base image a:1: there is none"},
		"hangs":        {[]Result{{Case: "x", Status: Hangs, Reason: "stopped"}, failed}, "x: stopped"},
		"short is one": {[]Result{{Status: Short}}, errFailed.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			switch err := outcome(c.results); {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || err.Error() != c.want):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// What keeps the test bed from working is one line and exit status 2.
func TestExitStatus(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, which is looked at first")
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("PATH", t.TempDir()) // no runc in it
	dir := t.TempDir()
	write(t, dir, map[string]string{"a/Dockerfile": "FROM busybox\n", "a/case.yaml": "description: d\nlanguage: c\nbases: [busybox]\nsmoke: [{command: [x]}]\n"})
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no runc":    {[]string{"a"}, "needs runc"},
		"no project": {[]string{"b"}, "no example project b"},
		"no level":   {[]string{"--level", "bold", "a"}, "bold"},
		"bad rows":   {[]string{"--json", filepath.Join(dir, "a/case.yaml"), "a"}, "case.yaml: "},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			code := run(t.Context(), append([]string{"e2e", "run", "--examples", dir}, c.args...), &stderr)
			if text := stderr.String(); code != exitBroken || !strings.Contains(text, c.want) || strings.Count(text, "\n") != 1 {
				t.Errorf("exit status %d, %q; want %d and one line with %q", code, text, exitBroken, c.want)
			}
		})
	}
}
