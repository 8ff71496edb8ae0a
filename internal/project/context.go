// Package project reads the project around a Dockerfile.
package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
)

const (
	// maxFile is the largest file, in bytes, that is read from a build context: manifests
	// and lock files are smaller, and nothing else need be read whole.
	maxFile = 4 << 20
	// maxRead is how many bytes of files are read from a context in all.
	maxRead = 256 << 20
)

// A Context is a build context as a read-only file system. No path leads out of
// it, symbolic links included; only regular files and folders can be opened, and files above 4 MB
// cannot be read, nor more than 256 MB in all. The folder is opened when something is first asked for;
// Close closes it.
type Context struct {
	folder *Folder
	// read counts the bytes read.
	read atomic.Int64
}

var (
	_ fs.StatFS     = (*Context)(nil)
	_ fs.ReadFileFS = (*Context)(nil)
	_ fs.ReadDirFS  = (*Context)(nil)
	_ fs.ReadLinkFS = (*Context)(nil)
)

// NewContext returns the build context in a folder that nobody shares.
func NewContext(folder string) *Context { return NewFolder(folder).Context() }

// Close ends the use of the context, and of the folder.
func (c *Context) Close() error { return c.folder.Close() }

// Open opens a file or a folder. It does not wait for a pipe.
func (c *Context) Open(name string) (fs.File, error) {
	if _, err := c.opened("open", name); err != nil {
		return nil, err
	}
	file, err := c.folder.file(name), error(nil)
	if file == nil {
		file, err = c.folder.small(name)
	}
	if file == nil && err == nil {
		return c.open(name)
	}
	if err != nil {
		return nil, err
	}
	return &boundedFile{File: file, name: name, left: maxFile, read: &c.read}, nil
}

// open opens what is not kept in memory.
func (c *Context) open(name string) (fs.File, error) {
	f, err := c.folder.open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		return &openFolder{File: f, folder: c.folder, name: name}, nil
	case info.Mode().IsRegular():
		return &boundedFile{File: f, name: name, left: maxFile, read: &c.read}, nil
	default:
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file")}
	}
	f.Close()
	return nil, err
}

// Stat describes a file without opening it.
func (c *Context) Stat(name string) (fs.FileInfo, error) {
	root, err := c.opened("stat", name)
	if err != nil {
		return nil, err
	}
	return root.Stat(filepath.FromSlash(name))
}

// Lstat describes a file without opening it, or the link that the path is.
func (c *Context) Lstat(name string) (fs.FileInfo, error) {
	root, err := c.opened("lstat", name)
	if err != nil {
		return nil, err
	}
	return root.Lstat(filepath.FromSlash(name))
}

// ReadLink returns where a link leads, with the separators that it has.
func (c *Context) ReadLink(name string) (string, error) {
	root, err := c.opened("readlink", name)
	if err != nil {
		return "", err
	}
	return root.Readlink(filepath.FromSlash(name))
}

// ReadDir lists a folder.
func (c *Context) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries, ok := c.folder.listing(name); ok {
		return slices.Clone(entries), nil
	}
	f, err := c.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	folder, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a folder")}
	}
	entries, err := folder.ReadDir(-1)
	slices.SortFunc(entries, byName)
	return entries, err
}

// ReadFile reads a whole file.
func (c *Context) ReadFile(name string) ([]byte, error) {
	f, err := c.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// opened returns the opened folder if name is a path that fs.FS allows.
func (c *Context) opened(op, name string) (*os.Root, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return c.folder.opened()
}

// A boundedFile fails once more than maxFile bytes of it, or more than maxRead of its context, have
// been read: a part of a manifest must not pass for the whole.
type boundedFile struct {
	fs.File
	name string
	left int
	read *atomic.Int64
}

func (f *boundedFile) Read(b []byte) (int, error) {
	n, err := f.File.Read(b)
	if f.left -= n; f.left < 0 {
		return 0, f.tooMuch(fmt.Errorf("larger than %d bytes", maxFile))
	}
	if f.read.Add(int64(n)) > maxRead {
		return 0, f.tooMuch(fmt.Errorf("more than %d bytes have been read from the context", maxRead))
	}
	return n, err
}

// Text returns the content of a file that is kept in memory; ok is false for any other.
func (f *boundedFile) Text() (text string, ok bool) {
	kept, ok := f.File.(*openKept)
	if !ok || f.read.Add(int64(len(kept.text))) > maxRead {
		return "", false
	}
	return kept.text, true
}

func (f *boundedFile) tooMuch(err error) error {
	return &fs.PathError{Op: "read", Path: f.name, Err: err}
}
