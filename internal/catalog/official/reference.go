// Package official tells what official images are: how they are named, which tags they have or had, and with which image
// config programs start in them. It has no facts of its own but for the hand-written ones in its text files.
package official

import "strings"

// A Reference is the name of an image, taken apart. Fields are empty where the name has none.
type Reference struct {
	// Registry is the host; "docker.io" where the name has none.
	Registry string
	// Repository is the path; "library/python" for python.
	Repository  string
	Tag, Digest string
}

const hub = "docker.io"

// ParseReference takes the name of an image apart by the rules of github.com/distribution/reference. ok is false if it
// is no such name; one with variables is none.
func ParseReference(name string) (r Reference, ok bool) {
	if name, r.Digest, _ = strings.Cut(name, "@"); strings.HasSuffix(name, ":") {
		return r, false
	}
	if slash := strings.LastIndexByte(name, '/'); strings.Contains(name[slash+1:], ":") {
		at := strings.LastIndexByte(name, ':')
		name, r.Tag = name[:at], name[at+1:]
	}
	r.Registry, r.Repository = hub, name
	if host, path, found := strings.Cut(name, "/"); found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		r.Registry, r.Repository = host, path
	}
	if r.Registry == hub && !strings.Contains(r.Repository, "/") {
		r.Repository = "library/" + r.Repository
	}
	const lower = "abcdefghijklmnopqrstuvwxyz0123456789"
	const tag = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-"
	ok = name != "" && strings.Trim(r.Repository, lower+"._-/") == "" && !strings.HasSuffix(r.Repository, "/") &&
		strings.Trim(r.Registry, tag+":") == "" && strings.Trim(r.Tag, tag) == "" &&
		strings.Trim(r.Digest, lower+":") == ""
	return r, ok
}

// mirrors are registries, with the path in front of library/, that serve Docker Hub's official images under
// their own names. A private registry is none, whatever its paths look like.
//
// Source: the registries' own pages: docs.docker.com/docker-hub, gallery.ecr.aws/docker, and
// cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images, read 2026-11.
var mirrors = []string{
	hub + "/library/", "index.docker.io/library/", "registry-1.docker.io/library/", "registry.hub.docker.com/library/",
	"public.ecr.aws/docker/library/", "mirror.gcr.io/library/",
}

// Family returns the name of the official image, such as "python"; "" if the reference names no
// repository that is known to hold official images.
func (r Reference) Family() string {
	full := r.Registry + "/" + r.Repository
	for _, m := range mirrors {
		if family, ok := strings.CutPrefix(full, m); ok && !strings.Contains(family, "/") {
			return family
		}
	}
	if r.Registry == "index.docker.io" && !strings.Contains(r.Repository, "/") {
		return r.Repository
	}
	return ""
}

// PythonVersion returns the version that the tag of an image of Python begins with, such as "3.11"; "" if that is not known.
func (r Reference) PythonVersion() string {
	version, _, _ := strings.Cut(r.Tag, "-")
	parts := strings.SplitN(version, ".", 3)
	if r.Family() != "python" || len(parts) < 2 {
		return ""
	}
	return parts[0] + "." + parts[1]
}

// WithTag returns a reference, as it was written, with another tag. It must have no digest.
func (r Reference) WithTag(tag, written string) string {
	return strings.TrimSuffix(written, ":"+r.Tag) + ":" + tag
}
