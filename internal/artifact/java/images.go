package java

import (
	"fmt"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// bases returns the image with the runtime alone of the version of Java that the image of a stage has, of the same maker, variant and
// release; none where the catalog does not have it.
func bases(s *artifact.Stage) []artifact.Base {
	for _, image := range runtimes(s.Final.Image, s.Final.Base.Release) {
		base, ok := s.Bases.Base(image)
		passes := base.Entrypoint == transform.PassesThrough || base.Entrypoint == transform.NoEntrypoint
		if !ok || base.Config == nil || !passes || slices.Contains(base.Config.Unknown, "entrypoint") || base.Distro != s.Final.Base.Distro || base.Release != s.Final.Base.Release {
			continue
		}
		return []artifact.Base{{Image: image, Level: transform.Standard, Provides: Provides(s.Packages, image, base), Because: transform.Evidence{
			Source: base.Source, Text: fmt.Sprintf("%s has the same version of Java as %s, on the same release of %s", image, s.Final.Image, base.Distro),
		}}}
	}
	return nil
}

// runtimes returns the tags that an image with a runtime alone may have: as precise as that of the image with the JDK, and one that
// names the release.
func runtimes(image, release string) []string {
	name, tag, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(image, "docker.io/"), "library/"), ":")
	words := strings.Split(tag, "-")
	var family string
	switch name {
	case "maven":
		at := slices.IndexFunc(words, func(w string) bool { return w == "temurin" || w == "openjdk" || w == "jdk" })
		if at < 0 || at+1 >= len(words) {
			return nil
		}
		family = map[string]string{"temurin": "eclipse-temurin", "openjdk": "openjdk", "jdk": "openjdk"}[words[at]]
		words = words[at+1:]
	case "eclipse-temurin", "openjdk":
		family = name
	}
	version := words[0]
	if family == "" || version == "" || strings.Trim(version[:1], "0123456789") != "" || slices.Contains(words, "jre") {
		return nil
	}
	variant := slices.DeleteFunc(slices.Clone(words[1:]), func(w string) bool { return w == "jdk" })
	tag = strings.Join(append([]string{version, "jre"}, variant...), "-")
	list := []string{family + ":" + tag}
	if release = strings.TrimPrefix(release, "alpine"); release != "" && !strings.Contains(tag, release) {
		list = append(list, family+":"+tag+"-"+release)
	}
	return list
}

// extra are packages that images with a runtime have on top of those of their distribution's smallest image, by the name of the image.
// Sources: the Dockerfiles of the variants jre at github.com/adoptium/containers and docker-library/openjdk, read 2026-11.
var extra = map[string]string{
	"eclipse-temurin": "ca-certificates curl fontconfig libfontconfig1 libfreetype6 locales p11-kit tzdata wget",
	"openjdk":         "bzip2 ca-certificates curl fontconfig gnupg libfontconfig1 libfreetype6 netbase p11-kit tzdata unzip wget xz-utils",
	"slim":            "ca-certificates p11-kit",
	"alpine":          "adduser ca-certificates coreutils dash findutils grep gzip sed tar",
}

// Provides returns the packages that an image with a runtime, of which base is what is known, is known to have, by Debian's names. The
// image of Ubuntu has what Debian's smallest has; of that of Alpine no more counts than the shell and the commands of busybox.
func Provides(packages transform.Packages, image string, base transform.Base) []string {
	kind, tag, _ := strings.Cut(image, ":")
	for _, variant := range []string{"slim", "alpine"} {
		if slices.Contains(strings.Split(tag, "-"), variant) || base.Distro == variant {
			kind = variant
		}
	}
	list := append(strings.Fields(extra[kind]), "default-jre-headless", "base-passwd")
	if base.Distro != "alpine" {
		installed, _ := packages.Installed("debian:" + artifact.DebianRelease(base.Release) + "-slim")
		list = append(list, installed.Names...)
	}
	return list
}
