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
	family, version, variant := javaOf(image)
	if family == "" || slices.Contains(variant, "jre") {
		return nil
	}
	variant = slices.DeleteFunc(slices.Clone(variant), func(w string) bool { return w == "jdk" })
	tag := strings.Join(append([]string{version, "jre"}, variant...), "-")
	list := []string{family + ":" + tag}
	if release = strings.TrimPrefix(release, "alpine"); release != "" && !strings.Contains(tag, release) {
		list = append(list, family+":"+tag+"-"+release)
	}
	return list
}

// javaOf returns the image of Java that an image is, or is made from, by its name: the family of images, the version of Java, and the other words of
// the tag. All are "" where that is not known. Sources: the Dockerfiles at github.com/carlossg/docker-maven and gradle/docker-gradle, and the latter's
// earlier home, keeganwitt/docker-gradle.
func javaOf(image string) (family, version string, variant []string) {
	name, tag, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(image, "docker.io/"), "library/"), ":")
	words := strings.Split(tag, "-")
	switch name {
	case "maven":
		at := slices.IndexFunc(words, func(w string) bool { return w == "temurin" || w == "openjdk" || w == "jdk" })
		if at < 0 || at+1 >= len(words) {
			return "", "", nil
		}
		family = map[string]string{"temurin": "eclipse-temurin", "openjdk": "openjdk", "jdk": "openjdk"}[words[at]]
		words = words[at+1:]
	case "gradle":
		if words = ofGradle(words); words == nil {
			return "", "", nil
		}
		family = "eclipse-temurin"
	case "eclipse-temurin", "openjdk":
		family = name
	}
	if version = words[0]; family == "" || version == "" || strings.Trim(version[:1], "0123456789") != "" {
		return "", "", nil
	}
	return family, version, words[1:]
}

// ofGradle returns the words of the tag of Eclipse Temurin that an image of Gradle is made from: 17, jammy for 8.5-jdk17-jammy. It is nil for images of
// other makers of Java, for tags that do not say which version that is, and before Gradle 8, when it was AdoptOpenJDK.
func ofGradle(tag []string) (words []string) {
	if major, _, _ := strings.Cut(tag[0], "."); strings.Trim(major, "0123456789") == "" && major != "" {
		if len(major) == 1 && major < "8" {
			return nil
		}
		tag = tag[1:]
	}
	version, ok := "", false
	if len(tag) > 0 {
		version, ok = strings.CutPrefix(tag[0], "jdk")
	}
	releases := strings.Fields("focal jammy noble resolute alpine")
	if !ok || version == "" || slices.ContainsFunc(tag[1:], func(w string) bool { return !slices.Contains(releases, w) }) {
		return nil
	}
	return append([]string{version}, tag[1:]...)
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
