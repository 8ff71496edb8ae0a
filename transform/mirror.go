package transform

import (
	"slices"
	"strings"
)

// SourcesList is the file of apt's sources on images of older releases of Debian; see AptSources.
const SourcesList = "/etc/apt/sources.list"

// deb822 are the releases whose images have the sources of apt in debian.sources, and no sources.list. Source: debuerreotype's
// scripts/debuerreotype-debian-sources-list.
var deb822 = []string{"bookworm", "trixie"}

// AptSources returns the file in which the images of a release of Debian have the sources of apt.
func AptSources(release string) string {
	if slices.Contains(deb822, release) {
		return "/etc/apt/sources.list.d/debian.sources"
	}
	return SourcesList
}

// EditsSourcesList returns the instructions of the stage that fail where its base has no SourcesList: they edit it in place, and nothing above
// has written it.
func (s *Stage) EditsSourcesList() (list []*Instruction) {
	for _, in := range s.Instructions {
		if written := strings.Contains(in.Source(), "> "+SourcesList) || (in.Keyword == "COPY" || in.Keyword == "ADD") && strings.Contains(in.Source(), "sources.list"); written {
			return list
		}
		script := in.Script()
		if in.Keyword != "RUN" || script.Shell == nil {
			continue
		}
		for _, cmd := range script.Shell.Commands {
			if cmd.Name() == "sed" && cmd.Always && slices.Contains(cmd.Argv(), SourcesList) {
				list = append(list, in)
				break
			}
		}
	}
	return list
}

// MirrorArgument is the build argument that chooses a mirror of Debian for the steps that passes write.
const MirrorArgument = "APT_MIRROR"

// SwitchMirror returns the command that replaces the host of apt's sources where MirrorArgument is set, on a release of Debian; "" where no
// mirror is asked for.
func (s Settings) SwitchMirror(release string) string {
	if !slices.Contains(s.Mirrors, "apt") {
		return ""
	}
	return `{ [ -z "$` + MirrorArgument + `" ] || sed -i "s|deb.debian.org|$` + MirrorArgument + `|g" ` + AptSources(release) + "; }"
}

// DeclareMirror returns the instruction that declares MirrorArgument, empty by default: then the sources of the base image stay.
func (s Style) DeclareMirror() string { return s.Keyword("ARG") + " " + MirrorArgument + "=" }
