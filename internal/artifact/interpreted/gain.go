package interpreted

import (
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// Leaves returns packages that only the build uses and that stay behind where the runtime stage begins with an image: those that steps
// install for it by name, and those of the base that the other image lacks.
func Leaves(s *artifact.Stage, image string) []string {
	var runs, there, leaves []string
	for _, n := range s.Needs().Needs {
		if n.Step == nil {
			runs = append(runs, n.Packages...)
		}
	}
	if i, ok := s.Packages.Installed(image); ok {
		there = i.Names
	}
	base, _ := s.Packages.Installed(s.Image)
	stays := func(p string) bool { return slices.Contains(runs, p) || slices.Contains(there, p) }
	for _, i := range s.Needs().Installs {
		if s.StaysBehind(i.Name) && !stays(i.Name) {
			leaves = append(leaves, i.Name)
		}
	}
	for _, n := range s.Needs().Needs {
		if n.Step == nil || slices.ContainsFunc(n.Packages, stays) {
			continue
		}
		if i := slices.IndexFunc(n.Packages, func(p string) bool { return slices.Contains(base.Names, p) }); i >= 0 {
			leaves = append(leaves, n.Packages[i])
		}
	}
	slices.Sort(leaves)
	return slices.Compact(leaves)
}

// Linked returns the libraries that packages of the language may be linked with which steps compile: those of the development packages
// that steps install, and of those that the base has and the build of a package uses.
func Linked(s *artifact.Stage) (list []transform.Need) {
	add := func(development string, because transform.Evidence) {
		if strings.HasPrefix(development, "python") || development == "libc6-dev" {
			return // the distribution's own Python, which official images do not use, and the C library, which every image has
		}
		for _, library := range s.Packages.Libraries(s.Base.Release, development) {
			list = append(list, transform.Need{What: "library of " + development, Packages: []string{library}, Evidence: because})
		}
	}
	for _, i := range s.Needs().Installs {
		add(i.Name, s.Evidence(i.Step))
	}
	for _, n := range s.Needs().Needs {
		if n.Step == nil {
			continue
		}
		for _, p := range n.Packages {
			add(p, n.Evidence)
		}
	}
	return list
}
