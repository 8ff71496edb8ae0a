package main

import (
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// renameTable has a line for each package that some release lacks, with what is the same thing there. Evidence is
// a package that provides the name, or that has the same library: with the same soname it is the same to a
// program, with another one it is marked with debian.OtherABI, since programs must be built again.
func renameTable(releases []*release, libraries, pkgConfig *fileTable) []table.Entry {
	n := &renamer{releases: releases}
	n.index(libraries, func(file string) string { return libraryStem(file) })
	n.index(pkgConfig, func(file string) string { return file + ".pc" })
	names := map[string]bool{}
	for _, r := range releases {
		for name := range r.packages {
			names[name] = true
		}
	}
	var entries []table.Entry
	for name := range names {
		if per := n.successors(name); per != nil {
			entries = append(entries, table.Entry{Key: name, Value: per.String()})
		}
	}
	return entries
}

// A renamer knows, by release, what packages have and who has it.
type renamer struct {
	releases []*release
	things   []map[string][]string // package → libraries without version, pkg-config files
	owners   []map[string][]string // the other way round
}

func (n *renamer) index(files *fileTable, thing func(file string) string) {
	for range n.releases[len(n.things):] {
		n.things = append(n.things, map[string][]string{})
		n.owners = append(n.owners, map[string][]string{})
	}
	for file, owners := range files.owners {
		what := thing(file)
		if what == "" {
			continue
		}
		for i, names := range owners {
			for _, name := range names {
				if !slices.Contains(n.things[i][name], what) {
					n.things[i][name] = append(n.things[i][name], what)
					n.owners[i][what] = append(n.owners[i][what], name)
				}
			}
		}
	}
}

// libraryStem returns the name of a library without its version, "libldap.so" for libldap-2.4.so.2; the link
// that the linker uses, libldap.so, is kept apart as "libldap.so for linking". "" if the file is no shared library.
func libraryStem(file string) string {
	stem, version, ok := strings.Cut(file, ".so")
	switch {
	case !ok:
		return ""
	case version == "":
		return file + " for linking"
	}
	return strings.TrimRight(stem, "0123456789.-") + ".so"
}

// successors returns the packages that are in each release what name is in another one; nil if no release
// lacks it, or none has anything like it.
func (n *renamer) successors(name string) debian.PerRelease {
	per := make(debian.PerRelease, len(n.releases))
	found := false
	for i, r := range n.releases {
		if _, real := r.packages[name]; real {
			continue
		}
		per[i] = n.successor(name, i)
		found = found || per[i] != ""
	}
	if !found {
		return nil
	}
	return per
}

func (n *renamer) successor(name string, i int) string {
	if providers := n.releases[i].virtual[name]; len(providers) == 1 {
		return providers[0]
	}
	for k := range n.releases {
		if other := n.sameThing(name, k, i); other != "" {
			return debian.OtherABI + other
		}
	}
	return ""
}

// sameThing returns the package that has in release "in" the most of what name has in release "of", more than half;
// "" if there is none or several.
func (n *renamer) sameThing(name string, of, in int) string {
	shared := map[string]int{}
	for _, thing := range n.things[of][name] {
		for _, owner := range n.owners[in][thing] {
			shared[owner]++
		}
	}
	best, most, tie := "", len(n.things[of][name])/2, false
	for owner, count := range shared {
		// What the other release has under a name that this one has, too, is another version, kept beside.
		if _, both := n.releases[of].packages[owner]; both || count < most {
			continue
		}
		tie = count == most
		best, most = owner, count
	}
	if tie || best == "" || most*2 <= len(n.things[of][name]) {
		return ""
	}
	return best
}
