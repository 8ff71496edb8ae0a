package facts

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
)

// A Need is what a package of a language needs of a release, or beyond the packages of an image.
type Need struct {
	Language language.Language `json:"language,omitempty"`
	Package  string            `json:"package"`
	Version  string            `json:"version,omitempty"`
	Release  debian.Release    `json:"release"`
	Image    string            `json:"image,omitempty"`
	Known    bool              `json:"known"`
	Build    []string          `json:"build,omitempty"`
	Run      []string          `json:"run,omitempty"`
	// Prebuilt is yes, no or unknown: whether the package is published compiled.
	Prebuilt       string  `json:"prebuilt,omitempty"`
	PrebuiltSource *Source `json:"prebuilt_source,omitempty"`
	// With are packages of the same language that come with it and have needs of their own.
	With []string `json:"with,omitempty"`
	// Elsewhere are needed packages that the release does not have.
	Elsewhere []string `json:"not_in_release,omitempty"`
	// Evidence is the version that the answer was drawn from.
	Evidence string  `json:"evidence_version,omitempty"`
	Source   *Source `json:"source,omitempty"`
}

// Needs answers for a package, such as mysqlclient, mysqlclient==2.2.4 or ruby:pg, in each release. Of an image, what it has is
// left out, and of what is told in its tag the version of Python counts.
func Needs(releases []debian.Release, image, name string) []Answer {
	q, languages := readNeed(name)
	var answers []Answer
	for _, r := range releases {
		known := false
		for _, l := range languages {
			q.Language, q.Release = l, r
			if a, ok := needOf(q, image); ok {
				known = true
				answers = append(answers, a)
			}
		}
		if !known {
			answers = append(answers, Need{Package: q.Name, Version: q.Version, Release: r, Image: image})
		}
	}
	return answers
}

// readNeed reads LANGUAGE:NAME==VERSION, of which only the name must be there, and returns the languages that may be meant.
func readNeed(text string) (catalog.NeedQuery, []language.Language) {
	languages := language.All
	if l, rest, ok := strings.Cut(text, ":"); ok && slices.Contains(language.All, language.Language(l)) {
		languages, text = []language.Language{language.Language(l)}, rest
	}
	name, version, _ := strings.Cut(text, "==")
	return catalog.NeedQuery{Name: name, Version: version}, languages
}

func needOf(q catalog.NeedQuery, image string) (Need, bool) {
	var installed []string
	if image != "" {
		ref := catalog.ReadReference(image)
		if ref.Family == string(language.Python) {
			q.Python = pythonOf(image)
		}
		found, _ := catalog.ImagePackages(ref.Family, string(q.Release), ref.Variant)
		installed = found.Packages
	}
	n, ok := catalog.Need(q)
	if !ok {
		return Need{}, false
	}
	missing := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(installed, name) })
	}
	return Need{
		Language: q.Language, Package: q.Name, Version: q.Version, Release: q.Release, Image: image, Known: true,
		Build: missing(n.Build), Run: missing(n.Run), Prebuilt: cmp.Or(string(n.Prebuilt), "unknown"), PrebuiltSource: sourceOf(n.PrebuiltSource),
		With: n.With, Elsewhere: n.Elsewhere, Evidence: n.Evidence, Source: sourceOf(n.Source),
	}, true
}

// pythonOf returns the version of Python in the tag of an image, "" if it names none.
func pythonOf(image string) string {
	_, tag, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	version, _, _ := strings.Cut(tag, "-")
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 || strings.Trim(parts[0]+parts[1], "0123456789") != "" {
		return ""
	}
	return parts[0] + "." + parts[1]
}

func (n Need) text(w io.Writer) {
	if !n.Known {
		fmt.Fprintf(w, "%s: %s: unknown\n", n.Release, n.Package)
		return
	}
	fmt.Fprintf(w, "%s: %s %s%s\n", n.Release, n.Language, n.Package, n.Source)
	fmt.Fprintf(w, "  compiled:  %s%s\n", n.Prebuilt, n.PrebuiltSource)
	fmt.Fprintf(w, "  to build:  %s\n", listOr(n.Build, "nothing"))
	fmt.Fprintf(w, "  to run:    %s\n", listOr(n.Run, "nothing"))
	if n.Evidence != "" {
		fmt.Fprintf(w, "  evidence:  version %s\n", n.Evidence)
	}
	if len(n.With) > 0 {
		fmt.Fprintf(w, "  with it:   %s, with needs of their own\n", strings.Join(n.With, ", "))
	}
	if len(n.Elsewhere) > 0 {
		fmt.Fprintf(w, "  elsewhere: %s, which this release lacks\n", strings.Join(n.Elsewhere, " "))
	}
}

func listOr(names []string, none string) string { return cmp.Or(strings.Join(names, " "), none) }
