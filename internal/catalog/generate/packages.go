package main

import (
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// leftOut tells which packages the catalog does not keep unless another one needs them: the source code of
// libraries of Rust, Go and Haskell, packaged for building Debian itself. Cargo, go and cabal do
// not look at them, and together they are a third of the index.
func leftOut(name string) bool {
	return strings.HasPrefix(name, "librust-") || strings.HasPrefix(name, "libghc-") ||
		strings.HasPrefix(name, "golang-") && strings.HasSuffix(name, "-dev")
}

// kept returns the packages of a release that the catalog keeps.
func kept(r *release) map[string]bool {
	keep := map[string]bool{}
	var open []string
	for name := range r.packages {
		if !leftOut(name) {
			open = append(open, name)
		}
	}
	for len(open) > 0 {
		name := open[len(open)-1]
		open = open[:len(open)-1]
		p, ok := r.packages[name]
		if keep[name] || !ok {
			continue
		}
		keep[name] = true
		for _, need := range p.Depends {
			for _, alternative := range need {
				open = append(open, alternative)
				if _, real := r.packages[alternative]; !real {
					open = append(open, r.virtual[alternative]...)
				}
			}
		}
	}
	return keep
}

// packageTable has a line for each package with its record in each release, and one for each virtual package.
func packageTable(releases []*release) []table.Entry {
	records := map[string][]debian.Record{}
	of := func(name string) []debian.Record {
		if records[name] == nil {
			records[name] = make([]debian.Record, len(releases))
		}
		return records[name]
	}
	for i, r := range releases {
		for name := range kept(r) {
			p := r.packages[name]
			of(name)[i].Package, of(name)[i].Real = p, true
			for _, virtual := range p.Provides {
				of(virtual)[i].Providers = append(of(virtual)[i].Providers, name)
			}
		}
	}
	var entries []table.Entry
	for name, records := range records {
		for _, r := range records {
			slices.Sort(r.Providers)
		}
		entries = append(entries, table.Entry{Key: name, Value: debian.FormatRecords(records)})
	}
	return entries
}
