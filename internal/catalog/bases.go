package catalog

import (
	"cmp"

	"dopt/internal/catalog/official"
	"dopt/transform"
)

// Bases answers what passes and validators ask of base images: scratch, and what is known of a tag of an official image and of its
// config.
func Bases() transform.Bases { return bases{} }

type bases struct{}

// Base implements transform.Bases.
func (bases) Base(ref string) (transform.Base, bool) {
	if ref == "scratch" {
		return transform.Base{Entrypoint: transform.NoEntrypoint, Config: &transform.ImageConfig{}, Source: "Dockerfile reference"}, true
	}
	tag, source, ok := TagOf(ref)
	config, known := ConfigOf(ref)
	if !ok || !known {
		return transform.Base{}, false
	}
	pinned, _, _ := Pinned(ref)
	return transform.Base{
		Distro: tag.Distro, Release: tag.Release, Entrypoint: config.Takes, User: config.User, Users: config.Users,
		AptAutoClean: tag.Distro == "debian" || tag.Distro == "ubuntu",
		Config:       &config.ImageConfig, Pinned: pinned, Date: source.Date, Source: config.Source,
	}, true
}

// ConfigOf returns the image config of a tag of an official image; ok is false where it is not known.
func ConfigOf(reference string) (config official.Config, ok bool) {
	tag, _, ok := TagOf(reference)
	if !ok {
		return official.Config{}, false
	}
	r, _ := official.ParseReference(reference)
	return official.ConfigOf(r.Family(), cmp.Or(r.Tag, "latest"), tag)
}
