package facts

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
)

// An Image is what is known of the packages of an image.
type Image struct {
	Image    string   `json:"image"`
	Release  string   `json:"release,omitempty"`
	Variant  string   `json:"variant,omitempty"`
	Known    bool     `json:"known"`
	Packages []string `json:"packages,omitempty"`
	Maybe    []string `json:"maybe,omitempty"` // in some versions of the image
	Method   string   `json:"method,omitempty"`
	// InstalledSize is the size of its packages in KiB, left out where the release's index is not known.
	InstalledSize int `json:"installed_kib,omitempty"`
	// NotInSlim is what the slim variant of a full image lacks.
	NotInSlim *Closure `json:"not_in_slim,omitempty"`
	Source    *Source  `json:"source,omitempty"`
}

// Images answers for an image: for its tag where that is known, and for its packages on the release that the tag means or names.
func Images(reference string) []Answer {
	ref := catalog.ReadReference(reference)
	var answers []Answer
	tag, known := tagOf(reference)
	if known {
		answers = append(answers, tag)
		if ref.Release == "" {
			ref.Release = tag.Release
		}
	}
	count := len(answers)
	for _, known := range catalog.ImagesOf(ref.Family) {
		if known.Variant == ref.Variant && known.Release == ref.Release {
			answers = append(answers, imageOf(reference, known))
		}
	}
	if len(answers) == count && tag.Contents == nil {
		answers = append(answers, Image{Image: reference, Release: ref.Release, Variant: ref.Variant})
	}
	return answers
}

func imageOf(reference string, ref catalog.Reference) Image {
	found, ok := catalog.ImagePackages(ref.Family, ref.Release, ref.Variant)
	img := Image{
		Image: reference, Release: ref.Release, Variant: ref.Variant, Known: ok,
		Packages: found.Packages, Maybe: found.Maybe, Method: found.Method, Source: sourceOf(found.Source),
	}
	r := debian.Release(ref.Release)
	if !slices.Contains(debian.Releases, r) {
		return img
	}
	img.InstalledSize, _ = catalog.Sizes(r, found.Packages)
	if slim, ok := catalog.ImagePackages(ref.Family, ref.Release, catalog.SlimVariant(ref.Variant)); ok && ref.Variant != catalog.SlimVariant(ref.Variant) {
		missing := catalog.Missing(found, slim)
		img.NotInSlim = &Closure{Packages: missing}
		img.NotInSlim.InstalledSize, img.NotInSlim.DownloadSize = catalog.Sizes(r, missing)
	}
	return img
}

func (i Image) text(w io.Writer) {
	switch {
	case !i.Known && i.Release != "":
		fmt.Fprintf(w, "%s on %s: packages unknown\n", i.Image, i.Release)
		return
	case !i.Known:
		fmt.Fprintf(w, "%s: unknown\n", i.Image)
		return
	}
	size := ""
	if i.InstalledSize > 0 {
		size = ", " + megabytes(i.InstalledSize)
	}
	fmt.Fprintf(w, "%s on %s, %s: %d packages%s; %s%s\n", i.Image, i.Release, i.Variant, len(i.Packages), size, i.Method, i.Source)
	if len(i.Maybe) > 0 {
		fmt.Fprintf(w, "  in some versions: %s\n", strings.Join(i.Maybe, " "))
	}
	if i.NotInSlim != nil {
		fmt.Fprintf(w, "  the slim variant lacks %s\n    %s\n", i.NotInSlim, strings.Join(i.NotInSlim.Packages, " "))
	}
}
