package artifact

import (
	"strings"

	"dopt/transform"
)

// debianReleases are releases of Debian whose packages go by the names that they have on a release of Ubuntu, or on one of Debian that the
// catalog has no packages of. Source: wiki.ubuntu.com/Releases, www.debian.org/releases.
var debianReleases = map[string]string{
	"focal": "bullseye", "jammy": "bookworm", "noble": "trixie", "resolute": "trixie",
	"stretch": "bullseye", "buster": "bullseye",
}

// DebianRelease returns the release of Debian whose packages have the names of those of another release, which may be Ubuntu's, or have what
// the packages of Alpine have that go by other names.
func DebianRelease(release string) string {
	if strings.HasPrefix(release, "alpine") {
		return "trixie"
	}
	if other, ok := debianReleases[release]; ok {
		return other
	}
	return release
}

// named returns a context in which a stage on Ubuntu or Alpine is one on Debian, so that what it uses gets the names of packages. Which of
// them an image has is not said by that.
func named(c *transform.Context, s *Stage) *transform.Context {
	release := DebianRelease(s.Base.Release)
	if release == s.Base.Release {
		return c
	}
	return OnDebian(c, s.Image, release)
}

// OnDebian returns a context in which an image is one of a release of Debian.
func OnDebian(c *transform.Context, image, release string) *transform.Context {
	return c.WithBases(onDebian{c.Bases, image, release})
}

// onDebian says of one image that it is on a release of Debian.
type onDebian struct {
	transform.Bases
	image, release string
}

// Base implements transform.Bases.
func (o onDebian) Base(ref string) (transform.Base, bool) {
	base, ok := o.Bases.Base(ref)
	if ref == o.image {
		base.Distro, base.Release = "debian", o.release
	}
	return base, ok
}
