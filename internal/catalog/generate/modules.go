package main

import (
	"regexp"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
)

// A moduleFinder tells which package of a language a file belongs to.
type moduleFinder struct {
	language language.Language
	// hint is in the paths of all its files.
	hint string
	path *regexp.Regexp // its groups: the name, and perhaps the version
	// name makes the name of the first group.
	name func(string) string
}

// moduleFinders are the files that the languages' own package managers look for, or where there are none, what is loaded.
var moduleFinders = []moduleFinder{
	{language.Python, "-packages/", regexp.MustCompile(`^usr/lib/python3(?:\.\d+)?/dist-packages/([^/]+?)-([^/]+)\.(?:egg|dist)-info(?:$|/)`), nil},
	{language.Ruby, "/specifications/", regexp.MustCompile(`^usr/(?:share|lib/x86_64-linux-gnu)/rubygems-integration/[^/]+/specifications/(.+?)-(\d[^-]*)(?:-x86_64-linux[^/]*)?\.gemspec$`), nil},
	{language.Perl, "/auto/", regexp.MustCompile(`^usr/lib/x86_64-linux-gnu/perl5/[^/]+/auto/(.+)/[^/]+\.so$`), func(path string) string { return strings.ReplaceAll(path, "/", "::") }},
	{language.R, "/site-library/", regexp.MustCompile(`^usr/lib/R/site-library/([^/]+)/DESCRIPTION$`), nil},
}

// find returns the package that a file belongs to; its name is "" if it belongs to none.
func (f *moduleFinder) find(path string) (name, version string) {
	if !strings.Contains(path, f.hint) {
		return "", ""
	}
	m := f.path.FindStringSubmatch(path)
	if m == nil {
		return "", ""
	}
	if len(m) > 2 {
		version = m[2]
	}
	name = m[1]
	if f.name != nil {
		name = f.name(name)
	}
	return strings.Clone(name), strings.Clone(version) // lets the line go
}

// A module is a package of a language that a Debian package holds.
type module struct {
	owner, version string
}

// crate matches the Debian packages of crates that bind a library.
var crate = regexp.MustCompile(`^librust-(.+-sys)(-\d[\d.]*)?-dev$`)

// modules are those of a release by the key of their package.
type modules map[string]module

// addFile notes what a file tells.
func (m modules) addFile(path string, owners []string) {
	for i := range moduleFinders {
		name, version := moduleFinders[i].find(path)
		if name == "" {
			continue
		}
		key := language.Key(moduleFinders[i].language, name)
		for _, owner := range owners {
			if known, ok := m[key]; !ok || better(owner, known.owner) {
				m[key] = module{strings.Clone(owner), version}
			}
		}
	}
}

// addCrates notes the crates, which Debian's packages are named after.
func (m modules) addCrates(packages map[string]debian.Package) {
	for name := range packages {
		if found := crate.FindStringSubmatch(name); found != nil {
			key := language.Key(language.Rust, found[1])
			if known, ok := m[key]; !ok || better(name, known.owner) {
				m[key] = module{owner: name}
			}
		}
	}
}

// better tells which of two packages with the same module stands for it: builds for debugging are later ones, and so are
// longer names, which are variants.
func better(a, b string) bool {
	debugA, debugB := strings.HasSuffix(a, "-dbg"), strings.HasSuffix(b, "-dbg")
	if debugA != debugB {
		return debugB
	}
	return len(a) < len(b) || len(a) == len(b) && a < b
}

// upstream returns the upstream part of a Debian version: 4.6.3 of 1:4.6.3+dfsg-0.1+deb11u1.
func upstream(version string) string {
	if _, rest, ok := strings.Cut(version, ":"); ok {
		version = rest
	}
	if i := strings.LastIndexByte(version, '-'); i >= 0 {
		version = version[:i]
	}
	end := strings.IndexAny(version, "+~")
	if end < 0 {
		end = len(version)
	}
	return version[:end]
}
