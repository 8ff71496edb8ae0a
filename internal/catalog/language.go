package catalog

import (
	_ "embed"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
	"dopt/internal/catalog/table"
)

//go:embed data/needs.tbl
var needData string

var needs = table.New(needData)

// A NeedQuery asks what a package of a language needs of the distribution.
type NeedQuery struct {
	Language language.Language
	Name     string // as the language's index has it, in any spelling; with extras: "psycopg[c]"
	// Version is the version to install; the newest if it is not known.
	Version string
	Release debian.Release
	// Python is the version of Python, such as "3.11", that a wheel must fit; the release's own if it is not known.
	Python string
	// Prebuilt is what a lock file says of it, "" if nothing; the catalog's own knowledge counts then.
	Prebuilt language.Answer
	// FromSource is true if the package is compiled whether or not it is published compiled, as with --no-binary.
	FromSource bool
}

// Needs are what a package of a language needs beyond the language itself: of its compiler, its headers and what its
// package manager installs nothing is said.
type Needs struct {
	// Build are the packages to build it, none if it is published compiled; Run those that must be there
	// when it is used. Both are sorted, in the names of the release.
	Build, Run []string
	// Native is true if it has code to compile.
	Native bool
	// Prebuilt tells whether it is published compiled, for Linux on amd64 with glibc: as a wheel, a gem for a
	// platform, or a binary that npm's install script downloads.
	Prebuilt language.Answer
	// PrebuiltSource is who told that, zero where it is unknown or the one of all.
	PrebuiltSource Source
	// With are the packages of the language that come with it and have needs of their own, which are not counted in.
	With []string
	// Elsewhere are needed packages that the release does not have under any name, or not in the version that is wanted ("libx-dev>=2"): with
	// those, the answer is no recipe.
	Elsewhere []string
	// Evidence is the version that the answer was drawn from, "" if it is not of a certain one.
	Evidence string
	// Reviewed is true if somebody has gone through the needs by hand, for the newest version and those before it.
	Reviewed bool
	Source   Source
}

// Need returns what a package of a language needs; ok is false if the catalog does not know it.
//
// Source: build dependencies and dependencies of Debian's own packages of the same software, of the release whose version
// is the next to the one asked for; else the list that is kept by hand.
func Need(q NeedQuery) (n Needs, ok bool) {
	if !slices.Contains(debian.Releases, q.Release) {
		return Needs{}, false
	}
	text, ok := get(needs, language.Key(q.Language, q.Name))
	if !ok {
		return Needs{}, false
	}
	records, err := language.Parse(text)
	if err != nil {
		return Needs{}, false
	}
	of := ofRelease(records, q.Release)
	r := language.ForVersion(records, q.Version)
	if r.Version == "" {
		r = of
	}
	if language.CompareVersions(q.Version, records[len(records)-1].Version) < 0 && q.Version != "" {
		r.Prebuilt = "" // that newer ones are published compiled says nothing of it
	}
	n = q.needs(r)
	if n.Elsewhere != nil && !n.Reviewed { // the release's own version is better evidence than one that it cannot have
		if own := q.needs(of); own.Elsewhere == nil {
			n = own
		}
	}
	return n, true
}

// needs is what a record tells, in the names of the release that is asked for.
func (q NeedQuery) needs(r language.Record) Needs {
	n := Needs{Native: r.Native, Prebuilt: r.Prebuilt, With: r.Requires, Evidence: r.Version, Reviewed: strings.HasPrefix(r.Origin, language.ByHand), Source: needSource(r)}
	if q.Prebuilt != "" {
		n.Prebuilt = q.Prebuilt
	} else if w, ok := wheelFor(q); ok && q.Language == language.Python {
		n.Prebuilt, n.PrebuiltSource = w, wheelSource()
	}
	n.Run = slices.Clone(r.Loaded)
	if q.FromSource || n.Prebuilt != language.Yes {
		n.Build = r.Build
		n.Run = append(n.Run, r.Linked...)
	}
	if r.Names(q.Release) {
		n.Run = slices.Compact(slices.Sorted(slices.Values(n.Run)))
		n.dropTooOld()
		return n
	}
	n.Build = n.namesIn(q.Release, n.Build)
	n.Run = n.namesIn(q.Release, n.Run)
	return n
}

// dropTooOld notes what the release has in too old a version.
func (n *Needs) dropTooOld() {
	tooOld := func(name string) bool { return strings.Contains(name, language.AtLeast) }
	if !slices.ContainsFunc(n.Build, tooOld) {
		return
	}
	var kept []string // the record is not to be changed
	for _, name := range n.Build {
		if tooOld(name) {
			n.Elsewhere = append(n.Elsewhere, name)
		} else {
			kept = append(kept, name)
		}
	}
	n.Build = kept
}

// ofRelease returns the record of a release, or else of the next one that has it.
func ofRelease(records []language.Record, r debian.Release) language.Record {
	wanted := slices.Index(debian.Releases, r)
	for _, record := range records {
		if slices.Index(debian.Releases, record.Release) >= wanted {
			return record
		}
	}
	return records[len(records)-1]
}

// namesIn returns what packages are called in a release, sorted, and notes those that it does not have.
func (n *Needs) namesIn(r debian.Release, names []string) []string {
	var found []string
	for _, name := range names {
		switch {
		case has(r, name):
			found = append(found, name)
		default:
			successor, ok := NameIn(r, name)
			if !ok {
				n.Elsewhere = append(n.Elsewhere, name)
				continue
			}
			found = append(found, successor.Name)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// has tells whether a release has a package, or one that provides it.
func has(r debian.Release, name string) bool {
	if _, _, ok := Package(r, name); ok {
		return true
	}
	return len(Providers(r, name)) > 0
}

func needSource(r language.Record) Source {
	if reason, ok := strings.CutPrefix(r.Origin, language.ByHand); ok {
		return Source{Name: "reviewed by hand: " + reason, Date: reviewed}
	}
	s := index(r.Release, "Sources and Packages")
	s.Name += ", " + r.Origin
	return s
}

// NeedNames calls visit for the packages of a language that the catalog knows, sorted, as their keys have them.
func NeedNames(l language.Language, visit func(name string) bool) {
	prefix := string(l) + " "
	// Embedded data that is damaged, which a test rules out, has no names.
	_ = needs.Scan(prefix, func(key, _ string) bool { return visit(strings.TrimPrefix(key, prefix)) })
}
