package catalog

import (
	"strings"

	"dopt/internal/catalog/debian"
)

// An Image is what is known of the packages of an official image.
type Image struct {
	// Packages are those that every version of the image has, Maybe those that some versions have; sorted.
	Packages, Maybe []string
	// Method is how that is known; see debian.ImageRecord.
	Method string
	Source Source
}

// ImagePackages returns the packages of an official image: its family ("python"), the release that it is made from ("bookworm",
// "alpine3.12", "ubuntu22.04"), and the variant, which is the rest of the tag without the version ("full" for
// none, "slim", "jdk-slim", "fpm"). ok is false if the catalog has no list and no recipe of it.
func ImagePackages(family, release, variant string) (Image, bool) {
	record, ok := imageRecord(family + "/" + release + "/" + variant)
	if !ok {
		return Image{}, false
	}
	img := Image{Maybe: record.Maybe, Method: record.Method, Source: Source{Name: record.Source, Date: record.Date}}
	var base debian.ImageRecord
	if record.From != "" {
		if base, ok = imageRecord(record.From); !ok || base.From != "" { // the generator writes what others stand on in full
			return Image{}, false
		}
	}
	img.Packages = record.Apply(base.Added)
	return img, true
}

func imageRecord(key string) (debian.ImageRecord, bool) {
	text, ok := get(images, key)
	if !ok || strings.Count(key, "/") != 2 {
		return debian.ImageRecord{}, false
	}
	record, err := debian.ParseImageRecord(text)
	return record, err == nil
}

// Missing returns the packages that full may have and slim may lack, sorted: what an image built on slim has to
// install itself if it uses them.
func Missing(full, slim Image) []string {
	has := map[string]bool{}
	for _, name := range slim.Packages {
		has[name] = true
	}
	all := debian.ImageRecord{Added: full.Maybe}.Apply(full.Packages)
	var missing []string
	for _, name := range all {
		if !has[name] {
			missing = append(missing, name)
		}
	}
	return missing
}

// A Reference is what the name and the tag of an image tell, without a look at any table.
type Reference struct {
	Family  string // "python"; "" if the image is not an official one
	Release string // the codename in the tag; "" if it names none
	Variant string // the rest of the tag without versions; "full" for none
}

// releaseNumbers are the tags of debian that name a release by its number.
//
// Source: www.debian.org/releases.
var releaseNumbers = map[string]string{"11": "bullseye", "12": "bookworm", "13": "trixie"}

// ReadReference reads the reference of an image.
func ReadReference(reference string) Reference {
	name, _, _ := strings.Cut(reference, "@")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
	family, tag, _ := strings.Cut(name, ":")
	if strings.Contains(family, "/") {
		return Reference{}
	}
	release, variant := debian.ReadTag(family, tag)
	if number, _, _ := strings.Cut(tag, "-"); family == "debian" && release == "" {
		number, _, _ = strings.Cut(number, ".")
		release = releaseNumbers[number]
	}
	return Reference{Family: family, Release: release, Variant: variant}
}

// ImagesOf returns the images of a family whose packages are known, by release and variant.
func ImagesOf(family string) []Reference {
	var found []Reference
	err := images.Scan(family+"/", func(key, _ string) bool {
		if p := strings.Split(key, "/"); len(p) == 3 {
			found = append(found, Reference{Family: p[0], Release: p[1], Variant: p[2]})
		}
		return true
	})
	if err != nil || family == "" {
		return nil
	}
	return found
}

// SlimVariant returns the name of the smaller variant of a variant: "slim" for "full", "jdk-slim" for "jdk".
func SlimVariant(variant string) string {
	switch {
	case variant == "full":
		return "slim"
	case strings.HasSuffix(variant, "slim"):
		return variant
	}
	return variant + "-slim"
}

// Sizes returns the sum of the sizes of packages of a release, in KiB. A package that the release does not have
// counts nothing.
func Sizes(r debian.Release, packages []string) (installed, download int) {
	for _, name := range packages {
		p, _, _ := Package(r, name)
		installed += p.InstalledSize
		download += p.DownloadSize
	}
	return installed, download
}
