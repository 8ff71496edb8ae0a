package html

import (
	"cmp"
	"fmt"
	"slices"

	"dopt/internal/report"
	"dopt/internal/verify/result"
)

// A section is what the page tells of one Dockerfile.
type section struct {
	// Number is its place on the page, from 1.
	Number int
	report.File
	Diffs []fileDiff
	Sizes []sizes
	// Layers are those of the image before and after, with bars of one scale; so are the Builds after an edit.
	Layers []layers
	Builds []again
	// Sets are the files that differ.
	Sets []fileSet
	// Unknown says what was not found out, a sentence each.
	Unknown []string
}

func newSection(number int, f report.File) section {
	s := section{Number: number, File: f, Diffs: diffs(f)}
	if r := f.Verified; r != nil {
		s.Sizes, s.Layers, s.Builds, s.Sets, s.Unknown = bothSizes(r), bothLayers(r), rebuilds(r.Rebuild), fileSets(r.Files), unknown(r)
	}
	return s
}

// Anchor is the name of the section in links.
func (s section) Anchor() string { return fmt.Sprintf("file-%d", s.Number) }

// Passed counts the tests that the image after passes; of a rewrite that changes nothing it is the image before.
func (s section) Passed() int {
	n := 0
	for _, t := range s.Verified.Tests {
		run := t.After
		if run == nil {
			run = t.Before
		}
		if run != nil && run.Passed && !t.Inconclusive {
			n++
		}
	}
	return n
}

// Inconclusive counts the tests that say nothing of the rewrite.
func (s section) Inconclusive() int {
	n := 0
	for _, t := range s.Verified.Tests {
		if t.Inconclusive {
			n++
		}
	}
	return n
}

// sizes are one figure of the images in bytes.
type sizes struct {
	Name string
	// Main is for the figures that count most.
	Main          bool
	Before, After int64
	// Both says that there is an image after.
	Both bool
}

func bothSizes(r *result.Result) []sizes {
	if r.Before == nil {
		return nil
	}
	after := r.After
	if after == nil {
		after = &result.Image{}
	}
	list := []sizes{
		{Name: "compressed", Main: true, Before: r.Before.Compressed, After: after.Compressed},
		{Name: "compressed with gzip", Before: r.Before.Gzip, After: after.Gzip},
		{Name: "on disk", Main: true, Before: r.Before.Unpacked, After: after.Unpacked},
		{Name: "stored in vain", Before: r.Before.Waste.Bytes, After: after.Waste.Bytes},
	}
	if r.Before.Gzip == 0 {
		list = slices.Delete(list, 1, 2) // it was not measured
	}
	for i := range list {
		list[i].Both = r.After != nil
	}
	return list
}

// layers are those of one image.
type layers struct {
	Side string
	// Image is nil where it was not built.
	Image *result.Image
	Rows  []layer
}

// A layer with its bar: Disk is its length in percent of the longest one, Fill how much of it is filled: what is compressed.
type layer struct {
	result.Layer
	Disk, Fill float64
}

func bothLayers(r *result.Result) []layers {
	list := []layers{{Side: "Before", Image: r.Before}, {Side: "After", Image: r.After}}
	var longest int64
	for _, side := range list {
		if side.Image != nil {
			for _, l := range side.Image.Layers {
				longest = max(longest, l.Unpacked, l.Compressed)
			}
		}
	}
	for i, side := range list {
		if side.Image == nil {
			continue
		}
		for _, l := range side.Image.Layers {
			full := max(l.Unpacked, l.Compressed)
			list[i].Rows = append(list[i].Rows, layer{l, share(float64(full), float64(longest)), share(float64(l.Compressed), float64(full))})
		}
	}
	return list
}

// share returns a part of a whole in percent.
func share(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return 100 * part / whole
}

// again is what one Dockerfile builds again after an edit.
type again struct {
	Side string
	result.Again
	Rows []step
}

// A step with its place on the time line, in percent of the longer build.
type step struct {
	result.Step
	From, Length float64
}

func rebuilds(r *result.Rebuild) []again {
	if r == nil {
		return nil
	}
	list := []again{{Side: "Before", Again: r.Before}, {Side: "After", Again: r.After}}
	longest := 0.0
	for _, side := range list {
		for _, s := range side.Steps {
			longest = max(longest, s.Start+s.Seconds)
		}
	}
	for i, side := range list {
		for _, s := range side.Steps {
			list[i].Rows = append(list[i].Rows, step{s, share(s.Start, longest), share(s.Seconds, longest)})
		}
		slices.SortStableFunc(list[i].Rows, func(a, b step) int { return cmp.Compare(a.Start, b.Start) })
	}
	return list
}

// A fileSet is files of which both images have not the same.
type fileSet struct {
	Title string
	result.FileSet
	// Shown and More are the groups: those that are seen at once, and the others.
	Shown, More []group
	// Rest is how many files are of smaller groups, which the result does not list, and RestBytes their size.
	Rest      int
	RestBytes int64
}

// A group with its bar, in percent of the largest group of the set.
type group struct {
	result.FileGroup
	Bar float64
}

// shownGroups is how many groups of a set are seen at once.
const shownGroups = 10

func fileSets(f *result.Files) []fileSet {
	if f == nil {
		return nil
	}
	var list []fileSet
	for _, set := range []fileSet{{Title: "Gone", FileSet: f.Gone}, {Title: "Added", FileSet: f.Added}, {Title: "Changed", FileSet: f.Changed}} {
		if set.Files == 0 {
			continue
		}
		set.Rest, set.RestBytes = set.Files, set.Bytes
		for _, g := range set.Groups {
			row := group{g, share(float64(g.Bytes), float64(set.Groups[0].Bytes))}
			if len(set.Shown) < shownGroups {
				set.Shown = append(set.Shown, row)
			} else {
				set.More = append(set.More, row)
			}
			set.Rest -= g.Files
			set.RestBytes -= g.Bytes
		}
		list = append(list, set)
	}
	return list
}

// unknown says what a verification did not find out.
func unknown(r *result.Result) []string {
	var list []string
	for _, gap := range []struct {
		is   bool
		text string
	}{
		{r.Verdict == result.Broken, "The original does not build, so there is nothing to compare a rewrite with."},
		{r.Verdict == result.Original, "No rewrite held, so there is no image to compare the original's with."},
		{r.Verdict == result.Unchanged, "There was nothing to change, so one image was built."},
		{r.Before != nil && len(r.Tests) == 0, "No test ran: that the image builds is all that is known of how it runs. --test and --probe start it."},
		{slices.ContainsFunc(r.Tests, func(t result.Test) bool { return t.Inconclusive }), "Some tests fail on the original, too: they say nothing of the rewrite."},
		{r.Before != nil && r.Before.Cached > 0 || r.After != nil && r.After.Cached > 0, "Some steps were in the build cache: the times of the first builds cannot be compared. --cold leaves the cache out."},
		{r.After != nil && r.Rebuild == nil, "What an edit of the source builds again was not measured. --rebuilds measures it."},
		{len(r.Suspects) > 0, "Whether the program ever touches the loose ends is not known."},
	} {
		if gap.is {
			list = append(list, gap.text)
		}
	}
	return list
}
