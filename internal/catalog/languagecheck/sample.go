package main

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"dopt/internal/catalog"
	"dopt/internal/catalog/language"
)

// chosen are the packages that are checked beside those that are drawn: the ones that Dockerfiles install most and
// that have something to be wrong about.
var chosen = []string{
	"mysqlclient", "psycopg2", "lxml", "python-ldap", "pycairo", "pycurl", "uwsgi", "pyyaml", "cffi", "pillow",
	"python-magic", "pyodbc", "psutil", "bcrypt", "xmlsec", "pymssql", "pyzmq", "gevent", "greenlet", "dbus-python",
	"systemd-python", "pygraphviz", "pyaudio", "gssapi", "pylibmc", "m2crypto", "pycups", "pyicu", "cairocffi", "markupsafe",
}

// release and python are what the stand-in image has.
const (
	image   = "python:3.13-slim"
	release = "trixie"
	python  = "3.13"
)

// slim is what the image has.
var slim = sync.OnceValue(func() []string {
	img, _ := catalog.ImagePackages("python", release, "slim")
	return img.Packages
})

// need is what the catalog says that a package, built from its sources, needs and the image lacks.
func need(name string) (catalog.Needs, bool) {
	n, ok := catalog.Need(catalog.NeedQuery{
		Language: language.Python, Name: name, Release: release, Python: python, FromSource: true,
	})
	there := func(name string) bool { _, found := slices.BinarySearch(slim(), name); return found }
	n.Build, n.Run = slices.DeleteFunc(n.Build, there), slices.DeleteFunc(n.Run, there)
	return n, ok
}

// withShared returns the packages that are to be compiled for one: itself, and what comes with it and is linked to
// the same library, since two copies of a library do not get along (xmlsec refuses the wheel of lxml). The needs are those of all.
func withShared(name string, n catalog.Needs) ([]string, catalog.Needs) {
	names := []string{name}
	shared := n
	for _, other := range n.With {
		m, _ := need(other)
		if slices.ContainsFunc(m.Run, func(library string) bool { return slices.Contains(n.Run, library) }) {
			names = append(names, other)
			shared.Build = slices.Compact(slices.Sorted(slices.Values(slices.Concat(shared.Build, m.Build))))
			shared.Run = slices.Compact(slices.Sorted(slices.Values(slices.Concat(shared.Run, m.Run))))
		}
	}
	return names, shared
}

//go:embed named.txt
var named string

// left are packages that are not drawn, with the reason.
var left = map[string]string{
	"astropy": tooLarge, "grpcio": tooLarge, "grpcio-tools": tooLarge, "numba": tooLarge, "pandas": tooLarge, "pyqt6": tooLarge,
	"pyqt6-webengine": tooLarge, "pyqtwebengine": tooLarge, "scikit-learn": tooLarge, "scipy": tooLarge, "torchvision": tooLarge,
	"pendulum": lookedAt, "rpy2": lookedAt,
	"gensim": "its sources are older than the C interface of Python 3.13, whatever packages are there",
	"gpg":    "its sources are older than the C interface of Python 3.13, whatever packages are there",
	"macs2":  oldCython, "pairtools": oldCython,
	"matplotlib": "its build downloads FreeType from a host that the check does not reach",
}

const (
	oldCython = "its sources do not get through a current Cython, whatever packages are there"
	tooLarge  = "compiles for longer than the limit, or needs gigabytes for that"
	lookedAt  = "the generator was changed for what it had shown before there was this check"
)

// reviewedSince are packages of which something was written by hand for what the check had shown: they stay drawn, with what was shown.
var reviewedSince = []string{"confluent-kafka", "lmdb", "pysam", "python-igraph", "pywayland"}

// drawn returns the packages that may be checked beside the chosen ones, in an order that the seed gives: those of named.txt
// that have code to compile and of which nothing was reviewed by hand, and then the others of the table.
func drawn(seed uint64) []string {
	var names, others []string
	for name := range strings.Lines(named) {
		if name = strings.TrimSpace(name); drawable(name) {
			names = append(names, name)
		}
	}
	catalog.NeedNames(language.Python, func(name string) bool {
		if drawable(name) && !slices.Contains(names, name) {
			others = append(others, name)
		}
		return true
	})
	// By a hash rather than shuffled, so that the order stays when the catalog learns of more.
	byLot := func(a, b string) int { return strings.Compare(lot(seed, a), lot(seed, b)) }
	slices.SortFunc(names, byLot)
	slices.SortFunc(others, byLot)
	return append(names, others...)
}

// drawable tells whether there is something to find out about a package.
func drawable(name string) bool {
	if left[name] != "" || slices.Contains(chosen, name) {
		return false
	}
	n, ok := need(name)
	return ok && (!n.Reviewed && n.Native && n.Elsewhere == nil || slices.Contains(reviewedSince, name))
}

// lot is what decides when a name is drawn.
func lot(seed uint64, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, name))
	return string(sum[:])
}
