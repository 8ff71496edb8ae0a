package catalog

import (
	_ "embed"
	"strings"
	"sync"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
)

//go:embed data/wheels.txt
var wheelData string

// A wheelRange are the versions of a package that have a wheel for one Python: the first and the last of them, both "" if
// none has.
type wheelRange struct{ first, last string }

// wheels has the ranges by name and Python, "lxml 3.11".
var wheels = sync.OnceValue(func() map[string]wheelRange {
	ranges := map[string]wheelRange{}
	for line := range strings.Lines(wheelData) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 4 {
			continue
		}
		ranges[f[0]+" "+f[1]] = wheelRange{f[2], f[3]}
	}
	return ranges
})

// wheelSource is who was asked for wheels, and when.
func wheelSource() Source {
	line, _, _ := strings.Cut(wheelData, "\n")
	return Source{Name: "package index of Python", Date: strings.TrimPrefix(line, "# date: ")}
}

// pythons are the releases' own versions of Python.
var pythons = map[debian.Release]string{"bullseye": "3.9", "bookworm": "3.11", "trixie": "3.13"}

// wheelFor tells whether a version of a package has a wheel; ok is false where the index was not asked.
// It is taken that each version between the first and the last one with a wheel has one.
func wheelFor(q NeedQuery) (a language.Answer, ok bool) {
	python := q.Python
	if python == "" {
		python = pythons[q.Release]
	}
	name := strings.TrimPrefix(language.Key(language.Python, q.Name), string(language.Python)+" ")
	w, ok := wheels()[name+" "+python]
	switch {
	case !ok || w.last != "" && language.CompareVersions(q.Version, w.last) > 0:
		return "", false
	case w.last == "" || q.Version != "" && language.CompareVersions(q.Version, w.first) < 0:
		return language.No, true
	}
	return language.Yes, true
}
