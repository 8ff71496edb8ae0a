package transform

import (
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"path"
	"slices"
	"time"
)

// Overlay returns a build context in which some files are changed or new. A base that is a
// Project stays one.
func Overlay(base fs.FS, changes []FileChange) fs.FS {
	if len(changes) == 0 {
		return base
	}
	o := &overlay{base: base, data: map[string][]byte{}}
	for _, c := range changes {
		o.data[c.Path] = c.Data
	}
	if p, ok := base.(Project); ok {
		return p.With(o)
	}
	return o
}

// An overlay is a file system with some files changed or new.
type overlay struct {
	base fs.FS
	data map[string][]byte
}

var (
	_ fs.StatFS     = (*overlay)(nil)
	_ fs.ReadFileFS = (*overlay)(nil)
	_ fs.ReadDirFS  = (*overlay)(nil)
)

// Open opens a file or a folder.
func (o *overlay) Open(name string) (fs.File, error) {
	if data, ok := o.data[name]; ok {
		return &changedFile{changedInfo{path.Base(name), int64(len(data))}, bytes.NewReader(data)}, nil
	}
	f, err := o.base.Open(name)
	if err != nil || !o.changesIn(name) {
		return f, err
	}
	entries, err := o.ReadDir(name)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &changedFolder{File: f, entries: entries}, nil
}

// Stat describes a file.
func (o *overlay) Stat(name string) (fs.FileInfo, error) {
	if data, ok := o.data[name]; ok {
		return changedInfo{path.Base(name), int64(len(data))}, nil
	}
	return fs.Stat(o.base, name)
}

// ReadFile reads a whole file.
func (o *overlay) ReadFile(name string) ([]byte, error) {
	if data, ok := o.data[name]; ok {
		return bytes.Clone(data), nil
	}
	return fs.ReadFile(o.base, name)
}

// ReadDir lists a folder.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.base, name)
	if err != nil || !o.changesIn(name) {
		return entries, err
	}
	entries = slices.DeleteFunc(slices.Clone(entries), func(e fs.DirEntry) bool {
		_, changed := o.data[path.Join(name, e.Name())]
		return changed
	})
	for p, data := range o.data {
		if path.Dir(p) == name {
			entries = append(entries, fs.FileInfoToDirEntry(changedInfo{path.Base(p), int64(len(data))}))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// changesIn reports whether a changed file lies directly in a folder.
func (o *overlay) changesIn(folder string) bool {
	for p := range o.data {
		if path.Dir(p) == folder {
			return true
		}
	}
	return false
}

// A changedFile is an open file of an overlay.
type changedFile struct {
	info changedInfo
	*bytes.Reader
}

func (f *changedFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *changedFile) Close() error               { return nil }

// A changedFolder is an open folder of which the overlay knows the entries.
type changedFolder struct {
	fs.File
	entries []fs.DirEntry
}

// ReadDir implements fs.ReadDirFile.
func (f *changedFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.entries)
	} else if len(f.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.entries))
	list := f.entries[:n]
	f.entries = f.entries[n:]
	return list, nil
}

// changedInfo describes a file of an overlay.
type changedInfo struct {
	name string
	size int64
}

func (i changedInfo) Name() string       { return i.name }
func (i changedInfo) Size() int64        { return i.size }
func (i changedInfo) Mode() fs.FileMode  { return 0o644 }
func (i changedInfo) ModTime() time.Time { return time.Time{} }
func (i changedInfo) IsDir() bool        { return false }
func (i changedInfo) Sys() any           { return nil }
