package interpreted

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// The bounds of what is read of a project's sources.
const (
	maxSources = 500
	maxBytes   = 4 << 20
)

// passedBy are folders whose files no step of a build runs.
var passedBy = []string{".git", "node_modules", "test", "tests", "__tests__", "docs"}

// keepers are the folders below the root in which programs keep what they write.
var keepers = []string{"cache", "data", "home", "media", "mnt", "models", "opt", "root", "run", "srv", "var"}

// A Code is what sources of a language look like.
type Code struct {
	// Extensions are those of its files; Comment begins a line that is no code.
	Extensions []string
	Comment    string
	// Marks are texts by which a program puts files elsewhere than its own folders: into the home folder, by a download.
	Marks []string
}

// Strays returns the first line of the project's sources by which a program that a step runs may put files elsewhere than into
// its own folders: what names one of the marks, or an absolute path outside of the folders. Sources are the files of the context
// that are copied. reason is a predicate, "" if there is no such line.
func Strays(s *artifact.Stage, folders []artifact.File, code Code) (because transform.Evidence, reason string) {
	files, size := 0, 0
	for _, c := range s.Tree.Copies {
		if c.Context == "" {
			continue
		}
		err := fs.WalkDir(s.Files, c.Context, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && slices.Contains(passedBy, e.Name()):
				return fs.SkipDir
			case e.IsDir() || !slices.Contains(code.Extensions, path.Ext(name)):
				return nil
			}
			data, err := manifest.Read(s.Files, name)
			if err != nil {
				return err
			}
			if files, size = files+1, size+len(data); files > maxSources || size > maxBytes {
				return fmt.Errorf("%s: there are too many sources to be read", name)
			}
			if line, found := stray(data, folders, code); found != "" {
				because, reason = transform.Evidence{Source: name, Line: line, Text: found}, "may put files outside of the project's folders"
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			return s.Evidence(c.In), "runs code that cannot be read: " + err.Error()
		}
		if reason != "" {
			return because, reason
		}
	}
	return because, ""
}

// stray returns the first line that names one of the marks, or a path outside of the folders.
func stray(data []byte, folders []artifact.File, code Code) (line int, found string) {
	for i, text := range manifest.Code(data, code.Comment) {
		if slices.ContainsFunc(code.Marks, func(mark string) bool { return strings.Contains(text, mark) }) || slices.ContainsFunc(paths(text), func(p string) bool {
			return !slices.ContainsFunc(folders, func(f artifact.File) bool { return artifact.Within(p, f.Path) })
		}) {
			return i, text
		}
	}
	return 0, ""
}

// paths returns the paths that string literals of a line begin with and at which programs keep files.
func paths(text string) (list []string) {
	for i := 0; i+1 < len(text); i++ {
		if !strings.ContainsRune("'\"`", rune(text[i])) || text[i+1] != '/' {
			continue
		}
		p, _, closed := strings.Cut(text[i+1:], text[i:i+1])
		first, rest, _ := strings.Cut(p[min(1, len(p)):], "/")
		if closed && rest != "" && slices.Contains(keepers, first) {
			list = append(list, path.Clean(p))
		}
	}
	return list
}
