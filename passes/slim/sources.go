package slim

import (
	"slices"
	"strings"

	"dopt/transform"
)

// setupMarks are what instructions name that choose where packages come from and how they are reached.
var setupMarks = []string{"/etc/apt", "apt-key", "sources.list", "debian.sources", "/usr/local/share/ca-certificates", "update-ca-certificates", "_proxy", "_PROXY", "DEBIAN_FRONTEND", "add-apt-repository"}

func setsUp(in *transform.Instruction) bool {
	source := in.Source()
	return slices.ContainsFunc(setupMarks, func(mark string) bool { return strings.Contains(source, mark) })
}

// mirrors returns the need of certificates of what may let apt use HTTPS.
func (s *slimming) mirrors() (list []transform.Need) {
	for _, in := range s.stage.Instructions {
		if setsUp(in) && (strings.Contains(in.Source(), "https") || in.Keyword == "COPY" || in.Keyword == "ADD") {
			text, _, _ := strings.Cut(in.Text().Text, " ")
			list = append(list, transform.Need{
				What: "certificates of apt's sources", Packages: []string{"ca-certificates"}, Step: in,
				Evidence: transform.Evidence{Source: s.Doc.Name, Line: in.Line(), Text: text},
			})
		}
	}
	return list
}

// warnOfSources tells of an edit of a file that the release that a tag means no longer has: it fails where the tag meant an older one when it
// was written.
func warnOfSources(c *transform.Context, stage *transform.Stage, image string) {
	base, _ := c.Bases.Base(image)
	if base.Distro != "debian" || base.Release == "" || transform.AptSources(base.Release) == transform.SourcesList {
		return
	}
	for _, in := range stage.EditsSourcesList() {
		c.Missed(in, "sources", "%s means %s, whose sources of apt are in %s: there is no %s to edit", image, base.Release, transform.AptSources(base.Release), transform.SourcesList)
	}
}
