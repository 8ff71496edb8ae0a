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

// deb822 are the releases whose images have the sources of apt in debian.sources, and no sources.list. Source: debuerreotype's
// scripts/debuerreotype-debian-sources-list.
var deb822 = []string{"bookworm", "trixie"}

// warnOfSources tells of an edit of a file that the release that a tag means no longer has: it fails where the tag meant an older one when it
// was written.
func warnOfSources(c *transform.Context, stage *transform.Stage, image string) {
	base, _ := c.Bases.Base(image)
	if !slices.Contains(deb822, base.Release) {
		return
	}
	for _, in := range stage.Instructions {
		script := in.Script()
		if in.Keyword != "RUN" || script.Shell == nil {
			continue
		}
		for _, cmd := range script.Shell.Commands {
			argv := cmd.Argv()
			if cmd.Name() == "sed" && cmd.Always && slices.Contains(argv, "/etc/apt/sources.list") && !strings.Contains(string(c.Doc.Src[:in.Span.Start]), "> /etc/apt/sources.list") {
				c.Missed(in, "sources", "%s means %s, whose sources of apt are in /etc/apt/sources.list.d/debian.sources: there is no /etc/apt/sources.list to edit", image, base.Release)
			}
		}
	}
}
