package main

import (
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
