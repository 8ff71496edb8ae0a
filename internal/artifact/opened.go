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
	text = strings.TrimPrefix(text, "file://")
	if i := strings.IndexAny(text, "*?[{%$<>|\"'`\n\t"); i >= 0 {
		if i = strings.LastIndexByte(text[:i], '/'); i <= 0 {
			return File{}, false
		}
		text = text[:i]
	}
	candidates := []string{absolute(text, s.Dir)}
	if path.IsAbs(text) { // often the second half of a path
		candidates = append(candidates, path.Join(s.Dir, text))
	}
	for _, name := range candidates {
		if name == "" || name == "/" || name == s.Dir || s.Dir == "" && !path.IsAbs(name) {
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
