package manifest

import (
	"bytes"
	"strings"

	"dopt/transform"
)

// searchBudget is how many bytes a Finder looks through: enough for the entries of a large lock
// file in the order of the file, and an end to a search for many texts that are not there.
const searchBudget = 64 << 20

// A Finder finds the lines of a manifest whose parser does not tell them. A text is looked for from
// where the last one was found, then from the beginning, so that finding all entries in the order
// of the file reads it once.
type Finder struct {
	// Source is the path of the manifest.
	Source string
	data   []byte
	at     int // where the last text was found
	line   int // the line of at
	left   int
}

// NewFinder returns a finder for the text of a manifest.
func NewFinder(source string, data []byte) *Finder {
	return &Finder{Source: source, data: data, line: 1, left: searchBudget}
}

// Find returns the line with the first of the texts that is there; Line is 0 and Text is the
// first text where none is. A text that begins with a line break stands at the beginning of its line.
func (f *Finder) Find(texts ...string) transform.Evidence {
	for _, text := range texts {
		if text != "" && f.seek(text) {
			at, number := f.at, f.line
			if text[0] == '\n' {
				at, number = at+1, number+1
			}
			start := 1 + bytes.LastIndexByte(f.data[:at], '\n')
			line, _, _ := bytes.Cut(f.data[start:], []byte("\n"))
			return transform.Evidence{Source: f.Source, Line: number, Text: strings.TrimSpace(string(line[:min(len(line), 200)]))}
		}
	}
	return transform.Evidence{Source: f.Source, Text: texts[0]}
}

// seek moves to the next place that has text.
func (f *Finder) seek(text string) bool {
	if f.forward(text) {
		return true
	}
	f.at, f.line = 0, 1
	return f.forward(text)
}

func (f *Finder) forward(text string) bool {
	if f.left <= 0 {
		return false
	}
	i := bytes.Index(f.data[f.at:], []byte(text))
	if i < 0 {
		f.left -= len(f.data) - f.at
		return false
	}
	f.left -= i + 1
	f.line += bytes.Count(f.data[f.at:f.at+i], []byte("\n"))
	f.at += i
	return true
}
