package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dopt/internal/catalog/official"
)

//go:embed latest.txt
var latestText string

// resolveLatest sets what the tag latest means, by the rules of latest.txt. A tag that a rule cannot tell of stays as it is.
func resolveLatest(tags map[string]*official.Tag, rules string) error {
	for line := range strings.Lines(rules) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(f) != 4 || f[3] == "" {
			return fmt.Errorf("latest.txt: %q: want image, rule, parts and source", line)
		}
		parts, err := strconv.Atoi(f[2])
		if err != nil {
			return fmt.Errorf("latest.txt: %q: %w", line, err)
		}
		latest := tags[f[0]+":latest"]
		if latest == nil || latest.Until != "" {
			continue
		}
		same, err := meaning(tags, f[0], f[1], parts)
		if err != nil {
			return err
		}
		if t := tags[f[0]+":"+same]; t != nil && t.Until == "" && t.Distro == latest.Distro && t.Release == latest.Release && t.Variant == latest.Variant {
			latest.Same = same
		}
	}
	return nil
}

// meaning returns the tag of an image that a rule says is the same as latest, "" if there is none.
func meaning(tags map[string]*official.Tag, image, rule string, parts int) (string, error) {
	latest := tags[image+":latest"]
	if rule == "codename" {
		return latest.Release, nil
	}
	if !slices.Contains([]string{"highest", "even", "release"}, rule) {
		return "", fmt.Errorf("latest.txt: %s: no rule %q", image, rule)
	}
	best := ""
	var highest []int
	for key, t := range tags {
		tag, ok := strings.CutPrefix(key, image+":")
		version := numbers(tag)
		switch {
		case !ok || len(version) != parts || t.Until != "":
		case rule == "release" && t.Release != latest.Release, rule == "even" && version[parts-1]%2 != 0:
		case slices.Compare(version, highest) > 0:
			best, highest = tag, version
		}
	}
	return best, nil
}

// numbers returns the numbers of a tag that is a plain version, such as 3.14; nil for any other.
func numbers(tag string) []int {
	var list []int
	for part := range strings.SplitSeq(tag, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil
		}
		list = append(list, n)
	}
	return list
}
