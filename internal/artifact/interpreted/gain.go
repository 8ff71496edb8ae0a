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
		for _, p := range slices.Concat(n.Packages, found(s, n)) {
			add(p, n.Evidence)
		}
	}
	return list
}

// found returns the development packages that are there and that the build of a package, by the need that compiles it, links with.
func found(s *artifact.Stage, n transform.Need) (names []string) {
	candidates := strings.Fields(detected[strings.ToLower(n.What)])
	if len(candidates) == 0 {
		return nil
	}
	base, _ := s.Packages.Installed(s.Image)
	var installs []string
	for _, i := range s.Needs().Installs {
		installs = append(installs, i.Name)
	}
	more, _ := s.Packages.Closure(s.Base.Release, installs, true, base.Names) // that one is not known is said elsewhere
	there := slices.Concat(base.Names, installs, more)
	return slices.DeleteFunc(candidates, func(name string) bool { return !slices.Contains(there, name) })
}

// detected are the development packages that the build of a package links with where they are there, and does without where they are not, by the
// need that compiles it. Sources: uwsgiconfig.py of uWSGI 2.0.26, setup.py of PyYAML 6.0 and of Pillow 10.3.
var detected = map[string]string{
	"python package uwsgi":  "libxml2-dev libssl-dev libpcre3-dev libpcre2-dev libjansson-dev libyajl-dev libcap-dev uuid-dev zlib1g-dev",
	"python package pyyaml": "libyaml-dev",
	"python package pillow": "libjpeg62-turbo-dev zlib1g-dev libtiff-dev libfreetype-dev libfreetype6-dev liblcms2-dev libwebp-dev libopenjp2-7-dev libimagequant-dev libxcb1-dev libraqm-dev",
}
