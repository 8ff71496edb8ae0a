package debian

import (
	"fmt"
	"slices"
	"strings"
)

// An ImageRecord is what the catalog keeps of the packages of an image: those of another image, and how
// they differ.
type ImageRecord struct {
	// Method is how the packages are known: observed (a listing of the image), simulated (apt's own resolver on the
	// image's Dockerfile), derived (an observed list and known differences), computed (the catalog's
	// resolver on the image's Dockerfile). Several lists of versions are joined with "+".
	Method string
	// Date is that of the list or the index, YYYY-MM or YYYY-MM-DD; Source says whose it is.
	Date, Source string
	// From is the key of the other image, "" for none.
	From string
	// Added and Removed make the difference, Maybe are packages that only some versions have. Sorted.
	Added, Removed, Maybe []string
}

// String writes the record on one line; ParseImageRecord reads it.
func (r ImageRecord) String() string {
	return strings.Join([]string{
		r.Method, r.Date, r.Source, r.From,
		strings.Join(r.Added, " "), strings.Join(r.Removed, " "), strings.Join(r.Maybe, " "),
	}, ";")
}

// ParseImageRecord reads what String wrote.
func ParseImageRecord(text string) (ImageRecord, error) {
	f := strings.Split(text, ";")
	if len(f) != 7 {
		return ImageRecord{}, fmt.Errorf("image record with %d fields", len(f))
	}
	return ImageRecord{
		Method: f[0], Date: f[1], Source: f[2], From: f[3],
		Added: strings.Fields(f[4]), Removed: strings.Fields(f[5]), Maybe: strings.Fields(f[6]),
	}, nil
}

// Apply returns the packages of an image whose base has the given ones; both sorted.
func (r ImageRecord) Apply(base []string) []string {
	packages := make([]string, 0, len(base)+len(r.Added))
	added := r.Added
	for _, name := range base {
		for len(added) > 0 && added[0] <= name {
			if added[0] < name {
				packages = append(packages, added[0])
			}
			added = added[1:]
		}
		if _, removed := slices.BinarySearch(r.Removed, name); !removed {
			packages = append(packages, name)
		}
	}
	return append(packages, added...)
}
