package catalog

import (
	_ "embed"
	"strings"
	"sync"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// The tables, written by "make catalog". They are read-only data of the program, so that nothing is
// read or unpacked before the first question.
var (
	//go:embed data/packages.tbl
	packageData string
	//go:embed data/renames.tbl
	renameData string
	//go:embed data/images.tbl
	imageData string
	//go:embed data/tags.tbl
	tagData string
	//go:embed data/commands.tbl
	commandData string
	//go:embed data/headers.tbl
	headerData string
	//go:embed data/libraries.tbl
	libraryData string
	//go:embed data/pkgconfig.tbl
	pkgConfigData string
	//go:embed data/paths.tbl
	pathData string
	//go:embed data/releases.txt
	releaseData string

	packages  = table.New(packageData)
	renames   = table.New(renameData)
	images    = table.New(imageData)
	tags      = table.New(tagData)
	commands  = table.New(commandData)
	headers   = table.New(headerData)
	libraries = table.New(libraryData)
	pkgConfig = table.New(pkgConfigData)
	paths     = table.New(pathData)
)

// A Source is where a fact comes from.
type Source struct {
	Name string // such as "Debian 12.15, Contents"
	Date string // YYYY-MM-DD or YYYY-MM
}

// indexes has the source and the date of each release's indexes, and "images" for the official images.
var indexes = sync.OnceValue(func() map[debian.Release]Source {
	sources := map[debian.Release]Source{}
	for line := range strings.Lines(releaseData) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			sources[debian.Release(f[0])] = Source{Name: f[1] + " (" + f[0] + ")", Date: f[2]}
		}
	}
	return sources
})

// index returns the source of what an index of a release says.
func index(r debian.Release, name string) Source {
	source, ok := indexes()[r]
	if ok {
		source.Name += ", " + name
	}
	return source
}

// get returns what a table has for a key. That embedded data is damaged, which a test rules out, is as
// good as not to know.
func get(t *table.Table, key string) (string, bool) {
	value, ok, err := t.Get(key)
	return value, ok && err == nil
}
