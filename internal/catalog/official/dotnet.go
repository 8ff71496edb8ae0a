package official

import (
	"slices"
	"strings"
)

// dotnetRegistry is where the images of .NET are, dotnetFolder the beginning of their names.
const (
	dotnetRegistry = "mcr.microsoft.com"
	dotnetFolder   = "dotnet/"
)

// dotnetDefaults are the releases that tags of .NET stand for which name a version and no system, by the version. Source:
// github.com/dotnet/dotnet-docker, README.sdk.md while each was supported, and documentation/supported-tags.md.
var dotnetDefaults = map[string]string{"6.0": "bullseye", "7.0": "bullseye", "8.0": "bookworm", "9.0": "bookworm", "10.0": "noble"}

// dotnetSystems are the systems that tags of .NET name, with their releases; those of Alpine, Azure Linux and Windows, and images without a
// shell, are others.
var dotnetSystems = map[string]string{
	"bullseye-slim": "bullseye", "bookworm-slim": "bookworm", "trixie-slim": "trixie", "focal": "focal", "jammy": "jammy", "noble": "noble",
}

// dotnetRelease returns the distribution and the release of a tag of .NET, as 8.0-jammy or 8.0.204; ok is false where they are not known.
func dotnetRelease(tag string) (distro, release string, ok bool) {
	version, system, named := strings.Cut(tag, "-")
	series := strings.Join(strings.SplitN(version, ".", 3)[:min(2, strings.Count(version, ".")+1)], ".")
	release, ok = dotnetDefaults[series]
	if named && ok {
		release, ok = dotnetSystems[system]
	}
	distro = "debian"
	if slices.Contains([]string{"focal", "jammy", "noble"}, release) {
		distro = "ubuntu"
	}
	return distro, release, ok
}
