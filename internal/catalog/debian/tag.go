package debian

import (
	"cmp"
	"slices"
	"strings"
)

// codenames are the releases that tags of official images name.
var codenames = []string{"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "bionic", "testing"}

// ReadTag splits the tag of an official image into the release that it names ("bookworm", "alpine3.20", "ubuntu22.04"; "" if it
// names none) and the variant: what is left without versions, with "alpine" for such a release; "full" if nothing is.
func ReadTag(family, tag string) (release, variant string) {
	var words []string
	for word := range strings.SplitSeq(tag, "-") {
		word = strings.TrimPrefix(word, "jdk1") // jdk11 of gradle is a version
		switch {
		case slices.Contains(codenames, word):
			release = word
		case strings.HasPrefix(word, "alpine"):
			words = append(words, "alpine")
			if word != "alpine" {
				release = word
			}
		case strings.Trim(word, "0123456789.") != "" && word != "latest":
			words = append(words, word)
		}
	}
	if release == "" && (family == "ubuntu" || family == "alpine") && tag != "" {
		release = family + tag
	}
	return release, cmp.Or(strings.Join(words, "-"), "full")
}
