package order

import (
	"io/fs"
	"slices"
)

// A view is the build context as far as the steps before an install have copied it: what a reader
// of manifests does not find in it is not there for the install either.
type view struct {
	files   fs.FS
	ignored func(string) bool
	// entries are the files and folders that are copied.
	entries []string
}

var (
	_ fs.StatFS    = view{}
	_ fs.ReadDirFS = view{}
)

// holds reports whether a path is copied, or leads to one that is.
func (v view) holds(name string) bool {
	return name == "." || !v.ignored(name) && slices.ContainsFunc(v.entries, func(e string) bool {
		return e == "." || e == name || below(name, e) || below(e, name)
	})
}

func (v view) check(op, name string) error {
	switch {
	case !fs.ValidPath(name):
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	case !v.holds(name):
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return nil
}

// Open opens a file, or a folder without the list of what is in it: that is ReadDir's.
func (v view) Open(name string) (fs.File, error) {
	if err := v.check("open", name); err != nil {
		return nil, err
	}
	f, err := v.files.Open(name)
	if err != nil {
		return nil, err
	}
	return struct{ fs.File }{f}, nil
}

// Stat describes a file or folder.
func (v view) Stat(name string) (fs.FileInfo, error) {
	if err := v.check("stat", name); err != nil {
		return nil, err
	}
	return fs.Stat(v.files, name)
}

// ReadDir lists what is copied of a folder.
func (v view) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := v.check("readdir", name); err != nil {
		return nil, err
	}
	list, err := fs.ReadDir(v.files, name)
	return slices.DeleteFunc(list, func(d fs.DirEntry) bool {
		if name == "." {
			return !v.holds(d.Name())
		}
		return !v.holds(name + "/" + d.Name())
	}), err
}
