package verify

import (
	"archive/tar"
	"slices"
	"strings"
)

// paxXattr is the prefix of the records in which tar archives keep extended attributes.
const paxXattr = "SCHILY.xattr."

func xattrs(h *tar.Header) string {
	var lines []string
	for name, value := range h.PAXRecords {
		if attr, ok := strings.CutPrefix(name, paxXattr); ok {
			lines = append(lines, attr+"="+value)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
