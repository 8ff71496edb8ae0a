package main

import (
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
)

// runtimeOf returns the libraries that programs need that were linked with development packages: those of the same source
// that such a package depends on. One without any stands for others, as default-libmysqlclient-dev does.
func (f *needFinder) runtimeOf(development []string) []string {
	var names []string
	seen := map[string]bool{}
	for open := slices.Clone(development); len(open) > 0; open = open[1:] {
		p, ok := f.packages[f.realName(open[0])]
		if !ok || seen[p.Name] || !strings.Contains(p.Name, "-dev") {
			continue
		}
		seen[p.Name] = true
		libraries, others := f.ownDepends(p)
		names = append(names, libraries...)
		if libraries == nil {
			open = append(open, others...)
		}
	}
	return names
}

// withHeaders returns the libraries whose headers come with development packages. A package in Rust is linked to others in Debian
// alone, by crates that bring the library along everywhere else.
func (f *needFinder) withHeaders(libraries, development []string) []string {
	there := map[string]bool{}
	for open := slices.Clone(development); len(open) > 0; open = open[1:] {
		p := f.packages[f.realName(open[0])]
		if there[p.Name] || !strings.Contains(p.Name, "-dev") {
			continue
		}
		there[p.Name] = true
		for _, need := range p.Depends {
			name := f.realName(need[0])
			if f.libraries[name] {
				there[name] = true
			}
			open = append(open, name)
		}
	}
	return slices.DeleteFunc(libraries, func(name string) bool { return !there[name] })
}

// ownDepends returns the libraries and the other packages of the same source that a development package depends on. The source
// that chooses a default has nothing else.
func (f *needFinder) ownDepends(p debian.Package) (libraries, others []string) {
	for _, need := range p.Depends {
		q := f.packages[f.realName(need[0])]
		switch {
		case q.Source != p.Source && !strings.HasPrefix(p.Name, "default-"):
		case f.libraries[q.Name] && !everywhere[q.Name]:
			libraries = append(libraries, q.Name)
		default:
			others = append(others, q.Name)
		}
	}
	return libraries, others
}
