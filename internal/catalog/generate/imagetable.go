package main

import (
	"cmp"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// An image is what is known of the packages of a family, release and variant.
type image struct {
	key, method, date, source string
	packages, maybe           []string // sorted
}

// knownImages are those of the lists and, where there is none, the computed ones.
func knownImages(lists []list, releases []*release, recipes []recipe, computed map[debian.Release]map[string][]string) []image {
	listed := map[string][]list{}
	for _, l := range lists {
		if l.release != "" {
			listed[l.key()] = append(listed[l.key()], l)
		}
	}
	var images []image
	for key, same := range listed {
		images = append(images, joinLists(key, same))
	}
	for _, r := range releases {
		for _, recipe := range recipes {
			family, variant, _ := strings.Cut(recipe.image, "/")
			key := imageKey(family, string(r.name), variant)
			if listed[key] == nil {
				images = append(images, image{
					key: key, method: "computed", date: r.date, source: recipe.source,
					packages: computed[r.name][recipe.image], maybe: recipe.maybe,
				})
			}
		}
	}
	slices.SortFunc(images, func(a, b image) int { return cmp.Compare(a.key, b.key) })
	return images
}

// joinLists makes one image of the lists of several versions: what all have, and what some have.
func joinLists(key string, lists []list) image {
	img := image{key: key}
	count := map[string]int{}
	var methods, files []string
	for _, l := range lists {
		methods, files = append(methods, l.method), append(files, strings.Replace(l.file, "_", ":", 1))
		img.date = max(img.date, l.date)
		for _, name := range l.packages {
			count[name]++
		}
	}
	for name, n := range count {
		if n == len(lists) {
			img.packages = append(img.packages, name)
		} else {
			img.maybe = append(img.maybe, name)
		}
	}
	slices.Sort(img.packages)
	slices.Sort(img.maybe)
	img.method, img.source = strings.Join(slices.Compact(methods), "+"), "package list of "+strings.Join(files, ", ")
	return img
}

// bases are the variants that others are told by their difference from, per release. They are written in full, so that no query
// reads more than two records.
var bases = []string{"debian/%/full", "buildpack-deps/%/curl", "buildpack-deps/%/scm", "buildpack-deps/%/full"}

// imageTable writes each image as its difference from the nearest base of its release.
func imageTable(images []image) []table.Entry {
	byKey := map[string]image{}
	for _, img := range images {
		byKey[img.key] = img
	}
	entries := make([]table.Entry, len(images))
	for i, img := range images {
		record := nearest(img, byKey)
		record.Method, record.Date, record.Source, record.Maybe = img.method, img.date, img.source, img.maybe
		entries[i] = table.Entry{Key: img.key, Value: record.String()}
	}
	return entries
}

// nearest is the shortest difference from a base.
func nearest(img image, byKey map[string]image) debian.ImageRecord {
	full := debian.ImageRecord{Added: img.packages}
	best := full
	release := strings.Split(img.key, "/")[1]
	for _, pattern := range bases {
		base, ok := byKey[strings.Replace(pattern, "%", release, 1)]
		if base.key == img.key {
			return full
		}
		added, removed := difference(img.packages, base.packages), difference(base.packages, img.packages)
		if ok && len(added)+len(removed) < len(best.Added)+len(best.Removed) {
			best = debian.ImageRecord{From: base.key, Added: added, Removed: removed}
		}
	}
	return best
}

// difference returns what a has and b has not.
func difference(a, b []string) []string {
	var d []string
	for _, name := range a {
		if _, found := slices.BinarySearch(b, name); !found {
			d = append(d, name)
		}
	}
	return d
}
