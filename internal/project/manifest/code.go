package manifest

import (
	"bytes"
	"iter"
	"regexp"
	"strings"
)

// MaxFollowed is how many manifests one reader follows from each other, modules and path
// dependencies together.
const MaxFollowed = 1000

// Code returns the lines of a manifest that is a program, with their numbers from 1 and without
// the blanks around them. Blank lines and lines that begin with comment are left out. A comment
// behind code stays: what looks like its beginning may be inside a string.
func Code(data []byte, comment string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(string(data)) {
			n++
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, comment) {
				continue
			}
			if !yield(n, line) {
				return
			}
		}
	}
}

// FirstWith returns the first line of a program that has one of the texts, and the text; line is 0
// if none has.
func FirstWith(data []byte, comment string, texts []string) (line int, found string) {
	for n, text := range Code(data, comment) {
		for _, t := range texts {
			if strings.Contains(text, t) {
				return n, t
			}
		}
	}
	return 0, ""
}

// FirstLines returns, for each text that the group of a pattern captures, the first line that it
// is on. It reads the manifest once, which LineOf for each of many entries would not.
func FirstLines(data []byte, pattern *regexp.Regexp) map[string]int {
	lines := map[string]int{}
	line, from := 1, 0
	for _, at := range pattern.FindAllSubmatchIndex(data, -1) {
		line += bytes.Count(data[from:at[2]], []byte("\n"))
		from = at[2]
		if text := string(data[at[2]:at[3]]); lines[text] == 0 {
			lines[text] = line
		}
	}
	return lines
}
