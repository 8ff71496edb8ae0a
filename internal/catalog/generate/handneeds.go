package main

import (
	"fmt"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
)

// A handNeed is a line of needs.txt: what the indexes do not tell of a package of a language.
type handNeed struct {
	language language.Language
	name     string
	// since is the first version that it holds for, "" for all; what the indexes say of older ones stays.
	since    string
	prebuilt language.Answer
	// build and loaded are packages; "a|b" is the first one that a release has, "a>=2" one of at least that version. What is linked
	// follows from build.
	build, loaded []string
	requires      []string
	reason        string
}

func (n handNeed) key() string { return language.Key(n.language, n.name) }

// published are the words of needs.txt for how a package is published.
var published = []string{"prebuilt", "source", "unknown"}

// readHandNeeds reads needs.txt.
func readHandNeeds(text string) ([]handNeed, error) {
	var needs []handNeed
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 7 {
			return nil, fmt.Errorf("needs.txt: %d fields in %q", len(f), line)
		}
		name, since, _ := strings.Cut(f[1], language.AtLeast)
		n := handNeed{
			language: language.Language(f[0]), name: name, since: since, build: words(f[3]), loaded: words(f[4]), requires: words(f[5]), reason: f[6],
		}
		switch f[2] {
		case "prebuilt":
			n.prebuilt = language.Yes
		case "source":
			n.prebuilt = language.No
		}
		switch {
		case !slices.Contains(published, f[2]):
			return nil, fmt.Errorf("needs.txt: %q is none of %s", f[2], strings.Join(published, ", "))
		case !slices.Contains(language.All, n.language):
			return nil, fmt.Errorf("needs.txt: language of %q", line)
		case n.reason == "" || seen[n.key()]:
			return nil, fmt.Errorf("needs.txt: without a reason, or twice: %q", line)
		}
		seen[n.key()] = true
		needs = append(needs, n)
	}
	return needs, nil
}

// words splits a field in which "-" stands for nothing.
func words(field string) []string {
	return slices.DeleteFunc(strings.Fields(field), func(word string) bool { return word == "-" })
}

// asIndexed in a field stands for what the indexes say.
const asIndexed = "="

// records returns the need in the names of each release; one that lacks a package is left out. The records that the
// indexes give are known.
func (n handNeed) records(finders []*needFinder, known []language.Record) ([]language.Record, error) {
	var records []language.Record
	for _, f := range finders {
		var indexed language.Record
		for _, r := range known {
			if r.Release == f.name {
				indexed = r
			}
		}
		if indexed.Release == "" && slices.Contains(n.build, asIndexed) {
			continue
		}
		build, ok := f.names(n.build, indexed.Build)
		loaded, ok2 := f.names(n.loaded, indexed.Loaded)
		if !ok || !ok2 {
			continue
		}
		r := language.Record{
			Release: f.name, Version: n.since, Origin: language.ByHand + n.reason, Native: len(build) > 0, Prebuilt: n.prebuilt,
			Build: build, Linked: f.linkedTo(build, indexed.Linked), Loaded: loaded, Requires: slices.Clone(n.requires),
		}
		if slices.Contains(n.build, asIndexed) {
			r.Version = indexed.Version
		}
		sortRecord(&r)
		records = append(records, r)
	}
	switch {
	case records == nil:
		return nil, fmt.Errorf("needs.txt: no release has all that %s needs", n.name)
	case n.since != "":
		for _, r := range known {
			if language.CompareVersions(n.since, r.Version) <= 0 {
				return nil, fmt.Errorf("needs.txt: the indexes know %s %s", n.name, r.Version)
			}
		}
		return append(slices.Clone(known), records...), nil
	case slices.EqualFunc(records, known, language.Record.SameNeeds):
		return nil, fmt.Errorf("needs.txt: the indexes say the same of %s", n.name)
	}
	return records, nil
}

// linkedTo returns the libraries of development packages. Of those, what the index says of the same package is
// linked for sure, and the others are not: a development package often has several.
func (f *needFinder) linkedTo(build, indexed []string) []string {
	libraries := f.runtimeOf(build)
	both := slices.DeleteFunc(slices.Clone(libraries), func(name string) bool { return !slices.Contains(indexed, name) })
	if len(both) == 0 {
		return libraries
	}
	return both
}

// names returns the packages of a release for words such as "a|b", with those of the index for "="; ok is false if it
// lacks one. One that is too old in the release keeps the version that is wanted.
func (f *needFinder) names(words, indexed []string) (names []string, ok bool) {
	for _, word := range words {
		if word == asIndexed {
			names = append(names, indexed...)
			continue
		}
		wanted, least, _ := strings.Cut(word, language.AtLeast)
		name := f.choose(strings.Split(wanted, "|"))
		if name == "" {
			return nil, false
		}
		if debian.CompareVersions(f.packages[name].Version, least) < 0 {
			name += language.AtLeast + least
		}
		names = append(names, name)
	}
	return names, true
}
