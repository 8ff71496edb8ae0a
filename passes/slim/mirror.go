package slim

import (
	"slices"
	"strings"
)

// The build argument that chooses a mirror of Debian.
const mirrorArgument = "APT_MIRROR"

// mirrorSwitch returns the command that replaces the host of apt's sources where the build argument is set; "" where none is asked for, or
// the file chooses its sources itself.
func (s *slimming) mirrorSwitch() string {
	if !slices.Contains(s.Settings.Mirrors, "apt") || slices.ContainsFunc(s.stage.Instructions, setsUp) || strings.Contains(string(s.Doc.Src), mirrorArgument) {
		return ""
	}
	return `{ [ -z "$` + mirrorArgument + `" ] || sed -i "s|deb.debian.org|$` + mirrorArgument + `|g" ` + s.sourcesFile() + "; }"
}

// sourcesFile returns the file that has the sources of apt. Source: debuerreotype's scripts/debuerreotype-debian-sources-list: deb822 from
// bookworm on.
func (s *slimming) sourcesFile() string {
	if s.variant.Release == "bullseye" {
		return "/etc/apt/sources.list"
	}
	return "/etc/apt/sources.list.d/debian.sources"
}

// declareMirror returns the instruction that declares the build argument.
func (s *slimming) declareMirror() string {
	return s.Doc.Style().Keyword("ARG") + " " + mirrorArgument + "="
}

// update are the commands that fetch the package lists.
func (s *slimming) update() []string {
	if sw := s.mirrorSwitch(); sw != "" {
		return []string{sw, "apt-get update"}
	}
	return []string{"apt-get update"}
}
