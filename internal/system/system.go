// Package system answers what passes ask of the distribution below an image: which packages its slim variant
// lacks, and which packages have what a stage uses. It joins the catalog's facts with the analysis of needs.
package system

import (
	"fmt"
	"slices"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/official"
	"dopt/transform"
)

// Packages returns the answers that the catalog has.
func Packages() transform.Packages { return packages{} }

type packages struct{}

// families are the official images whose full and slim variants differ in the distribution's packages, and in nothing
// else that programs use: both have the same build of the language below /usr/local.
//
// Source: the Dockerfiles of the images (github.com/docker-library: python, ruby; nodejs/docker-node; rust-lang/docker-rust;
// debuerreotype/docker-debian-artifacts), read 2026-11. Python's tkinter needs libtk, a package, in both.
var families = []string{"debian", "node", "python", "ruby", "rust"}

// Slim implements transform.Packages.
func (packages) Slim(image string) (transform.SlimVariant, bool) {
	r, _ := official.ParseReference(image)
	tag, _, ok := catalog.TagOf(image)
	base, known := catalog.Bases().Base(image)
	if !ok || !known || base.Slim == "" || tag.Variant != "full" || !slices.Contains(families, r.Family()) {
		return transform.SlimVariant{}, false
	}
	sibling, _, ok := catalog.TagOf(base.Slim)
	if !ok || sibling.Release != tag.Release || sibling.Distro != tag.Distro {
		return transform.SlimVariant{}, false
	}
	v, ok := variantOn(r.Family(), tag.Release)
	if next := archived[tag.Release]; !ok && next != "" {
		v, ok = variantOn(r.Family(), next)
		v.Archived = tag.Release
		v.Slim = slices.DeleteFunc(v.Slim, func(name string) bool { return slices.Contains(later, name) })
	}
	if !ok {
		return transform.SlimVariant{}, false
	}
	v.Image, v.Date = base.Slim, base.Date
	for _, move := range slices.Backward(tag.Moves) {
		if !slices.ContainsFunc(sibling.Moves, func(m official.Move) bool { return m.Release == move.Release }) {
			continue
		}
		if earlier, ok := variantOn(r.Family(), move.Release); ok {
			earlier.Image, earlier.Date = base.Slim, base.Date
			v.Earlier = append(v.Earlier, earlier)
		}
	}
	return v, true
}

// archived are releases that mirrors of Debian no longer have, with the next one that they have, on which the same Dockerfiles install the
// same. Those of earlier releases were others. Sources: www.debian.org/distrib/archive; github.com/docker-library, nodejs/docker-node; read 2026-11.
var archived = map[string]string{"stretch": "bullseye", "buster": "bullseye"}

// later are packages that slim images on bullseye have, and one of those on the archived releases does not, other names for the same aside. Source:
// package lists of debian, node and python on stretch, buster and bullseye, in DOPT_DATA.
var later = strings.Fields("libexpat1 libffi7 libgmp10 libgnutls30 libgssapi-krb5-2 libhogweed6 libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libnettle8 " +
	"libnsl2 libp11-kit0 libpcre2-8-0 libseccomp2 libssl1.1 libtasn1-6 libtirpc-common libtirpc3 libunistring2 libxxhash0 libzstd1 logsave lsb-base netbase")

// variantOn returns what the full and the slim image of a family have on a release; ok is false where that is not known.
func variantOn(family, release string) (v transform.SlimVariant, ok bool) {
	full, fullKnown := catalog.ImagePackages(family, release, "full")
	slim, slimKnown := catalog.ImagePackages(family, release, "slim")
	return transform.SlimVariant{
		Release: release, Full: debian.ImageRecord{Added: full.Maybe}.Apply(full.Packages), Slim: slim.Packages,
		Source: fmt.Sprintf("package lists of %s on %s (%s)", family, release, slim.Source.Date),
	}, fullKnown && slimKnown && slices.Contains(debian.Releases, debian.Release(release))
}

// Closure implements transform.Packages.
func (packages) Closure(release string, names []string, recommends bool, installed []string) ([]string, error) {
	closure, _, err := catalog.Closure(debian.Release(release), names, recommends, installed)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if slices.Contains(closure.Unknown, name) {
			return nil, fmt.Errorf("%s has no package %s", release, name)
		}
	}
	list := make([]string, len(closure.Packages))
	for i, p := range closure.Packages {
		list[i] = p.Name
	}
	return list, nil
}

const kibibyte = 1024

// Sizes implements transform.Packages.
func (packages) Sizes(release string, names []string) (compressed, disk int64) {
	installed, download := catalog.Sizes(debian.Release(release), names)
	return int64(download) * kibibyte, int64(installed) * kibibyte
}
