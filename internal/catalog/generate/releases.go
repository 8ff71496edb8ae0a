package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
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
	choices  map[string]choice   // of packages whose relations have alternatives
}

// A choice is the text of relations with alternatives. Which of them the release can meet is known when all
// versions are.
type choice struct{ depends, recommends string }

// Package implements debian.Index.
func (r *release) Package(name string) (debian.Package, bool, error) {
	p, ok := r.packages[name]
	return p, ok, nil
}

// Providers implements debian.Index.
func (r *release) Providers(name string) ([]string, error) { return r.virtual[name], nil }

func readRelease(ctx context.Context, m mirror, name debian.Release) (*release, error) {
	r := &release{name: name, packages: map[string]debian.Package{}, virtual: map[string][]string{}, choices: map[string]choice{}}
	for _, suite := range suites(string(name)) {
		if err := r.readSuite(ctx, m, suite); err != nil {
			return nil, fmt.Errorf("%s: %w", suite, err)
		}
	}
	r.decide()
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

func (r *release) readSuite(ctx context.Context, m mirror, suite string) error {
	about, err := m.about(suite)
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
	return m.read(ctx, indexFile{suite, "Packages"}, func(text io.Reader) error {
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
		c := choice{fields["pre-depends"] + "," + fields["depends"], fields["recommends"]}
		if delete(r.choices, p.Name); strings.Contains(c.depends+c.recommends, "|") {
			r.choices[p.Name] = c
		}
	}
	return nil
}

// decide drops the alternatives that no package of the release is new or old enough for.
func (r *release) decide() {
	version := func(name string) string { return r.packages[name].Version }
	for name, c := range r.choices {
		p := r.packages[name]
		p.Depends, p.Recommends = debian.ParseSatisfiable(c.depends, version), debian.ParseSatisfiable(c.recommends, version)
		r.packages[name] = p
	}
}
