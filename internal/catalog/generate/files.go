package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// A fileTable collects the packages that hold files of one kind.
type fileTable struct {
	name string
	// key returns the key of a path, without leading slash; "" if the path is of another kind.
	key    func(path string) string
	owners map[string][][]string // for each release, sorted
}

// The places of the tables in what newFileTables returns.
const (
	commandTable = iota
	headerTable
	libraryTable
	pkgConfigTable
)

func newFileTables() []*fileTable {
	tables := []*fileTable{
		commandTable:   {name: "commands", key: debian.CommandKey},
		headerTable:    {name: "headers", key: debian.HeaderKey},
		libraryTable:   {name: "libraries", key: debian.LibraryKey},
		pkgConfigTable: {name: "pkgconfig", key: debian.PkgConfigKey},
	}
	for _, t := range tables {
		t.owners = map[string][][]string{}
	}
	return tables
}

// contentsIndexes are both needed: what does not depend on the architecture, such as time zones, fonts and most of
// Python, is only in the second.
var contentsIndexes = []string{"Contents-amd64", "Contents-all"}

// readFiles calls visit for every file of a release.
func readFiles(ctx context.Context, m mirror, name debian.Release, visit func(path string, packages []string)) error {
	for _, index := range contentsIndexes {
		err := m.read(ctx, indexFile{string(name), index}, func(text io.Reader) error {
			return debian.Contents(text, func(path string, packages []string) bool {
				visit(path, packages)
				return true
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// add notes the owners of a file in release i of n.
func (t *fileTable) add(path string, packages []string, i, n int) {
	key := t.key(path)
	if key == "" {
		return
	}
	owners := make([][]string, n)
	for _, p := range packages {
		owners[i] = append(owners[i], strings.Clone(p)) // lets the line go
	}
	merge(t.owners, strings.Clone(key), owners)
}

// entries have the owners in each release, several joined by commas.
func (t *fileTable) entries() []table.Entry {
	var entries []table.Entry
	for key, owners := range t.owners {
		per := make(debian.PerRelease, len(owners))
		for i, names := range owners {
			slices.Sort(names)
			per[i] = strings.Join(names, ",")
		}
		entries = append(entries, table.Entry{Key: key, Value: per.String()})
	}
	return entries
}

// manyHeaders is the number of headers beyond which a package's are not listed one by one: a few dozen packages, of
// scientific toolkits mostly, have a third of all headers. The kernel's and Qt's are below it.
const manyHeaders = 2000

// foldHeaders replaces the headers of packages that have many by the folders that they are in: the
// key of a header without its name. Those right below the include folder stay.
func (t *fileTable) foldHeaders() {
	many := t.ownersOfMany(manyHeaders)
	few := func(name string) bool { return !many[name] }
	folded := map[string][][]string{}
	for key, owners := range t.owners {
		slash := strings.IndexByte(key, '/')
		if slash < 0 || slices.ContainsFunc(owners, func(names []string) bool { return slices.ContainsFunc(names, few) }) {
			continue
		}
		delete(t.owners, key)
		merge(folded, key[slash:], owners)
	}
	for key, owners := range folded {
		merge(t.owners, key, owners)
	}
}

// ownersOfMany returns the packages that hold more than limit files in a release.
func (t *fileTable) ownersOfMany(limit int) map[string]bool {
	many := map[string]bool{}
	for i := range debian.Releases {
		count := map[string]int{}
		for _, owners := range t.owners {
			for _, name := range owners[i] {
				if count[name]++; count[name] > limit {
					many[name] = true
				}
			}
		}
	}
	return many
}

// merge adds owners in each release to those that a key has.
func merge(to map[string][][]string, key string, owners [][]string) {
	if to[key] == nil {
		to[key] = make([][]string, len(owners))
	}
	for i, names := range owners {
		for _, name := range names {
			if !slices.Contains(to[key][i], name) {
				to[key][i] = append(to[key][i], name)
			}
		}
	}
}
