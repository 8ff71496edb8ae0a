package main

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"slices"
	"strings"

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

// need is what the catalog says that a package, built from its sources, needs and the image lacks.
func need(name string) (catalog.Needs, bool) {
	n, ok := catalog.Need(catalog.NeedQuery{
		Language: language.Python, Name: name, Release: release, Python: python, FromSource: true,
	})
	slim, _ := catalog.ImagePackages("python", release, "slim")
	there := func(name string) bool { return slices.Contains(slim.Packages, name) }
	n.Build, n.Run = slices.DeleteFunc(n.Build, there), slices.DeleteFunc(n.Run, there)
	return n, ok
}

//go:embed named.txt
var named string

// tooLarge are packages that are not drawn: they compile for longer than buildTimeout, or need gigabytes to be compiled.
var tooLarge = []string{
	"astropy", "grpcio", "grpcio-tools", "numba", "pandas", "pyqt6", "pyqt6-webengine", "pyqtwebengine", "scikit-learn", "scipy", "torchvision",
}

// lookedAt are packages that are not drawn since the generator of the table was changed for what they showed.
var lookedAt = []string{"pendulum", "rpy2"}

// reviewedSince are packages of which something was written by hand for what the check had shown: they stay drawn, with what was shown.
var reviewedSince = []string{"lmdb"}

// drawn returns the packages that may be checked beside the chosen ones, in an order that the seed gives: those of named.txt
// that have code to compile and of which nothing was reviewed by hand.
func drawn(seed uint64) []string {
	var names []string
	left := slices.Concat(chosen, tooLarge, lookedAt)
	for name := range strings.Lines(named) {
		name = strings.TrimSpace(name)
		n, ok := need(name)
		if ok && (!n.Reviewed && n.Native || slices.Contains(reviewedSince, name)) && n.Elsewhere == nil && !slices.Contains(left, name) {
			names = append(names, name)
		}
	}
	// By a hash rather than shuffled, so that the order stays when the catalog learns of more.
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(lot(seed, a), lot(seed, b)) })
	return names
}

// lot is what decides when a name is drawn.
func lot(seed uint64, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, name))
	return string(sum[:])
}
