package system

import (
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
	"dopt/internal/needs"
	"dopt/transform"
)

// stageNeeds returns what the last stage of a document uses, nil where that is not looked at. What cannot be told of a stage that it
// copies from cannot be told of it either.
func stageNeeds(c *transform.Context, bases transform.Bases) (stage *needs.Stage) {
	last := c.Doc.Stages[len(c.Doc.Stages)-1]
	sources := sourcesOf(last)
	targets := slices.Clone(c.Settings.Targets)
	for _, s := range sources {
		targets = append(targets, s.Name)
	}
	var unknowns []needs.Unknown
	for _, s := range needs.Of(c.Doc, needs.Options{Files: c.Files, Bases: bases, Targets: targets}) {
		switch {
		case s.Stage == last:
			stage = s
		case slices.Contains(sources, s.Stage):
			unknowns = append(unknowns, s.Unknowns...)
		}
	}
	if stage != nil {
		stage.Unknowns = append(stage.Unknowns, unknowns...)
	}
	return stage
}

// sourcesOf returns the stages that a stage copies from, and those that these copy from.
func sourcesOf(stage *transform.Stage) (sources []*transform.Stage) {
	for _, in := range stage.Instructions {
		c, ok := in.Command.(*instructions.CopyCommand)
		if !ok || c.From == "" {
			continue
		}
		if s := in.Document().StageOf(c.From, stage); s != nil && !slices.Contains(sources, s) {
			sources = append(append(sources, s), sourcesOf(s)...)
		}
	}
	return sources
}

// releaseOf returns the latest release that an image means or has meant which has all packages that a stage installs: its author has built it
// on that one. ok is false where none has.
func releaseOf(stage *needs.Stage, image string) (release debian.Release, ok bool) {
	tag, _, known := catalog.TagOf(image)
	if !known {
		return "", false
	}
	releases := []debian.Release{stage.Release}
	for _, move := range slices.Backward(tag.Moves) {
		releases = append(releases, debian.Release(move.Release))
	}
	for _, r := range releases {
		if slices.Contains(debian.Releases, r) && !slices.ContainsFunc(stage.Installs, func(i needs.Install) bool { return !has(r, i) }) {
			return r, true
		}
	}
	return "", false
}

// has reports whether a release has a package that a step installs.
func has(r debian.Release, i needs.Install) bool {
	_, _, ok := catalog.Package(r, i.Package)
	return ok || len(catalog.Providers(r, i.Package)) > 0
}

// onRelease says of one image that it is on another release.
type onRelease struct {
	transform.Bases
	image, release string
}

// Base implements transform.Bases.
func (o onRelease) Base(ref string) (transform.Base, bool) {
	base, ok := o.Bases.Base(ref)
	if ref == o.image {
		base.Release = o.release
	}
	return base, ok
}
