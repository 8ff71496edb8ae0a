package official

import (
	"slices"
	"strconv"
	"strings"
)

// A condition judges whether what a stanza says holds for a tag.
type condition struct {
	name string
	tag  Tag
}

// holds reports whether all the words hold; known is false where that cannot be told.
func (c condition) holds(when []string) (holds, known bool) {
	holds = true
	for _, word := range when {
		one, known := c.word(word)
		if !known {
			return false, false
		}
		holds = holds && one
	}
	return holds, true
}

func (c condition) word(word string) (holds, known bool) {
	switch word {
	case "listed":
		return c.tag.Until == "", true
	case "dropped":
		return c.tag.Until != "", true
	}
	for _, operator := range []string{"!=", ">=", "<", "="} {
		field, value, ok := strings.Cut(word, operator)
		if !ok {
			continue
		}
		switch field {
		case "distro":
			return c.tag.Distro == value, true
		case "variant":
			return c.tag.Variant == value, true
		case "word":
			has := slices.ContainsFunc(strings.Split(value, ","), func(w string) bool { return slices.Contains(strings.Split(c.name, "-"), w) })
			return has == (operator == "="), true
		case "version":
			order, known := c.compare(value)
			return (order < 0) == (operator == "<"), known
		}
	}
	return false, false
}

// compare compares the version that the tag begins with to another. A tag that names less of it than the other means the newest
// of what it names while it is listed; once dropped, it is not known which.
func (c condition) compare(other string) (order int, known bool) {
	version, _, _ := strings.Cut(c.name, "-")
	have := numbers(strings.TrimPrefix(version, "v"))
	for i, want := range numbers(other) {
		if i == len(have) {
			return 1, c.tag.Until == ""
		}
		if have[i] != want {
			return have[i] - want, true
		}
	}
	return 0, true
}

// numbers returns the numbers at the beginning of a version: 3 and 15 for 3.15rc1.
func numbers(version string) (list []int) {
	for part := range strings.SplitSeq(version, ".") {
		end := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' })
		if end < 0 {
			end = len(part)
		}
		n, err := strconv.Atoi(part[:end])
		if err != nil {
			return list
		}
		if list = append(list, n); end < len(part) {
			return list
		}
	}
	return list
}
