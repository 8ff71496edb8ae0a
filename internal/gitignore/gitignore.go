// Package gitignore reads patterns in the format of .gitignore files.
package gitignore

import (
	"path"
	"strings"
)

// Patterns are the patterns of one file, in source order: the last one that matches counts.
type Patterns []pattern

// A pattern is one line of a .gitignore file.
type pattern struct {
	// segments are matched against the parts of a path, one by one.
	segments []string
	// negated is set by a leading "!", folders by a trailing slash.
	negated, folders bool
}

// Parse reads patterns as gitignore(5) describes them. A pattern that it cannot
// understand, such as one with a POSIX character class, matches nothing.
func Parse(text string) Patterns {
	var found Patterns
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		if p, ok := parseLine(strings.TrimSuffix(line, "\r")); ok {
			found = append(found, p)
		}
	}
	return found
}

func parseLine(line string) (p pattern, ok bool) {
	if strings.HasPrefix(line, "#") {
		return p, false
	}
	line = trimSpaces(line)
	line, p.negated = strings.CutPrefix(line, "!")
	line, p.folders = strings.CutSuffix(line, "/")
	if line == "" {
		return p, false
	}
	if !strings.Contains(line, "/") {
		line = "**/" + line // a bare name is meant at every depth
	}
	p.segments = strings.Split(strings.TrimPrefix(line, "/"), "/")
	for i, s := range p.segments {
		p.segments[i] = goSyntax(s)
	}
	return p, true
}

// trimSpaces removes trailing spaces but one that a backslash protects.
func trimSpaces(line string) string {
	trimmed := strings.TrimRight(line, " ")
	slashes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
	if len(trimmed) < len(line) && slashes%2 == 1 {
		trimmed += " "
	}
	return trimmed
}

// goSyntax turns git's negated set "[!a]" into the "[^a]" that package path understands.
func goSyntax(segment string) string {
	b := []byte(segment)
	for i := 0; i+1 < len(b); i++ {
		switch {
		case b[i] == '\\':
			i++
		case b[i] == '[' && b[i+1] == '!':
			b[i+1] = '^'
		}
	}
	return string(b)
}

// Match tells what the patterns say of one path, which is relative to the folder
// that the patterns stand for and has slashes: whether one matches at all, and then whether it
// ignores the path. It does not look at the folders above.
func (p Patterns) Match(name string, folder bool) (ignored, matched bool) {
	parts := strings.Split(name, "/")
	for i := len(p) - 1; i >= 0; i-- {
		if (folder || !p[i].folders) && match(p[i].segments, parts) {
			return !p[i].negated, true
		}
	}
	return false, false
}

// Ignores reports whether the patterns ignore a file or one of the folders above
// it: what lies in an ignored folder cannot be included again.
func (p Patterns) Ignores(name string) bool {
	for i := range len(name) {
		if name[i] == '/' {
			if ignored, _ := p.Match(name[:i], true); ignored {
				return true
			}
		}
	}
	ignored, _ := p.Match(name, false)
	return ignored
}

// match compares segments with the parts of a path. "**" stands for any number of
// parts, as the last segment for at least one. Only the latest "**" is ever extended, so the
// cost is at most the product of the two lengths.
func match(segments, parts []string) bool {
	s, n := 0, 0
	star, resume := -1, 0
	for n < len(parts) {
		switch {
		case s < len(segments) && segments[s] == "**":
			if s == len(segments)-1 {
				return true
			}
			star, resume = s, n
			s++
		case s < len(segments) && matchPart(segments[s], parts[n]):
			s++
			n++
		case star >= 0:
			resume++
			s, n = star+1, resume
		default:
			return false
		}
	}
	return s == len(segments)
}

func matchPart(segment, part string) bool {
	ok, err := path.Match(segment, part)
	return ok && err == nil
}
