package transform

import (
	"strconv"
	"strings"
)

// A Builder is the program that builds the file.
type Builder string

// The builders.
const (
	// BuilderDocker is a current Docker or BuildKit; the default ("" means the same).
	BuilderDocker  Builder = "docker"
	BuilderBuildah Builder = "buildah"
	BuilderKaniko  Builder = "kaniko"
)

// A Feature is a part of the Dockerfile language that not every builder has.
type Feature string

// The features that dopt writes.
const (
	Heredocs   Feature = "heredocs"
	CacheMount Feature = "RUN --mount=type=cache"
	CopyChmod  Feature = "COPY --chmod"
	CopyLink   Feature = "COPY --link"
)

// featureSince says which version of the docker/dockerfile frontend brought a
// feature, and which other builders have it.
//
// Sources: BuildKit's frontend/dockerfile/docs/reference.md ("Minimum Dockerfile version"; cache
// mounts: the same page, RUN); Buildah's docs/buildah-build.1.md and
// CHANGELOG (cache mounts 1.24, heredocs 1.33, --chmod 1.21; --link is parsed only); Kaniko's
// README and issues 3351 (no heredocs) and 1568 (--mount and --chmod are ignored).
var featureSince = map[Feature]struct {
	frontend string
	buildah  bool
	kaniko   bool
}{
	CacheMount: {"1.2", true, false},
	CopyChmod:  {"1.2", true, false},
	Heredocs:   {"1.4", true, false},
	CopyLink:   {"1.4", false, false},
}

// Supports reports whether the builder that the file and the user name has a
// feature, and if not, why.
func (c *Context) Supports(f Feature) (ok bool, why string) {
	since := featureSince[f]
	switch b := c.Settings.Builder; b {
	case BuilderBuildah:
		return since.buildah, "buildah has no " + string(f)
	case BuilderKaniko:
		return since.kaniko, "kaniko has no " + string(f)
	}
	syntax := c.Doc.Directive("syntax")
	if syntax == "" {
		return true, ""
	}
	version, known := FrontendVersion(syntax)
	if !known {
		return false, "# syntax=" + syntax + " is not a frontend whose features are known"
	}
	if version != "" && olderVersion(version, since.frontend) {
		return false, string(f) + " needs # syntax=docker/dockerfile:" + since.frontend + " or later"
	}
	return true, ""
}

// FrontendVersion returns the version that a syntax directive pins, such as
// "1.3"; "" if it floats ("1", "latest" or none). Known is false for a frontend other than Docker's.
func FrontendVersion(syntax string) (version string, known bool) {
	ref, _, _ := strings.Cut(syntax, "@")
	ref = strings.TrimPrefix(ref, "docker.io/")
	name, tag, _ := strings.Cut(ref, ":")
	if name != "docker/dockerfile" && name != "docker/dockerfile-upstream" && name != "docker/dockerfile-experimental" {
		return "", false
	}
	tag, _, _ = strings.Cut(tag, "-")
	if !strings.Contains(tag, ".") {
		return "", true
	}
	return tag, true
}

// olderVersion compares dotted numbers.
func olderVersion(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m < n
		}
	}
	return false
}
