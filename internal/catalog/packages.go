package catalog

import (
	"strings"
	"sync"

	"dopt/internal/catalog/debian"
)

// Package returns what a release says of a package; ok is false if the release has none of that name, or is not
// one of debian.Releases. Its version and source package are not known. A virtual package is none: see Providers.
func Package(r debian.Release, name string) (p debian.Package, source Source, ok bool) {
	record, ok := packageRecord(r, name)
	if !ok || !record.Real {
		return debian.Package{}, Source{}, false
	}
	return record.Package, index(r, "Packages"), true
}

// Providers returns the packages that stand in for a virtual package or a former name, sorted.
func Providers(r debian.Release, name string) []string {
	record, _ := packageRecord(r, name)
	return record.Providers
}

// maxRecords bounds how many records are kept, some 2 MB: similar files ask for the same packages, and one file for each several times.
const maxRecords = 4096

// records are those asked for lately.
var records struct {
	sync.Mutex
	known map[recordKey]recordAnswer
}

type recordKey struct {
	release debian.Release
	name    string
}

type recordAnswer struct {
	debian.Record
	ok bool
}

// packageRecord returns what the catalog has of a name in a release. It is shared, and not to be written to.
func packageRecord(r debian.Release, name string) (debian.Record, bool) {
	records.Lock()
	defer records.Unlock()
	key := recordKey{r, name}
	a, known := records.known[key]
	if !known {
		if records.known == nil || len(records.known) >= maxRecords {
			records.known = map[recordKey]recordAnswer{}
		}
		a.Record, a.ok = readRecord(r, name)
		records.known[key] = a
	}
	return a.Record, a.ok
}

func readRecord(r debian.Release, name string) (debian.Record, bool) {
	text, ok := get(packages, name)
	if !ok {
		return debian.Record{}, false
	}
	record, ok, err := debian.ParseRecord(name, text, r)
	return record, ok && err == nil
}

// Closure returns the packages that apt-get installs for names in a release, with or without
// --no-install-recommends, where those of installed are there. Sizes are in KiB.
func Closure(r debian.Release, names []string, recommends bool, installed []string) (*debian.Closure, Source, error) {
	has := make(map[string]bool, len(installed))
	for _, name := range installed {
		has[name] = true
	}
	c, err := debian.Resolve(releaseIndex(r), names, recommends, func(name string) bool { return has[name] })
	return c, index(r, "Packages"), err
}

// releaseIndex is the table of packages as debian.Resolve asks for it.
type releaseIndex debian.Release

func (r releaseIndex) Package(name string) (debian.Package, bool, error) {
	record, ok := packageRecord(debian.Release(r), name)
	return record.Package, ok && record.Real, nil
}

func (r releaseIndex) Providers(name string) ([]string, error) {
	return Providers(debian.Release(r), name), nil
}

// A Successor is the package that is in a release what another name is in other releases.
type Successor struct {
	Name string
	// SameABI is true if programs that were built with the other package run with this one: it provides the
	// name. Else it is a newer or older version of the library, to build with again.
	SameABI bool
	Source  Source
}

// NameIn returns what a package that a release does not have is called there: libssl1.1 is libssl3 in bookworm.
// ok is false if the release has the name itself, or nothing that is known to be the same.
func NameIn(r debian.Release, name string) (s Successor, ok bool) {
	text, _ := get(renames, name)
	successor := debian.In(text, r)
	if successor == "" {
		return Successor{}, false
	}
	other, differs := strings.CutPrefix(successor, debian.OtherABI)
	return Successor{Name: other, SameABI: !differs, Source: index(r, "Packages and Contents")}, true
}
