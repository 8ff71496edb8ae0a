package language

import (
	"fmt"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
)

// A Record is what the catalog keeps of a package of a language: what one version of it needs, in the names of one
// Debian release. Lists are sorted.
type Record struct {
	Release debian.Release
	// Same are the earlier releases in which other versions need the same, under the same names.
	Same []debian.Release
	// Version is what the evidence is of, Origin where it comes from: Debian's source package, or
	// ByHand with the reason.
	Version, Origin string
	// Native is true if the package has code to compile.
	Native bool
	// Build are the packages that it takes to build the package from its sources, the language itself not counted; see AtLeast.
	Build []string
	// Linked are the libraries that the built code is linked to: a prebuilt package brings its own.
	Linked []string
	// Loaded are the libraries and commands that the package looks for while it runs, however it was built.
	Loaded []string
	// Requires are the packages of the same language that come with it, as keys have them.
	Requires []string
	// Prebuilt is whether the index of the language has the package compiled, where that is known by hand.
	Prebuilt Answer
}

// SameNeeds tells whether two records differ in release and version at most.
func (r Record) SameNeeds(o Record) bool {
	return r.Native == o.Native && r.Prebuilt == o.Prebuilt && slices.Equal(r.Build, o.Build) &&
		slices.Equal(r.Linked, o.Linked) && slices.Equal(r.Loaded, o.Loaded) && slices.Equal(r.Requires, o.Requires)
}

// AtLeast stands between a package and a version in Build where the release has an older one: "libx-dev>=2".
const AtLeast = ">="

// ByHand is the origin of what the indexes do not tell; the reason follows it.
const ByHand = "by hand: "

// An Answer is yes, no or "" for unknown.
type Answer string

// The answers that are known.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// recordFields is the number of fields of a record.
const recordFields = 9

// Format writes the records of one package, oldest release first, as text without line break.
func Format(records []Record) string {
	sections := make([]string, len(records))
	for i, r := range records {
		native := ""
		if r.Native {
			native = "native"
		}
		sections[i] = strings.Join([]string{
			r.releases(), r.Version, strings.ReplaceAll(r.Origin, ";", ","), native, string(r.Prebuilt),
			strings.Join(r.Build, " "), strings.Join(r.Linked, " "), strings.Join(r.Loaded, " "), strings.Join(r.Requires, " "),
		}, ";")
	}
	return strings.Join(sections, "\t")
}

// releases writes the release of a record and those that are the same.
func (r Record) releases() string {
	text := string(r.Release)
	for _, other := range r.Same {
		text += " " + string(other)
	}
	return text
}

// Names tells whether the packages have the names of a release.
func (r Record) Names(of debian.Release) bool { return r.Release == of || slices.Contains(r.Same, of) }

// Parse reads what Format wrote.
func Parse(text string) ([]Record, error) {
	var records []Record
	for section := range strings.SplitSeq(text, "\t") {
		f := strings.Split(section, ";")
		if len(f) != recordFields {
			return nil, fmt.Errorf("record with %d fields: %.60q", len(f), section)
		}
		var same []debian.Release
		own, others, _ := strings.Cut(f[0], " ")
		for other := range strings.FieldsSeq(others) {
			same = append(same, debian.Release(other))
		}
		records = append(records, Record{
			Release: debian.Release(own), Same: same, Version: f[1], Origin: f[2], Native: f[3] != "", Prebuilt: Answer(f[4]),
			Build: words(f[5]), Linked: words(f[6]), Loaded: words(f[7]), Requires: words(f[8]),
		})
	}
	return records, nil
}

// words splits a field; nil if it has none.
func words(field string) []string {
	if field == "" {
		return nil
	}
	return strings.Fields(field)
}

// ForVersion returns the record that tells the most of a version: the oldest that is not older, else the
// newest; the newest, too, where the version is not known. Records are not empty.
func ForVersion(records []Record, version string) Record {
	newest := records[len(records)-1]
	if version == "" {
		return newest
	}
	for _, r := range records {
		if CompareVersions(r.Version, version) >= 0 {
			return r
		}
	}
	return newest
}

// CompareVersions compares the numbers of two versions, left to right: 3.10 comes after 3.9, and 3.9.0 is
// 3.9. What follows a number ("rc1", "+dfsg") does not count.
func CompareVersions(a, b string) int {
	for a != "" || b != "" {
		var x, y int
		x, a = firstNumber(a)
		y, b = firstNumber(b)
		if x != y {
			return x - y
		}
	}
	return 0
}

// firstNumber returns the number that a version begins with, and what follows the next dot.
func firstNumber(version string) (n int, rest string) {
	word, rest, _ := strings.Cut(version, ".")
	for i := 0; i < len(word) && i < 9 && '0' <= word[i] && word[i] <= '9'; i++ {
		n = n*10 + int(word[i]-'0')
	}
	return n, rest
}
