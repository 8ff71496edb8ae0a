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

// releasesOf returns the releases that an image means or has meant, the latest first, which have all packages that a stage installs, and the
// sources of apt where it edits them: its author has built it on one of them.
func releasesOf(stage *needs.Stage, image string) (found []string) {
	tag, _, known := catalog.TagOf(image)
	if !known {
		return nil
	}
	releases := []string{string(stage.Release)}
	for _, move := range slices.Backward(tag.Moves) {
		releases = append(releases, move.Release)
	}
	edits := len(stage.Stage.EditsSourcesList()) > 0
	for _, r := range releases {
		release := debian.Release(r)
		switch {
		case slices.Contains(found, r) || !slices.Contains(debian.Releases, release):
		case edits && transform.AptSources(r) != transform.SourcesList:
		case slices.ContainsFunc(stage.Installs, func(i needs.Install) bool { return !has(release, i) }):
		default:
			found = append(found, r)
		}
	}
	return found
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
