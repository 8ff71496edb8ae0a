package dockerfiles

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dopt/internal/gitignore"
)

// notDockerfiles ends the names of files that stand beside a Dockerfile without
// being one: leftovers of editors, patches and merges, documentation, and templates, which another
// program turns into Dockerfiles.
var notDockerfiles = []string{
	"~", ".bak", ".orig", ".rej", ".swp", ".swo", ".tmp", ".diff", ".patch",
	".dockerignore", ".license", ".md", ".rst",
	".erb", ".in", ".j2", ".jinja", ".jinja2", ".m4", ".mustache", ".template", ".tmpl", ".tpl",
}

// skippedFolders hold other people's code or no source at all.
var skippedFolders = []string{".git", ".hg", ".svn", "node_modules", "vendor"}

// IsName reports whether a file of this name, without its folder, is a Dockerfile.
// The lower-case "dockerfile" is what BuildKit falls back to when there is no Dockerfile
// (frontend/dockerui).
func IsName(name string) bool {
	for _, suffix := range notDockerfiles {
		if strings.HasSuffix(name, suffix) {
			return false
		}
	}
	return name == "Dockerfile" || name == "dockerfile" || strings.HasPrefix(name, "Dockerfile.") ||
		strings.HasPrefix(name, "Containerfile") ||
		strings.HasSuffix(name, ".Dockerfile") || strings.HasSuffix(name, ".dockerfile")
}

// Find returns the paths of the Dockerfiles that paths mean, sorted and without
// duplicates: a file means itself, a folder the Dockerfiles in it. A folder is searched to any
// depth, hidden folders included, without what .gitignore files ignore. Symbolic links to folders are
// not followed, those to files only where they stay within the folder.
//
// Paths come back relative to the current folder where they lie in it. What
// cannot be found or read makes an error, a *transform.ParseError, and the rest goes on.
func Find(paths []string) (found []string, errs []error) {
	s := &search{files: map[string]string{}}
	for _, p := range paths {
		s.path(Relative(p))
	}
	for _, p := range s.files {
		found = append(found, p)
	}
	slices.Sort(found)
	return found, s.errs
}

// Relative returns a cleaned path, as seen from the current folder if it lies in it.
func Relative(path string) string {
	path = filepath.Clean(path)
	if !filepath.IsAbs(path) {
		return path
	}
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// A search collects Dockerfiles.
type search struct {
	// files maps real paths, without symbolic links, to the paths by which they were found.
	files map[string]string
	errs  []error
}

// path adds what one path from the command line means.
func (s *search) path(path string) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		s.errs = append(s.errs, failure(path, err))
	case info.IsDir():
		s.folder(path)
	case !info.Mode().IsRegular():
		s.errs = append(s.errs, failure(path, notRegular(info.Mode())))
	default:
		s.add(path)
	}
}

// add takes a file. Of two ways to one file the one without a symbolic link counts.
func (s *search) add(path string) {
	real, err := realPath(path)
	if err != nil {
		s.errs = append(s.errs, failure(path, err))
		return
	}
	if old, ok := s.files[real]; !ok || isLink(old) && !isLink(path) {
		s.files[real] = path
	}
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// realPath returns the absolute path without symbolic links.
func realPath(path string) (string, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// folder searches a folder that the user named.
func (s *search) folder(path string) {
	root, err := realPath(path)
	if err != nil {
		s.errs = append(s.errs, failure(path, err))
		return
	}
	s.walk(walk{path: path, root: root, real: root, ignores: ignoresAbove(root)})
}

// A walk is the state of the search in one folder.
type walk struct {
	// path is how the user calls the folder, real its absolute path without links, root where the walk began.
	path, real, root string
	// ignores are the ignore files that hold here, outermost first.
	ignores []ignoreFile
}

// An ignoreFile is a .gitignore file with the real path of the folder for which it holds.
type ignoreFile struct {
	folder   string
	patterns gitignore.Patterns
}

func (s *search) walk(w walk) {
	entries, err := os.ReadDir(w.path)
	if err != nil {
		s.errs = append(s.errs, failure(w.path, err))
		return
	}
	w.ignores = append(slices.Clip(w.ignores), ignoresIn(w.real)...)
	for _, e := range entries {
		path, real := filepath.Join(w.path, e.Name()), filepath.Join(w.real, e.Name())
		if ignored(w.ignores, real, e.IsDir()) {
			continue
		}
		switch {
		case e.IsDir():
			if !slices.Contains(skippedFolders, e.Name()) {
				s.walk(walk{path: path, real: real, root: w.root, ignores: w.ignores})
			}
		case !IsName(e.Name()):
		case e.Type().IsRegular(), e.Type()&fs.ModeSymlink != 0 && staysIn(w.root, path):
			s.add(path)
		}
	}
}

// staysIn reports whether a symbolic link leads to a regular file below root. One that leads nowhere does not.
func staysIn(root, link string) bool {
	real, err := realPath(link)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(root, real)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	info, err := os.Stat(real)
	return err == nil && info.Mode().IsRegular()
}

// ignored asks the ignore files, the innermost first.
func ignored(ignores []ignoreFile, path string, folder bool) bool {
	for _, f := range slices.Backward(ignores) {
		rel, err := filepath.Rel(f.folder, path)
		if err != nil {
			continue
		}
		if ignored, matched := f.patterns.Match(filepath.ToSlash(rel), folder); matched {
			return ignored
		}
	}
	return false
}

// ignoresAbove returns the ignore files between the root of the repository that holds a
// folder and the folder, which is not included. Outside of a repository there are none, as for git.
func ignoresAbove(folder string) []ignoreFile {
	var found []ignoreFile
	for dir := folder; ; dir = filepath.Dir(dir) {
		if dir != folder {
			found = append(ignoresIn(dir), found...)
		}
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return found
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// ignoresIn returns the ignore files of one folder: in the root of a repository also .git/info/exclude.
func ignoresIn(folder string) []ignoreFile {
	var found []ignoreFile
	for _, name := range []string{".git/info/exclude", ".gitignore"} {
		text, _, err := readRegular(filepath.Join(folder, filepath.FromSlash(name)))
		if err == nil {
			found = append(found, ignoreFile{folder, gitignore.Parse(string(text))})
		}
	}
	return found
}

// notRegular says what a path leads to where a file was wanted.
func notRegular(mode fs.FileMode) error {
	switch {
	case mode.IsDir():
		return errors.New("is a folder, not a file")
	case mode&fs.ModeSocket != 0:
		return errors.New("is a socket, not a file")
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("is a pipe, not a file; the path - stands for standard input")
	default:
		return errors.New("is a device, not a file; the path - stands for standard input")
	}
}
