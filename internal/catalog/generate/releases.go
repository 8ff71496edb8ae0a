package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dopt/internal/catalog/debian"
)

// A release is what the package indexes of a Debian release say today, its updates included.
type release struct {
	name     debian.Release
	date     string // of its newest index, YYYY-MM-DD
	version  string // of the last point release, such as 12.15
	packages map[string]debian.Package
	virtual  map[string][]string // who provides it, sorted
}

// Package implements debian.Index.
func (r *release) Package(name string) (debian.Package, bool, error) {
	p, ok := r.packages[name]
	return p, ok, nil
}

// Providers implements debian.Index.
func (r *release) Providers(name string) ([]string, error) { return r.virtual[name], nil }

func readRelease(ctx context.Context, a *archive, name debian.Release) (*release, error) {
	r := &release{name: name, packages: map[string]debian.Package{}, virtual: map[string][]string{}}
	for _, suite := range suites(string(name)) {
		if err := r.readSuite(ctx, a, suite); err != nil {
			return nil, fmt.Errorf("%s: %w", suite, err)
		}
	}
	for _, p := range r.packages {
		for _, v := range p.Provides {
			r.virtual[v] = append(r.virtual[v], p.Name)
		}
	}
	for _, providers := range r.virtual {
		slices.Sort(providers)
	}
	return r, nil
}

func (r *release) readSuite(ctx context.Context, a *archive, suite string) error {
	about, err := a.about(suite)
	if err != nil {
		return err
	}
	date, err := time.Parse(time.RFC1123, about["date"])
	if err != nil {
		return err
	}
	r.date = max(r.date, date.Format(time.DateOnly))
	if suite == string(r.name) {
		r.version = about["version"]
	}
	return a.read(ctx, indexFile{suite, "Packages"}, func(text io.Reader) error {
		return debian.Stanzas(text, r.add)
	})
}

// add keeps the newest version of each package, as apt does.
func (r *release) add(fields map[string]string) error {
	p, err := debian.ParsePackage(fields)
	if err != nil {
		return err
	}
	if known, ok := r.packages[p.Name]; !ok || debian.CompareVersions(p.Version, known.Version) > 0 {
		r.packages[p.Name] = p
	}
	return nil
}

// about returns the fields of a suite's InRelease file up to its list of files.
func (a *archive) about(suite string) (map[string]string, error) {
	found, _ := filepath.Glob(filepath.Join(a.folder, "lists", "*_dists_"+suite+"_InRelease")) // the pattern is good
	if len(found) == 0 {
		return nil, fmt.Errorf("no InRelease file")
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		return nil, err
	}
	_, text, _ = bytes.Cut(text, []byte("\n\n")) // the head of the signature
	text, _, _ = bytes.Cut(text, []byte("MD5Sum:"))
	text, _, _ = bytes.Cut(text, []byte("SHA256:"))
	fields := map[string]string{}
	return fields, debian.Stanzas(bytes.NewReader(text), func(f map[string]string) error {
		for k, v := range f {
			fields[k] = v
		}
		return nil
	})
}
