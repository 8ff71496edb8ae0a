package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os/exec"
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
	image   = "python:3.11-slim"
	release = "bookworm"
	python  = "3.11"
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

// drawn yields the other packages that have code to compile, in an order that the seed gives. What was reviewed by hand is
// not among them.
func drawn(seed uint64) []string {
	var names []string
	catalog.NeedNames(language.Python, func(name string) bool {
		n, _ := need(name)
		if n.Native && n.Evidence != "" && n.Elsewhere == nil && !slices.Contains(chosen, name) {
			names = append(names, name)
		}
		return true
	})
	// By a hash rather than shuffled, so that the order stays when the catalog learns of more.
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(lot(seed, a), lot(seed, b)) })
	return names
}

// lot is what decides when a name is drawn.
func lot(seed uint64, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, name))
	return string(sum[:])
}

// published tells whether the package index has the version of a package that Debian has: then both mean the same one. Nothing of
// the package is downloaded.
func published(ctx context.Context, name string) (bool, error) {
	n, _ := need(name)
	cmd := exec.CommandContext(ctx, "python3", "-m", "pip", "index", "versions", "--disable-pip-version-check", "--pre", name)
	out, err := cmd.Output()
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		return false, nil // it has none of that name
	}
	_, list, ok := bytes.Cut(out, []byte("Available versions:"))
	if !ok {
		return false, fmt.Errorf("pip index versions %s: %q", name, out)
	}
	list, _, _ = bytes.Cut(list, []byte("\n"))
	for version := range strings.SplitSeq(string(list), ",") {
		if language.CompareVersions(strings.TrimSpace(version), n.Evidence) == 0 {
			return true, nil
		}
	}
	return false, nil
}
