package artifact

import (
	"io/fs"
	"path"
	"strings"

	"dopt/transform"
)

// maxFolder bounds how many files of a folder are looked at.
const maxFolder = 20_000

// Opened returns the file or folder of the image that a text of the program's source names, as seen from the working
// directory; ok is false where none is copied there. Of a pattern, or a text to be filled in, it is the folder in front. A
// folder that holds nothing but source is none that a program opens; nor is the working directory itself, which a text such as
// "." would name.
func (s *Stage) Opened(text string, source func(name string) bool, because transform.Evidence) (f File, ok bool) {
	return s.OpenedFrom(s.Dir, text, source, because)
}

// OpenedFrom is Opened as seen from another folder of the image, for programs that know that of their sources.
func (s *Stage) OpenedFrom(dir, text string, source func(name string) bool, because transform.Evidence) (f File, ok bool) {
	text = strings.TrimPrefix(text, "file://")
	if i := strings.IndexAny(text, "*?[{%$<>|\"'`\n\t"); i >= 0 {
		if i = strings.LastIndexByte(text[:i], '/'); i <= 0 {
			return File{}, false
		}
		text = text[:i]
	}
	candidates := []string{absolute(text, dir)}
	if path.IsAbs(text) { // often the second half of a path
		candidates = append(candidates, path.Join(dir, text))
	}
	for _, name := range candidates {
		if name == "" || name == "/" || name == dir || name == s.Dir || dir == "" && !path.IsAbs(name) {
			continue
		}
		context, copied := s.Tree.Context(name)
		if !copied || s.Tree.Removed(name) {
			continue
		}
		info, err := fs.Stat(s.Files, context)
		switch {
		case err != nil:
		case !info.IsDir():
			if !source(context) {
				return File{Path: name, Because: because}, true
			}
		case !s.onlySource(context, source):
			return File{Path: name, Folder: true, Because: because}, true
		}
	}
	return File{}, false
}

// OpenedAll returns what Opened does or, where a text is a part of a name, or a name to be filled in, the files of the working directory that it may
// be the name of: config.dev.json for "config." and for "config.%s.json". Of a text that begins with a folder to be filled in, it is what the rest
// names.
func (s *Stage) OpenedAll(text string, source func(name string) bool, because transform.Evidence) (list []File) {
	if f, ok := s.Opened(text, source, because); ok {
		return []File{f}
	}
	pattern := patternOf(text)
	if first, rest, ok := strings.Cut(pattern, "/"); ok {
		if strings.Trim(first, "*") == "" && rest != "" && first != "" {
			return s.OpenedAll(rest, source, because)
		}
		return nil
	}
	context, copied := s.Tree.Context(s.Dir)
	glob := strings.Contains(text, "*") // of a pattern in the source, folders may be meant as well
	if !copied || !names(pattern, glob) {
		return nil
	}
	for _, entry := range s.inDir(context) {
		if fits, err := path.Match(pattern, entry.Name()); err == nil && fits && (entry.Type().IsRegular() || glob && entry.IsDir()) {
			if f, ok := s.Opened(entry.Name(), source, because); ok {
				list = append(list, f)
			}
		}
	}
	return list
}

// inDir returns what is in the folder of the context that the working directory is copied from. It is read once.
func (s *Stage) inDir(context string) []fs.DirEntry {
	if s.entries == nil {
		s.entries, _ = fs.ReadDir(s.Files, context) // of a folder that cannot be read, nothing is copied
	}
	return s.entries
}

// patternOf returns the pattern of the names that a text may be filled in to: what is to be filled in, as in fmt.Sprintf, format! and String.format,
// is a wildcard, and so is what stands in front of an extension or behind a separator.
func patternOf(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '%':
			for i++; i < len(text)-1 && strings.IndexByte("+-# 0123456789.[]*", text[i]) >= 0; i++ {
			}
			b.WriteByte('*')
		case '{', '$', '<':
			if end := strings.IndexAny(text[i:], "}>"); end > 0 {
				i += end
			}
			b.WriteByte('*')
		case '?', '[', ']', '\\':
			b.WriteByte('?')
		default:
			b.WriteByte(c)
		}
	}
	pattern := strings.TrimPrefix(b.String(), "./")
	if pattern != "" && strings.IndexByte(".-_", pattern[0]) >= 0 {
		pattern = "*" + pattern
	}
	if pattern != "" && strings.IndexByte(".-_", pattern[len(pattern)-1]) >= 0 {
		pattern += "*"
	}
	return pattern
}

// names reports whether a pattern tells files from others: it has a wildcard, some letters and, unless the source has it as a pattern, a dot.
func names(pattern string, glob bool) bool {
	letters := strings.Trim(pattern, "*?.-_0123456789 :,()")
	return strings.Contains(pattern, "*") && (glob || strings.Contains(pattern, ".")) && len(letters) > 1 && !strings.ContainsAny(pattern, " \t\n\"'")
}

// onlySource reports whether a folder of the context has nothing but source files.
func (s *Stage) onlySource(folder string, source func(string) bool) bool {
	only := true
	_ = s.eachFile(folder, func(name string) bool {
		only = only && source(name)
		return only
	})
	return only
}

// OpenedInDir returns what programs find in the working directory without naming it whole: all of it where a source has one of the texts calls,
// else the files that fit the patterns, which a framework reads without being told, as reason says. code tells sources of programs from other
// files; source is as for Opened.
func (s *Stage) OpenedInDir(code func(name string) bool, calls, patterns []string, reason string, source func(name string) bool) (list []File) {
	context, copied := s.Tree.Context(s.Dir)
	if !copied {
		return nil
	}
	if where, text, ok := s.FirstCall(code, calls); ok {
		return []File{{Path: s.Dir, Folder: true, Because: transform.Evidence{Source: where, Text: text}}}
	}
	for _, pattern := range patterns {
		for _, name := range s.Glob(path.Join(context, pattern)) {
			if file, ok := s.Opened(path.Base(name), source, transform.Evidence{Source: name, Text: reason}); ok {
				list = append(list, file)
			}
		}
	}
	return list
}
