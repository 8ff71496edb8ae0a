package catalog

import (
	"slices"
	"testing"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
)

// What the catalog has never heard of is unknown, to every query: no near miss, no default, no guess. The names look like
// such as there are.
func TestUnknown(t *testing.T) {
	for _, image := range []string{
		"", "pyton:3.9", "python:3.999", "python:3.9-slimmer", "python:lates", "team/python:3.9", "registry.example.com/library/python:3.9",
		"python@sha256:00", "${BASE}", "python:${TAG}", "scratch:1", "gcr.io/distroless/statick", "quay.io/library/python:3.9", "python:3.9 ",
	} {
		if tag, _, ok := TagOf(image); ok {
			t.Errorf("tag of %q: %+v", image, tag)
		}
		if pinned, _, ok := Pinned(image); ok {
			t.Errorf("%q pinned to %q", image, pinned)
		}
		if config, ok := ConfigOf(image); ok {
			t.Errorf("config of %q: %+v", image, config)
		}
		if other, ok := Other(image); ok {
			t.Errorf("%q: %+v", image, other)
		}
		if base, ok := Bases().Base(image); ok {
			t.Errorf("base %q: %+v", image, base)
		}
		if found := ImagesOf(image); found != nil {
			t.Errorf("images of %q: %+v", image, found)
		}
		if found, ok := ImagePackages(image, "bookworm", "full"); ok {
			t.Errorf("packages of %q: %+v", image, found)
		}
	}
	for _, name := range []string{"", " ", "libpq", "libpq-de", "libpq-dev ", "LIBPQ-DEV", "../libpq-dev", "\x00", "no-such-package"} {
		for _, r := range append([]debian.Release{"", "buster", "noble", "alpine3.20"}, debian.Releases...) {
			if p, _, ok := Package(r, name); ok {
				t.Errorf("package %q of %s: %+v", name, r, p)
			}
			if found := Providers(r, name); found != nil {
				t.Errorf("%q of %s is provided by %q", name, r, found)
			}
			if s, ok := NameIn(r, name); ok {
				t.Errorf("%q is %q in %s", name, s.Name, r)
			}
			if installed, download := Sizes(r, []string{name}); installed != 0 || download != 0 {
				t.Errorf("%q of %s has %d and %d KiB", name, r, installed, download)
			}
		}
		for _, l := range language.All {
			if n, ok := Need(NeedQuery{Language: l, Name: name, Release: "bookworm"}); ok && !(l == language.Node && name == "libpq") { // npm has that
				t.Errorf("%s need of %q: %+v", l, name, n)
			}
		}
		for _, r := range []debian.Release{"buster", "bookworm"} {
			if c, _, err := Closure(r, []string{name}, true, nil); err != nil || len(c.Packages) > 0 || !slices.Equal(c.Unknown, []string{name}) {
				t.Errorf("closure of %q in %s: %+v, %v", name, r, c, err)
			}
		}
	}
	for _, q := range []NeedQuery{
		{Language: "cobol", Name: "mysqlclient", Release: "bookworm"},
		{Language: language.Python, Name: "mysqlclient", Release: "buster"},
		{Language: language.Python, Name: "mysqlclient"},
		{Language: language.Python, Name: "mysqlclient[extra]", Release: "bookworm"},
	} {
		if n, ok := Need(q); ok {
			t.Errorf("%+v: %+v", q, n)
		}
	}
	NeedNames("cobol", func(name string) bool {
		t.Errorf("a package of no language: %q", name)
		return false
	})
	for kind, name := range map[FileKind]string{
		Command: "mysql_configg", Header: "no/such.h", Library: "libpq.so.55", PkgConfig: "libpqq", Path: "/usr/share/no-such-folder/file", "colour": "mysql_config",
	} {
		for _, r := range append([]debian.Release{"buster"}, debian.Releases...) {
			if o, ok := FileOwner(r, kind, name); ok {
				t.Errorf("%s %q of %s: %+v", kind, name, r, o)
			}
		}
		if o, ok := FileOwner("buster", Command, "gcc"); ok {
			t.Errorf("of a release without an index: %+v", o)
		}
	}
}
