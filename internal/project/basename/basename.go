// Package basename compares names of files with patterns.
package basename

import (
	"path"
	"strings"
)

// A Pattern is one that package path matches. All names that fit it begin and end with the text around its wildcards, so that most
// are told apart without going through it.
type Pattern struct{ text, start, end string }

const wildcards = `*?[]\`

// NewPattern returns a pattern as path.Match takes it.
func NewPattern(text string) Pattern {
	p := Pattern{text: text, start: text}
	if i := strings.IndexAny(text, wildcards); i >= 0 {
		p.start, p.end = text[:i], text[strings.LastIndexAny(text, wildcards)+1:]
	}
	return p
}

// Fits reports whether a name is one of the pattern.
func (p *Pattern) Fits(name string) bool {
	if !strings.HasPrefix(name, p.start) || !strings.HasSuffix(name, p.end) {
		return false
	}
	ok, _ := path.Match(p.text, name)
	return ok
}
