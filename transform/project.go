package transform

import (
	"io"
	"io/fs"
)

// A Project is a build context that has more to tell than its files. Paths are those of fs.FS:
// relative to the context, with slashes, "." for all of it. Everything is looked up when it is
// first asked for.
type Project interface {
	fs.FS
	// IgnoreFile returns the path and the text of the ignore file that counts for the Dockerfile.
	// Where there is none it is the path at which one would be read, and nil. The path is none of fs.FS
	// where nobody may write the file: "" for one that cannot be used, and for one beside a Dockerfile
	// outside of the context one that begins with "../".
	IgnoreFile() (path string, text []byte)
	// Ignored reports whether the ignore file keeps a path from the build.
	Ignored(path string) bool
	// Usage returns how much of what the build receives is at and below a path. It is an error
	// where the context is larger than the limits of the walk.
	Usage(path string) (Usage, error)
	// Churn returns how often a change touches what is at or below one of the paths and is not ignored.
	Churn(paths ...string) Churn
	// Remember returns what find returns for the project. It is asked once for all Dockerfiles that have the context and
	// the ignore file in common; so it must depend on nothing else, and what it returns must not be changed. A key
	// is of a type of the caller's own.
	Remember(key any, find func(Project) any) any
	// With returns the project as it is with other files: those of a rewrite that is under way.
	// The ignore file is read from them, too.
	With(files fs.FS) Project
}

// Remember finds something out about files: of a Project once for all that ask, as Project.Remember says.
func Remember[T any](files fs.FS, key any, find func(fs.FS) T) T {
	if p, ok := files.(Project); ok {
		return p.Remember(key, func(p Project) any { return find(p) }).(T)
	}
	return find(files)
}

// A Usage is what a part of a build context takes.
type Usage struct {
	// Files counts regular files and links, Bytes is the size of the files.
	Files int
	Bytes int64
}

// A Churn is how often something changes.
type Churn struct {
	// Share is the part of changes to the project that touch it, 0 to 1.
	Share float64
	// Source says what that rests on: "62 of the last 100 commits", or the kind of file.
	Source string
}

// Received returns what a build receives of a context: of a Project, what the ignore file names is not there.
func Received(files fs.FS) fs.FS {
	if p, ok := files.(Project); ok {
		return received{p}
	}
	return files
}

type received struct{ Project }

// Open opens what is not ignored.
func (r received) Open(name string) (fs.File, error) {
	if err := r.there("open", name); err != nil {
		return nil, err
	}
	return r.Project.Open(name)
}

// Stat implements fs.StatFS, so that nothing is opened to be described.
func (r received) Stat(name string) (fs.FileInfo, error) {
	if err := r.there("stat", name); err != nil {
		return nil, err
	}
	return fs.Stat(r.Project, name)
}

// ReadDir implements fs.ReadDirFS. As with an opened folder, the list has what is ignored, too.
func (r received) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := r.there("readdir", name); err != nil {
		return nil, err
	}
	return fs.ReadDir(r.Project, name)
}

// there is an error where the build receives nothing under a name.
func (r received) there(op, name string) error {
	if fs.ValidPath(name) && name != "." && r.Ignored(name) {
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return nil
}

// ReadText returns the content of a regular file; ok is false for one that is not there or has more than limit bytes, which is not read.
// What the context keeps in memory is not copied.
func ReadText(files fs.FS, name string, limit int64) (text string, ok bool) {
	f, err := files.Open(name)
	if err != nil {
		return "", false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > limit {
		return "", false
	}
	if kept, ok := f.(interface{ Text() (string, bool) }); ok {
		if text, ok := kept.Text(); ok {
			return text, true
		}
	}
	data := make([]byte, info.Size())
	_, err = io.ReadFull(f, data)
	return string(data), err == nil // not if it has become shorter
}
