package debian

import (
	"bufio"
	"io"
	"strings"
)

// Contents calls visit for each line of a Contents index: a path below the root, without the leading slash,
// and the packages that hold a file there, until it returns false.
//
// Source: the format is described at wiki.debian.org/DebianRepository/Format, section "Contents indices".
func Contents(r io.Reader, visit func(path string, packages []string) bool) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 256<<10), maxLine)
	var packages []string
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), " \t")
		i := strings.LastIndexAny(line, " \t") // a path may have spaces, a list of packages has none
		if i < 0 {
			continue
		}
		packages = packages[:0]
		for qualified := range strings.SplitSeq(line[i+1:], ",") {
			packages = append(packages, qualified[strings.LastIndexByte(qualified, '/')+1:])
		}
		if !visit(strings.TrimRight(line[:i], " \t"), packages) {
			return nil
		}
	}
	return lines.Err()
}
