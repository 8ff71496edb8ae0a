package debian

import (
	"slices"
	"strings"
)

// A Release is a release of Debian by its codename, such as bookworm.
type Release string

// Releases are those that the catalog knows in full, oldest first.
var Releases = []Release{"bullseye", "bookworm", "trixie"}

// A PerRelease is a value for each of Releases, in the same order; "" where a release has none.
type PerRelease []string

// String writes the values that differ once, each with the releases that it is for unless that is all of
// them: "libssl1.1@0 libssl3@1 libssl3t64@2", with a release as its place in Releases.
// Values are without space and @.
func (p PerRelease) String() string {
	var out []string
	for i, v := range p {
		if v == "" || slices.Contains(p[:i], v) {
			continue
		}
		var marks string
		all := true
		for k, w := range p {
			if w == v {
				marks += mark(k)
			} else {
				all = false
			}
		}
		if !all {
			v += "@" + marks
		}
		out = append(out, v)
	}
	return strings.Join(out, " ")
}

// mark is the digit of a release: the list grows at its end, so that it stays the same.
func mark(release int) string { return string(rune('0' + release)) }

// In returns the value for a release out of a text that String wrote; "" if there is none.
func In(text string, r Release) string {
	i := slices.Index(Releases, r)
	if i < 0 {
		return ""
	}
	for field := range strings.FieldsSeq(text) {
		value, marks, ok := strings.Cut(field, "@")
		if !ok || strings.Contains(marks, mark(i)) {
			return value
		}
	}
	return ""
}

// OtherABI marks a package that is the same thing in another release, but that programs must be built for again.
const OtherABI = "~"
