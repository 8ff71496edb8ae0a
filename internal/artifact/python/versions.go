package python

import (
	"strconv"
	"strings"

	"dopt/internal/project/manifest"
)

// text returns a file of the image that comes from the build context.
func (f *finder) text(image string) (string, bool) {
	name, ok := f.Tree.Context(image)
	if !ok {
		return "", false
	}
	data, err := manifest.Read(f.Files, name)
	return string(data), err == nil
}

// admits reports whether a constraint such as ">=3.10,<4" surely lets a minor version of Python in.
// Source: https://packaging.python.org/en/latest/specifications/version-specifiers/
func admits(constraint, version string) bool {
	for part := range strings.SplitSeq(constraint, ",") {
		part = strings.TrimSpace(part)
		bound := strings.TrimSpace(strings.TrimLeft(part, "<>=~!"))
		order, ok := compare(version, strings.TrimSuffix(bound, ".*"))
		if !ok {
			return false
		}
		switch part[:len(part)-len(strings.TrimLeft(part, "<>=~!"))] {
		case ">=":
			ok = order >= 0 && strings.Count(bound, ".") < 2 || order > 0
		case ">":
			ok = order > 0
		case "<":
			ok = order < 0
		case "<=":
			ok = order < 0
		case "==":
			ok = order == 0 && strings.HasSuffix(bound, ".*")
		case "~=":
			ok = order == 0 || order > 0 && strings.Count(bound, ".") == 1
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return true
}

// compare compares two versions by their first two numbers.
func compare(a, b string) (order int, ok bool) {
	for i := range 2 {
		x, okA := number(a, i)
		y, okB := number(b, i)
		if !okA || !okB {
			return 0, false
		}
		if x != y {
			return x - y, true
		}
	}
	return 0, true
}

// number returns one of the numbers of a version, 0 behind its end.
func number(version string, i int) (int, bool) {
	parts := strings.Split(version, ".")
	if i >= len(parts) {
		return 0, true
	}
	n, err := strconv.Atoi(parts[i])
	return n, err == nil
}
