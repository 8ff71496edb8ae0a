package facts

import (
	"fmt"
	"io"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
)

// A File is which packages hold a file.
type File struct {
	File     string           `json:"file"`
	Kind     catalog.FileKind `json:"kind,omitempty"`
	Release  debian.Release   `json:"release"`
	Known    bool             `json:"known"`
	Packages []string         `json:"packages,omitempty"` // one of them is enough
	Match    string           `json:"match,omitempty"`    // what was found, if it is not the name itself
	Source   *Source          `json:"source,omitempty"`
}

// Files answers for a file as each kind that it is known as, in each release.
func Files(releases []debian.Release, name string) []Answer {
	var answers []Answer
	for _, r := range releases {
		known := false
		for _, kind := range catalog.FileKinds {
			if strings.HasPrefix(name, "/") != (kind == catalog.Path) {
				continue
			}
			if o, ok := catalog.FileOwner(r, kind, name); ok {
				known = true
				answers = append(answers, File{name, kind, r, true, o.Packages, o.Match, sourceOf(o.Source)})
			}
		}
		if !known {
			answers = append(answers, File{File: name, Release: r})
		}
	}
	return answers
}

func (f File) text(w io.Writer) {
	if !f.Known {
		fmt.Fprintf(w, "%s: %s: unknown\n", f.Release, f.File)
		return
	}
	match := ""
	if f.Match != "" {
		match = " (" + f.Match + ")"
	}
	fmt.Fprintf(w, "%s: %s %s: %s%s%s\n", f.Release, f.Kind, f.File, strings.Join(f.Packages, " or "), match, f.Source)
}
