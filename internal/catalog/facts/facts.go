// Package facts puts what the catalog knows into answers for people and machines: what "dopt facts" prints.
package facts

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
)

// An Answer is what the catalog knows of one subject in one release. Its fields are its JSON form.
type Answer interface {
	// text prints the answer for people: one line, and indented ones for details.
	text(w io.Writer)
}

// Source is where an answer comes from; its date is YYYY-MM-DD or YYYY-MM.
type Source struct {
	Name string `json:"name"`
	Date string `json:"date"`
}

func sourceOf(s catalog.Source) *Source {
	if s.Name == "" {
		return nil
	}
	return &Source{Name: s.Name, Date: s.Date}
}

func (s *Source) String() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf(" [%s, %s]", s.Name, s.Date)
}

// Formats are the forms of output.
var Formats = []string{"text", "json"}

// Print writes answers in a format of Formats.
func Print(w io.Writer, format string, answers []Answer) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(answers)
	}
	for _, a := range answers {
		a.text(w)
	}
	return nil
}

// Releases returns the releases to answer for: the one that is named or that an image's tag names, else all.
func Releases(release, image string) ([]debian.Release, error) {
	if image != "" {
		if release = releaseOf(image); release == "" {
			return nil, fmt.Errorf("the release of %s is not known: give --release instead", image)
		}
	}
	r := debian.Release(release)
	switch {
	case r == "":
		return debian.Releases, nil
	case !slices.Contains(debian.Releases, r):
		return nil, fmt.Errorf("release %q is none of %s", release, releaseNames())
	}
	return []debian.Release{r}, nil
}

// releaseOf returns the release that the tag of an image names or means today, "" if neither is known.
func releaseOf(image string) string {
	if release := catalog.ReadReference(image).Release; release != "" {
		return release
	}
	tag, _, _ := catalog.TagOf(image)
	return tag.Release
}

func releaseNames() string {
	var names []string
	for _, r := range debian.Releases {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// megabytes writes a size in KiB for people.
func megabytes(kib int) string { return fmt.Sprintf("%.1f MB", float64(kib)*1024/1e6) }
