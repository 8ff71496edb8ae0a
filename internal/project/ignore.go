package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

const (
	ignoreName = ".dockerignore"
	// maxPatterns bounds the lines of an ignore file: each is compared with each path of the
	// context. The longest in a real project seen has some 300.
	maxPatterns = 5000
)

// An ignoreFile is the ignore file that counts, and what it hides.
type ignoreFile struct {
	path    string
	text    []byte
	matcher *patternmatcher.PatternMatcher
	// wild is set if an exception has a wildcard: any folder may hold something that it brings back.
	wild bool
	// err is why the file cannot be used. The build would fail on it, too.
	err error
}

// ignoreFile reads the ignore file. BuildKit takes the one beside the Dockerfile instead of the
// context's own, not in addition (frontend/dockerui).
func (p *Project) ignoreFile() *ignoreFile {
	if p.ignored == nil {
		p.ignored = p.readIgnoreFile()
	}
	return p.ignored
}

func (p *Project) readIgnoreFile() *ignoreFile {
	if p.dockerfile != "" {
		fsys, own := p.fsys, p.dockerfile+ignoreName
		name := own
		if p.beside != nil {
			fsys, name = p.beside, path.Base(own)
		}
		if text, err := fs.ReadFile(fsys, name); !errors.Is(err, fs.ErrNotExist) {
			return newIgnoreFile(own, text, err)
		}
	}
	text, err := fs.ReadFile(p.fsys, ignoreName)
	if errors.Is(err, fs.ErrNotExist) {
		return &ignoreFile{path: ignoreName}
	}
	return newIgnoreFile(ignoreName, text, err)
}

// newIgnoreFile makes what was read usable. One that cannot be used has no path: nobody may take
// it for one that is not there, and write it anew.
func newIgnoreFile(name string, text []byte, err error) *ignoreFile {
	f := &ignoreFile{path: name, text: text}
	if text == nil {
		f.text = []byte{}
	}
	var patterns []string
	if err == nil {
		patterns, err = ignorefile.ReadAll(bytes.NewReader(text))
	}
	if err == nil && len(patterns) > maxPatterns {
		err = fmt.Errorf("%d patterns, the limit is %d", len(patterns), maxPatterns)
	}
	if err == nil {
		f.matcher, err = patternmatcher.New(patterns)
	}
	if err != nil {
		return &ignoreFile{err: fmt.Errorf("%s: %w", name, cause(err))}
	}
	for _, p := range f.matcher.Patterns() {
		f.wild = f.wild || p.Exclusion() && strings.ContainsAny(prefix(p), wildcards)
	}
	return f
}

// wildcards are what makes a pattern more than a path.
const wildcards = `*?[]^\`

// prefix returns a pattern without the "everything below" at its end.
func prefix(p *patternmatcher.Pattern) string {
	const sep = string(filepath.Separator)
	return strings.TrimSuffix(strings.TrimSuffix(p.String(), sep+"**"), sep+"*")
}

// A match is what the patterns say of one path; what lies below needs it.
type match struct {
	info    patternmatcher.MatchInfo
	ignored bool
}

// match compares a path with the patterns; parent is the match of its folder.
func (f *ignoreFile) match(name string, parent match) match {
	if f.matcher == nil {
		return match{}
	}
	ignored, info, err := f.matcher.MatchesUsingParentResults(name, parent.info)
	return match{info, ignored && err == nil}
}

// skips reports whether an ignored folder has no exception in it. Only then does BuildKit pass it by.
func (f *ignoreFile) skips(folder string) bool {
	if f.wild {
		return false
	}
	folder = filepath.FromSlash(folder) + string(filepath.Separator)
	for _, p := range f.matcher.Patterns() {
		if p.Exclusion() && strings.HasPrefix(prefix(p)+string(filepath.Separator), folder) {
			return false
		}
	}
	return true
}

// matchFolder compares a folder and those above it with the patterns; skipped is set where BuildKit would not
// come that far.
func (f *ignoreFile) matchFolder(name string) (m match, skipped bool) {
	if f.matcher == nil || name == "." {
		return match{}, false
	}
	for i := 0; i <= len(name); i++ {
		if i == len(name) || name[i] == '/' {
			m = f.match(name[:i], m)
			if m.ignored && f.skips(name[:i]) {
				return m, true
			}
		}
	}
	return m, false
}

// hides reports whether nothing of what lies at and below a path reaches the build.
func (f *ignoreFile) hides(fsys fs.FS, name string) bool {
	m, skipped := f.matchFolder(name)
	if skipped || !m.ignored {
		return skipped
	}
	info, err := fs.Stat(fsys, name)
	return err != nil || !info.IsDir()
}

// cause returns an error without the operation and the path that the file system adds.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
