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

// A distroless is what the images of gcr.io/distroless on one release have.
type distroless struct {
	release string
	// images are the packages of each image, with the one that it is made from. They are unpacked without their scripts:
	// ca-certificates has made its bundle, and there is no shell.
	images map[string]struct{ from, packages string }
}

// distrolessOf are the images by the number of their release. Source: config.bzl in the folders static, base, cc, nodejs and python3 of
// github.com/GoogleContainerTools/distroless, read 2026-11.
var distrolessOf = map[string]distroless{
	"12": {"bookworm", map[string]struct{ from, packages string }{
		"static": {"", "base-files ca-certificates media-types netbase tzdata"},
		"base":   {"static", "libc6 libssl3"},
		"cc":     {"base", "gcc-12-base libgcc-s1 libgomp1 libstdc++6"},
		"nodejs": {"cc", ""}, // node itself is no package
		"python3": {"cc", "libbz2-1.0 libcom-err2 libcrypt1 libdb5.3 libexpat1 libffi8 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 liblzma5 " +
			"libncursesw6 libnsl2 libpython3.11-minimal libpython3.11-stdlib libreadline8 libsqlite3-0 libtinfo6 libtirpc3 libuuid1 python3-distutils python3.11-minimal zlib1g"},
	}},
	"13": {"trixie", map[string]struct{ from, packages string }{
		"static": {"", "base-files ca-certificates media-types netbase tzdata tzdata-legacy"},
		"base":   {"static", "libc6 libssl3t64 libzstd1 zlib1g"},
		"cc":     {"base", "gcc-14-base libgcc-s1 libgomp1 libstdc++6"},
		"nodejs": {"cc", ""},
		"python3": {"cc", "libbz2-1.0 libcom-err2 libcrypt1 libdb5.3t64 libexpat1 libffi8 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 liblzma5 " +
			"libncursesw6 libnsl2 libpython3.13-minimal libpython3.13-stdlib libreadline8t64 libsqlite3-0 libtinfo6 libtirpc3t64 libuuid1 python3.13-minimal python3.13-venv"},
	}},
}

// Installed implements transform.Packages.
func (packages) Installed(image string) (transform.Installation, bool) {
	r, ok := official.ParseReference(image)
	if !ok {
		return transform.Installation{}, false
	}
	if name, number, ok := strings.Cut(strings.TrimPrefix(r.Repository, "distroless/"), "-debian"); ok && r.Registry == "gcr.io" {
		return distrolessPackages(name, number)
	}
	tag, _, ok := catalog.TagOf(image)
	family, variant, adds := below(r.Family(), tag)
	list, known := catalog.ImagePackages(family, tag.Release, variant)
	if !ok || !known || !slices.Contains(debian.Releases, debian.Release(tag.Release)) {
		return transform.Installation{}, false
	}
	source := fmt.Sprintf("package list of %s on %s (%s)", family, tag.Release, list.Source.Date)
	names := slices.Concat(list.Packages, adds)
	slices.Sort(names)
	return transform.Installation{Release: tag.Release, Names: slices.Compact(names), Source: source}, true
}

// openSSL are the packages of OpenSSL's libraries by release.
var openSSL = map[string]string{"bullseye": "libssl1.1", "bookworm": "libssl3", "trixie": "libssl3t64"}

// below returns the image whose packages an image has: its own, but for those that are made from another, with what they add. Of the images of
// Erlang that is all but libraries for ODBC, SCTP and windows, of those of PHP all but the libraries of PHP itself and Apache. Sources: the
// Dockerfiles at github.com/erlang/docker-erlang-otp, erlef/docker-elixir and docker-library/php.
func below(family string, tag official.Tag) (from, variant string, adds []string) {
	switch {
	case family == "php" && tag.Distro == "debian":
		return "debian", "slim", strings.Fields("autoconf dpkg-dev file g++ gcc libc6-dev make pkg-config re2c ca-certificates curl xz-utils")
	case family != "elixir" && family != "erlang":
		return family, tag.Variant, nil
	case strings.HasSuffix(tag.Variant, "slim"):
		return "debian", "full", []string{openSSL[tag.Release]}
	}
	return "buildpack-deps", "full", nil
}

// distrolessPackages returns the packages of an image of distroless on the release with a number.
func distrolessPackages(name, number string) (transform.Installation, bool) {
	on := distrolessOf[number]
	if strings.HasPrefix(name, "nodejs") {
		name = "nodejs"
	}
	i := transform.Installation{Release: on.release, Source: "distroless, " + name}
	for layer, ok := on.images[name]; ; layer, ok = on.images[layer.from] {
		if !ok {
			return transform.Installation{}, false
		}
		i.Names = append(i.Names, strings.Fields(layer.packages)...)
		if layer.from == "" {
			slices.Sort(i.Names)
			return i, true
		}
	}
}

// maxMeta is how many development packages stand for one another.
const maxMeta = 3

// Libraries implements transform.Packages.
func (packages) Libraries(release, development string) []string {
	return libraries(debian.Release(release), development, maxMeta)
}

// libraries returns what a development package depends on that has a shared library: by Debian's policy that of its own
// source package, and of others as far as their symbols are in its own. One that only stands for another depends on that.
func libraries(release debian.Release, development string, depth int) (found []string) {
	p, _, ok := catalog.Package(release, development)
	if !ok || !strings.HasSuffix(development, "-dev") && !strings.HasSuffix(development, "-dev-compat") || depth == 0 {
		return nil
	}
	var others []string
	for _, alternatives := range p.Depends {
		switch name := alternatives[0]; {
		case strings.HasSuffix(name, "-dev") || strings.HasSuffix(name, "-dev-compat"):
			others = append(others, name)
		case name == "libc6": // every image that has a library has it
		case strings.HasPrefix(name, "lib") || strings.HasPrefix(name, "zlib"):
			if !strings.HasSuffix(name, "-bin") && !strings.HasSuffix(name, "-doc") && !strings.HasSuffix(name, "-perl") && !strings.HasPrefix(name, "libjs-") {
				found = append(found, name)
			}
		}
	}
	if len(found) > 0 {
		return found
	}
	for _, other := range others {
		found = append(found, libraries(release, other, depth-1)...)
	}
	return found
}
