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

// OnRelease returns a context in which tags that name no release mean the one that a stage is built on, where that is not the one that they mean
// today: its steps need an earlier one that they have meant. earlier are all such releases, the latest first; none where the context stays. c
// must have packages.
func OnRelease(c *transform.Context, s *transform.Stage) (on *transform.Context, earlier []string) {
	image, _ := s.Image()
	base, ok := c.Bases.Base(image)
	if !ok || base.Distro != "debian" || NameRelease(c.Bases, image, base.Release) == image {
		return c, nil
	}
	needs := c.Needs()
	if len(needs.Releases) == 0 || needs.Releases[0] == base.Release {
		return c, nil
	}
	on = c.WithBases(earlierBases{c.Bases, needs.Releases[0]})
	on.Packages = earlierPackages{c.Packages, on.Bases}
	return on, needs.Releases
}

// NameRelease returns an image with a release in its tag: python:3.11-slim-trixie for python:3.11-slim. It is image itself where the tag names one,
// or where no such image is known.
func NameRelease(bases transform.Bases, image, release string) string {
	named := image + "-" + release
	if base, ok := bases.Base(named); ok && strings.Contains(image, ":") && base.Release == release && base.Config != nil && release != "" {
		return named
	}
	return image
}

// earlierBases says of images whose tags name no release that they are on one.
type earlierBases struct {
	transform.Bases
	release string
}

// Base implements transform.Bases.
func (e earlierBases) Base(ref string) (transform.Base, bool) {
	base, ok := e.Bases.Base(ref)
	if ok && NameRelease(e.Bases, ref, e.release) != ref {
		base.Release = e.release
	}
	return base, ok
}

// earlierPackages has the packages of such images on that release.
type earlierPackages struct {
	transform.Packages
	bases transform.Bases
}

// Installed implements transform.Packages.
func (e earlierPackages) Installed(image string) (transform.Installation, bool) {
	base, _ := e.bases.Base(image)
	return e.Packages.Installed(NameRelease(e.bases, image, base.Release))
}
