package catalog

import (
	"cmp"
	"sync"

	"dopt/internal/catalog/official"
	"dopt/transform"
)

// Bases answers what passes and validators ask of base images: scratch, tags of official images whose config is known, and a few
// others. It may be used by several goroutines. What it returns is shared, and not to be written to.
func Bases() transform.Bases {
	return &bases{answers: map[string]answer{}}
}

// maxAnswers bounds how many answers are kept: passes ask for the same few images again and again.
const maxAnswers = 1024

type bases struct {
	mu      sync.Mutex
	answers map[string]answer
}

type answer struct {
	base  transform.Base
	known bool
}

// Base implements transform.Bases.
func (b *bases) Base(ref string) (transform.Base, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.answers[ref]
	if !ok {
		if len(b.answers) >= maxAnswers {
			clear(b.answers)
		}
		a.base, a.known = lookUp(ref)
		b.answers[ref] = a
	}
	return a.base, a.known
}

// lookUp finds out what is known of an image.
func lookUp(ref string) (transform.Base, bool) {
	if ref == "scratch" {
		return transform.Base{Entrypoint: transform.NoEntrypoint, Config: &transform.ImageConfig{}, Source: "Dockerfile reference"}, true
	}
	r, ok := official.ParseReference(ref)
	if !ok {
		return transform.Base{}, false
	}
	if other, ok := official.OtherOf(r); ok {
		return transform.Base{
			Distro: other.Distro, Release: other.Release, Entrypoint: other.Takes, User: other.User, Users: other.Users,
			AptAutoClean: other.Release != "", Config: &other.ImageConfig, Source: other.Source,
		}, true
	}
	tag, source, ok := tagOf(r)
	if !ok {
		return transform.Base{}, false
	}
	config, ok := configOf(r, tag)
	if !ok {
		return transform.Base{}, false
	}
	if tag.Distro == "scratch" { // an image of a program alone has the folders of no distribution
		tag.Distro = ""
	}
	return transform.Base{
		Distro: tag.Distro, Release: tag.Release, Entrypoint: config.Takes, User: config.User, Users: config.Users,
		AptAutoClean: tag.Distro == "debian" || tag.Distro == "ubuntu",
		Config:       &config.ImageConfig, Pinned: pinnedTo(r, tag, ref), Slim: slim(r, tag, ref), Date: source.Date, Source: config.Source,
	}, true
}

// slim returns the reference of the slim variant of an image that has a tag and no digest, "" if there is none.
func slim(r official.Reference, tag official.Tag, written string) string {
	if r.Tag == "" || r.Digest != "" || tag.Slim == "" {
		return ""
	}
	return r.WithTag(tag.Slim, written)
}

// Other returns what is known of a base image that is no official one, such as gcr.io/distroless/static; ok is false for all but
// a few of them.
func Other(reference string) (other official.Other, ok bool) {
	r, ok := official.ParseReference(reference)
	if !ok {
		return official.Other{}, false
	}
	return official.OtherOf(r)
}

// ConfigOf returns the image config of a tag of an official image; ok is false where it is not known.
func ConfigOf(reference string) (config official.Config, ok bool) {
	r, ok := official.ParseReference(reference)
	if !ok {
		return official.Config{}, false
	}
	tag, _, ok := tagOf(r)
	if !ok {
		return official.Config{}, false
	}
	return configOf(r, tag)
}

func configOf(r official.Reference, tag official.Tag) (official.Config, bool) {
	return official.ConfigOf(r.Family(), cmp.Or(r.Tag, "latest"), tag)
}
