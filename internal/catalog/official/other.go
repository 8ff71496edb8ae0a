package official

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"dopt/transform"
)

//go:embed others.txt
var otherText string

// An Other is a base image that is no official one: distroless, UBI, Chainguard. Texts are empty where the image has no such thing.
type Other struct {
	Config
	// Distro is set where the image has the usual folders of a distribution, Release where that has named ones and the tag tells which.
	Distro, Release string
	// Libc is "glibc", "musl" or "none".
	Libc string
	// Shell is the path of a POSIX shell, PackageManager the name of the system's.
	Shell, PackageManager string
	// Certificates: the bundle of certificate authorities is there. TimeZones: /usr/share/zoneinfo is.
	Certificates, TimeZones bool
}

var others = sync.OnceValue(func() map[string][]stanza { return parseStanzas(otherText) })

// OtherOf returns what is known of an image that is no official one; ok is false for all but those of others.txt. The
// tag alone is looked at, not a digest.
func OtherOf(r Reference) (o Other, ok bool) {
	name := otherName(r)
	list := others()[name]
	if list == nil {
		return Other{}, false
	}
	o.Takes = transform.NoEntrypoint
	if r.Registry == dotnetRegistry && strings.HasPrefix(r.Repository, dotnetFolder) {
		if o.Distro, o.Release, ok = dotnetRelease(r.Tag); !ok {
			return Other{}, false
		}
	}
	o.apply(list, r.Tag)
	return o, true
}

// apply makes what the stanzas of an image say, those of the image that it is like first.
func (o *Other) apply(list []stanza, tag string) {
	for _, s := range list {
		if at := slices.IndexFunc(s.lines, func(l [2]string) bool { return l[0] == "like" }); at >= 0 {
			o.apply(others()[s.lines[at][1]], tag)
		}
		o.Config.apply([]stanza{s}, condition{tag, Tag{}})
		if holds, _ := (condition{tag, Tag{}}).holds(s.when); !holds {
			continue
		}
		for _, l := range s.lines {
			o.setContent(l[0], l[1])
		}
	}
}

func (o *Other) setContent(field, value string) {
	if value == "none" && field != "libc" {
		value = ""
	}
	switch field {
	case "distro":
		o.Distro = value
	case "libc":
		o.Libc = value
	case "shell-path":
		o.Shell = value
	case "packages":
		o.PackageManager = value
	case "certificates":
		o.Certificates = value == "yes"
	case "timezones":
		o.TimeZones = value == "yes"
	}
}

// otherName returns the name of an image as others.txt has it.
func otherName(r Reference) string {
	switch repository := r.Repository; r.Registry {
	case "gcr.io":
		family, _, _ := strings.Cut(repository, "-debian")
		if rest, ok := strings.CutPrefix(family, "distroless/"); ok && rest != "python3" && rest != "python3-nonroot" {
			family = "distroless/" + strings.TrimRight(rest, "0123456789")
		}
		return r.Registry + "/" + family
	case "registry.access.redhat.com", "registry.redhat.io":
		return "registry.access.redhat.com/" + ubiName(repository)
	case hub:
		if rest, ok := strings.CutPrefix(repository, "redhat/"); ok {
			return "registry.access.redhat.com/" + ubiName(rest)
		}
	}
	return r.Registry + "/" + r.Repository
}

// ubiName returns the variant of a UBI image: ubi-minimal for ubi9/ubi-minimal and for ubi9-minimal.
func ubiName(repository string) string {
	folder, image, nested := strings.Cut(repository, "/")
	release, _, _ := strings.Cut(strings.TrimPrefix(folder, "ubi"), "-")
	if !strings.HasPrefix(folder, "ubi") || strings.Trim(release, "0123456789") != "" || release == "" {
		return repository
	}
	if nested {
		return image
	}
	return "ubi" + strings.TrimPrefix(folder, "ubi"+release)
}
