package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dopt/transform"
)

const slimmed = `FROM python:3.11-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        git \
        g++ \
    && rm -rf /var/lib/apt/lists/*
RUN apt-get install -y --no-install-recommends tini
RUN savedAptMark="$(apt-mark showmanual)" \
    && apt-get update \
    && apt-get install -y --no-install-recommends \
        libpq-dev \
        libpq5 \
    && pip install psycopg2 \
    && apt-mark auto '.*' > /dev/null \
    && apt-mark manual $savedAptMark libpq5 > /dev/null \
    && apt-get purge -y --auto-remove
`

func slimReport(t *testing.T) *transform.Report {
	t.Helper()
	before, err := transform.Parse("Dockerfile", []byte("FROM python:3.11\nRUN apt-get install -y --no-install-recommends tini\nRUN pip install psycopg2\n"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := transform.Parse("Dockerfile", []byte(slimmed))
	if err != nil {
		t.Fatal(err)
	}
	return &transform.Report{Before: before, After: after}
}

func TestAddedPackages(t *testing.T) {
	stay, gone := addedPackages(slimReport(t))
	if want := []string{"git", "g++", "libpq5"}; !slices.Equal(stay, want) {
		t.Errorf("%q stay, want %q", stay, want)
	}
	if want := []string{"libpq-dev"}; !slices.Equal(gone, want) {
		t.Errorf("%q are removed again, want %q", gone, want)
	}
}

func TestWithoutPackage(t *testing.T) {
	for _, name := range []string{"libpq5", "g++", "libpq-dev"} {
		r, err := withoutPackage(slimReport(t), name)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(r.After.Src); slices.Contains(strings.Fields(text), name) || !strings.Contains(text, "tini") || !strings.Contains(text, "pip install psycopg2") {
			t.Errorf("without %s:\n%s", name, text)
		}
	}
}

func TestNeededVerdicts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "needed.tsv")
	if list, err := readVerdicts(file); err != nil || list != nil {
		t.Fatalf("a file that is not there: %v, %v", list, err)
	}
	written := []neededVerdict{
		{"b", "gcc", notNeeded, ""},
		{"b", "-", isTried, ""},
		{"b", "libpq5", isMissing, "library libpq.so.5"},
		{"a", "-", isTried, ""},
		{"a", "wget", isNeeded, "wget: not found"},
		{"a", "gone", notNeeded, ""},
	}
	if err := writeVerdicts(file, written); err != nil {
		t.Fatal(err)
	}
	known, err := readVerdicts(file)
	if err != nil || len(known) != len(written) || known[0].project != "a" || known[0].pkg != "-" {
		t.Fatalf("%v, %v", known, err)
	}
	var all tally
	for _, c := range []struct {
		project string
		added   []string
		want    string
	}{
		{"a", []string{"wget"}, "needed: wget"},
		{"b", []string{"gcc", "git"}, "not needed: gcc; missing: libpq5; not tried: git"},
		{"b", []string{"libpq5"}, "needed: libpq5"},
		{"c", nil, "not tried: c"},
	} {
		got := count(known, c.project, c.added)
		all.add(got)
		if got.String() != c.want {
			t.Errorf("%s %v: %q, want %q", c.project, c.added, got, c.want)
		}
	}
	want := "2 of 3 added packages are needed (precision), and 2 of 3 needed packages are added (recall); what is not tried does not count."
	if got := all.summary(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := count(known, "a", nil).String(); got != "nothing is added, nothing is missing" {
		t.Errorf("nothing added: %q", got)
	}
}
