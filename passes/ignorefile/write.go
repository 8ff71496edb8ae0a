package ignorefile

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"dopt/transform"
)

// An entry is a pattern to write, with what it hides today.
type entry struct {
	pattern string
	row     *row
	usage   transform.Usage
}

// entriesOf returns the patterns that hide what nothing needs, in the order of the rows. kept are the candidates of
// the same rows that stay; a pattern that would hide one of them, or what an instruction names, is not written.
func (j *judge) entriesOf(free, kept []candidate) []entry {
	var entries []entry
	listed := map[string]bool{} // a row may have several names that fit
	for i := range rows {
		for _, name := range rows[i].names {
			var group []candidate
			for _, c := range free {
				base := path.Base(c.path)
				if ok, _ := path.Match(strings.TrimSuffix(name, "/"), base); ok && c.row == &rows[i] && !listed[c.path] {
					group, listed[c.path] = append(group, c), true
				}
			}
			entries = append(entries, j.patterns(strings.TrimSuffix(name, "/"), group, kept)...)
		}
	}
	return entries
}

// patterns returns the patterns for candidates that fit one name of a row: one for all depths where there are
// several, and else their paths.
func (j *judge) patterns(name string, group, kept []candidate) []entry {
	if len(group) == 0 {
		return nil
	}
	r := group[0].row
	if name != "*" && r.kind != "docker" && (r.anywhere || len(group) > 1) {
		pattern := "**/" + name
		if !strings.ContainsAny(name, "*") || len(group) > 1 {
			all := entry{pattern: pattern, row: r}
			for _, c := range group {
				all.usage.Files += c.usage.Files
				all.usage.Bytes += c.usage.Bytes
			}
			hidden := hider(pattern)
			if !slices.ContainsFunc(kept, func(c candidate) bool { return hidden(c.path) }) && !j.named(pattern) {
				return []entry{all}
			}
		}
	}
	var entries []entry
	for _, c := range group {
		if p := escape(c.path); !j.named(p) {
			entries = append(entries, entry{p, r, c.usage})
		}
	}
	return entries
}

// escape writes a path as a pattern that matches it alone.
func escape(p string) string {
	var b strings.Builder
	for i, r := range p {
		if strings.ContainsRune(`*?[]\`, r) || i == 0 && strings.ContainsRune("!#", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// named reports whether a pattern would hide what an instruction copies by name, be it there today or not.
func (j *judge) named(pattern string) bool {
	hidden := hider(pattern)
	for _, d := range j.dockerfiles {
		for _, s := range d.sources {
			if s.path != "." && hidden(s.path) {
				return true
			}
		}
	}
	return false
}

// hider returns a function that reports whether a pattern alone hides a path.
func hider(pattern string) func(p string) bool {
	m, err := patternmatcher.New([]string{pattern})
	return func(p string) bool {
		if err != nil {
			return true
		}
		hidden, err := m.MatchesOrParentMatches(p)
		return hidden || err != nil
	}
}

// An exception is a pattern of an ignore file with which its author brings something back.
type exception struct {
	pattern string
	matches func(p string) bool
}

func exceptionsOf(patterns []string) []exception {
	var found []exception
	for _, p := range patterns {
		if e, ok := strings.CutPrefix(p, "!"); ok && e != "" {
			found = append(found, exception{e, hider(e)})
		}
	}
	return found
}

// excepted returns the exception that is about a path itself, or about something in it; "" if there is none. One
// about a folder above says nothing about it.
func excepted(exceptions []exception, p string) string {
	for _, e := range exceptions {
		if strings.HasPrefix(e.pattern, p+"/") || e.matches(p) && (path.Dir(p) == "." || !e.matches(path.Dir(p))) {
			return "!" + e.pattern
		}
	}
	return ""
}

// readPatterns returns the patterns of an ignore file.
func readPatterns(text []byte) ([]string, error) { return ignorefile.ReadAll(bytes.NewReader(text)) }

// extend returns an ignore file with entries added: to the section with their heading, and else at its end, where no
// exception takes them back. They take none back: none of them is about a path that an exception is about. Comments
// are written where the author writes them, or where the file is new.
func extend(text []byte, entries []entry) []byte {
	newline := "\n"
	if bytes.Contains(text, []byte("\r\n")) {
		newline = "\r\n"
	}
	style := commentStyle(text)
	lines := strings.SplitAfter(string(text), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	} else {
		lines[last] += newline
	}
	for len(entries) > 0 {
		n := 1
		for n < len(entries) && entries[n].row.kind == entries[0].row.kind {
			n++
		}
		var group []string
		for _, e := range entries[:n] {
			group = append(group, e.pattern+newline)
		}
		lines = insert(lines, headings[entries[0].row.kind], group, style, newline)
		entries = entries[n:]
	}
	return []byte(strings.Join(lines, ""))
}

// insert puts patterns at the end of the section with their heading, or of the file.
func insert(lines []string, heading string, patterns []string, style func(string) string, newline string) []string {
	if at := section(lines, heading); at >= 0 {
		return slices.Insert(lines, at, patterns...)
	}
	if style != nil {
		if len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) != "" {
			lines = append(lines, newline)
		}
		lines = append(lines, style(heading)+newline)
	}
	return append(lines, patterns...)
}

// section returns the end of the paragraph below a heading; -1 if there is none, or if an exception follows, which
// could take back what is put there.
func section(lines []string, heading string) int {
	i := slices.IndexFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, "#") && strings.EqualFold(strings.Trim(l, "#: \t\r\n"), heading)
	})
	if i < 0 {
		return -1
	}
	for _, l := range lines[i:] {
		if strings.HasPrefix(strings.TrimSpace(l), "!") {
			return -1
		}
	}
	for i++; i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ {
	}
	return i
}

// commentStyle returns how an ignore file writes a comment; nil for one that has patterns and no comments.
func commentStyle(text []byte) func(string) string {
	front, upper := "# ", true
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\ufeff"))) {
		rest, ok := bytes.CutPrefix(line, []byte("#"))
		if !ok {
			continue
		}
		words := bytes.TrimLeft(rest, "# \t")
		first, _ := utf8.DecodeRune(words)
		if len(words) == 0 || !unicode.IsLetter(first) {
			continue
		}
		front, upper = string(line[:len(line)-len(words)]), unicode.IsUpper(first)
		return func(s string) string { return front + capital(s, upper) }
	}
	if len(bytes.TrimSpace(text)) > 0 {
		return nil
	}
	return func(s string) string { return front + capital(s, upper) }
}

func capital(s string, upper bool) string {
	if !upper {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
