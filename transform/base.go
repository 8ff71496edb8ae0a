package transform

import (
	"path"
	"slices"
	"strings"
)

// Bases tells facts about base images. An image that it does not know is unknown, never a guess.
type Bases interface {
	// Base returns the facts about the image that a FROM reference names.
	Base(ref string) (Base, bool)
}

// A Base is what is known about a base image.
type Base struct {
	// Distro is the distribution's name: "debian", "ubuntu", "alpine", …; "" if unknown.
	Distro string
	// Release is the release that the tag means today: "bookworm", "noble", "alpine3.20"; "" if unknown.
	Release string
	// Entrypoint is what the image's ENTRYPOINT does with the arguments of CMD.
	Entrypoint EntrypointKind
	// User is the image's USER, "" for root.
	User string
	// Users are those that have a group of the same name, root aside, as far as they are known.
	Users []string
	// AptAutoClean is true where the image removes downloaded .deb files after each install.
	AptAutoClean bool
	// Config is the image config; nil if it is not known.
	Config *ImageConfig
	// Pinned is the reference with the tag that latest means today, as in "python:3.14" for "python"; "" where
	// the reference has another tag, or where that is not known.
	Pinned string
	// Slim is the reference of the slim variant: the same version on the same release, with fewer packages; "" where
	// there is none.
	Slim string
	// Date is the day up to which the tags are known, YYYY-MM-DD.
	Date string
	// Source says where the facts come from.
	Source string
}

// An ImageConfig is what an image says about the programs that run in it. Lists are empty, and texts "", where the image sets
// nothing, and where Unknown has the field.
type ImageConfig struct {
	Env                    []ImageVariable
	WorkingDir, User       string
	Entrypoint, Cmd, Shell []string
	StopSignal             string
	// ExposedPorts are such as "80/tcp", Volumes are paths.
	ExposedPorts, Volumes []string
	// OnBuild are the instructions that run at the beginning of a build on the image.
	OnBuild []string
	// Unknown are fields whose value is not known, by the names of their instructions: workdir, user, entrypoint, cmd,
	// stopsignal, expose, volume, onbuild.
	Unknown []string
}

// Uses reports whether the config names a path, one in it or one that it is in: the image is likely to have files there.
func (c *ImageConfig) Uses(p string) bool {
	inside := func(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
	named := append([]string{c.WorkingDir}, c.Volumes...)
	for _, v := range c.Env {
		named = append(named, strings.Split(v.Value, ":")...)
	}
	return slices.ContainsFunc(named, func(q string) bool {
		return path.IsAbs(q) && q != "/" && (inside(p, path.Clean(q)) || inside(path.Clean(q), p))
	})
}

// An ImageVariable is a variable of the environment.
type ImageVariable struct {
	Name, Value string
	// Volatile is true where the value differs from build to build of the image, or is not known; Value is then "".
	Volatile bool
}

// An EntrypointKind says what an image's entrypoint does with CMD.
type EntrypointKind string

// The kinds of entrypoints.
const (
	// NoEntrypoint: the image sets none.
	NoEntrypoint EntrypointKind = "none"
	// PassesThrough: it runs CMD's words as they are, whether or not a shell comes first.
	PassesThrough EntrypointKind = "passes-through"
	// InspectsCommand: it behaves differently by the first word of CMD.
	InspectsCommand EntrypointKind = "inspects-command"
)
