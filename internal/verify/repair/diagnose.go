package repair

import (
	"cmp"
	"slices"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
	"dopt/internal/needs"
	"dopt/internal/system"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// Diagnose names a package that is missing for all that the faults of a rewrite say, and the stage that lacks it. Packages that
// have been tried are not named again. ok is false where no package would mend it: then changes have to be left out.
func Diagnose(faults []result.Fault, report *transform.Report, tried []result.Package) (r result.Repair, ok bool) {
	for _, f := range faults {
		place := Place{Release: releaseOf(report.After, result.Stage(report.After, f.Stage)), Had: had(report.Before, f.Stage)}
		for _, s := range symptoms(f) {
			if s.hopeless() {
				return result.Repair{}, false
			}
			name := place.Package(s)
			p := result.Package{Name: name, Stage: f.Stage}
			if name == "" || slices.Contains(tried, p) {
				continue
			}
			return result.Repair{Package: p, Need: strings.TrimSpace(string(s.Kind) + " " + s.Name), Evidence: s.Line}, true
		}
	}
	return result.Repair{}, false
}

// symptoms returns what a fault says is missing.
func symptoms(f result.Fault) []Symptom {
	if f.Missing == "" {
		return append(Read(f.Output), Read(f.Message)...)
	}
	kind, ok := checks[f.Check]
	if !ok {
		return nil
	}
	return []Symptom{{Kind: kind, Name: f.Missing, Line: f.Message}}
}

// checks are the checks without running for which something of the distribution is missing.
var checks = map[string]Kind{
	"library": Library, "shebang": Command, "command": Command, "healthcheck": Command, "loader": Program,
	"symbol-version": Version, "architecture": Machine, "user": User, "permission": Permission,
	"certificates": Certificates, "zones": Path, "python": Module, "node": Module, "java": Module,
}

// hopeless reports whether what a symptom is about stays wrong whatever is installed.
func (s Symptom) hopeless() bool {
	return s.Kind == Version || s.Kind == Machine || s.Kind == User || s.Kind == Permission
}

// A Place is where something is missing.
type Place struct {
	// Release is the release of the stage's base image, "" if the catalog does not have it: then no package is known.
	Release debian.Release
	// Had are the packages of the image that the stage was built on before, as far as they are known. Of several packages
	// that would do, one of those is the right one.
	Had []string
}

// Package returns the package of the release that has what a symptom misses, "" if none is known to.
func (p Place) Package(s Symptom) string {
	n, ok := s.need()
	if !ok || p.Release == "" {
		return ""
	}
	var list []string
	for _, name := range needs.Owners(p.Release, &n) {
		if _, _, real := catalog.Package(p.Release, name); real {
			list = append(list, name)
		} else {
			list = append(list, catalog.Providers(p.Release, name)...)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return slices.MinFunc(list, func(a, b string) int {
		if old := slices.Contains(p.Had, a); old != slices.Contains(p.Had, b) {
			return map[bool]int{true: -1, false: 1}[old]
		}
		return cmp.Or(cmp.Compare(p.download(a), p.download(b)), strings.Compare(a, b))
	})
}

// download returns the size of a package with all that it depends on, in KiB.
func (p Place) download(name string) int {
	closure, _, err := catalog.Closure(p.Release, []string{name}, false, nil)
	if err != nil {
		return 0
	}
	var names []string
	for _, p := range closure.Packages {
		names = append(names, p.Name)
	}
	_, download := catalog.Sizes(p.Release, names)
	return download
}

// need returns what a symptom misses as the analysis of needs has it; ok is false where that is nothing of the distribution.
func (s Symptom) need() (n needs.Need, ok bool) {
	switch {
	case s.Kind == Certificates:
		return needs.Need{Kind: needs.Certificates}, true
	case s.Kind == Header:
		return needs.Need{Kind: needs.Header, Name: s.Name}, true
	case s.Kind == PkgConfig:
		return needs.Need{Kind: needs.PkgConfig, Name: s.Name}, true
	case s.Kind == Link:
		return needs.Need{Kind: needs.Library, Name: s.Name, Step: &transform.Instruction{}}, true // a build asks for it
	case s.Kind == Library:
		return needs.Need{Kind: needs.Library, Name: strings.TrimSuffix(s.Name, ".so")}, true
	case s.Kind == Command && !strings.Contains(s.Name, "/"):
		return needs.Need{Kind: needs.Command, Name: s.Name}, true
	case s.Kind == Path, s.Kind == Command, s.Kind == Program && systemProgram(s.Name):
		return needs.Need{Kind: needs.Path, Name: s.Name}, true
	}
	return needs.Need{}, false
}

// systemProgram reports whether a path is one of the distribution's programs.
func systemProgram(name string) bool {
	return slices.ContainsFunc([]string{"/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"}, func(dir string) bool { return strings.HasPrefix(name, dir) })
}

// image returns the reference of the image that a stage is built on, directly or by other stages.
func image(doc *transform.Document, s *transform.Stage) string {
	for range doc.Stages {
		name, ok := s.Image()
		if !ok {
			return ""
		}
		below := doc.StageOf(name, s)
		if below == nil {
			return name
		}
		s = below
	}
	return ""
}

// releaseOf returns the release of a stage that the catalog knows, "" for none.
func releaseOf(doc *transform.Document, s *transform.Stage) debian.Release {
	base, ok := catalog.Bases().Base(image(doc, s))
	if r := debian.Release(base.Release); ok && slices.Contains(debian.Releases, r) {
		return r
	}
	return ""
}

// had returns the packages of the base image of a document's stage, nil where they are not known.
func had(doc *transform.Document, stage string) []string {
	variant, _ := system.Packages().Slim(image(doc, result.Stage(doc, stage)))
	return variant.Full
}
