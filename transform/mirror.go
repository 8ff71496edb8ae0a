package transform

import "slices"

// MirrorArgument is the build argument that chooses a mirror of Debian for the steps that passes write.
const MirrorArgument = "APT_MIRROR"

// SwitchMirror returns the command that replaces the host of apt's sources where MirrorArgument is set, on a release of Debian; "" where no
// mirror is asked for. Source of the file's name: debuerreotype's scripts/debuerreotype-debian-sources-list: deb822 from bookworm on.
func (s Settings) SwitchMirror(release string) string {
	if !slices.Contains(s.Mirrors, "apt") {
		return ""
	}
	file := "/etc/apt/sources.list.d/debian.sources"
	if release == "bullseye" {
		file = "/etc/apt/sources.list"
	}
	return `{ [ -z "$` + MirrorArgument + `" ] || sed -i "s|deb.debian.org|$` + MirrorArgument + `|g" ` + file + "; }"
}

// DeclareMirror returns the instruction that declares MirrorArgument, empty by default: then the sources of the base image stay.
func (s Style) DeclareMirror() string { return s.Keyword("ARG") + " " + MirrorArgument + "=" }
