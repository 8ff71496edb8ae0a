package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// MaxSize is the largest manifest or lock file, in bytes, that is read.
const MaxSize = 4 << 20

var byteOrderMark = []byte("\xef\xbb\xbf")

// Read returns the content of a manifest, without a byte order mark. The error, which wraps
// fs.ErrNotExist for a file that is not there, begins with the path.
func Read(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: not a regular file", name)
	case info.Size() > MaxSize:
		return nil, tooLarge(name)
	}
	var data bytes.Buffer
	data.Grow(int(info.Size()) + bytes.MinRead)
	_, err = data.ReadFrom(io.LimitReader(f, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	case data.Len() > MaxSize:
		return nil, tooLarge(name)
	}
	return bytes.TrimPrefix(data.Bytes(), byteOrderMark), nil
}

func tooLarge(name string) error {
	return fmt.Errorf("%s: larger than %d MB, not read", name, MaxSize>>20)
}

// cause returns what went wrong without the operation and the path around it.
func cause(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}

// IsFile reports whether a regular file is there.
func IsFile(fsys fs.FS, name string) bool {
	info, err := stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// IsDir reports whether a folder is there.
func IsDir(fsys fs.FS, name string) bool {
	info, err := stat(fsys, name)
	return err == nil && info.IsDir()
}

func stat(fsys fs.FS, name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, fs.ErrInvalid
	}
	return fs.Stat(fsys, name)
}

// Resolve returns the context-relative path of what a manifest in the folder dir calls name. The
// error says that it lies outside the context.
func Resolve(dir, name string) (string, error) {
	if path.IsAbs(name) {
		return "", fmt.Errorf("%s is an absolute path, outside the context", name)
	}
	resolved := path.Join(dir, name)
	if !fs.ValidPath(resolved) {
		return "", fmt.Errorf("%s is outside the context", name)
	}
	return resolved, nil
}

// Line returns the line, counted from 1, of the byte at offset.
func Line(data []byte, offset int) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), len(data))], []byte("\n"))
}

// LineOf returns the line, counted from 1, of the first of data that has text, 0 if none has.
func LineOf(data []byte, text string) int {
	if i := bytes.Index(data, []byte(text)); i >= 0 {
		return Line(data, i)
	}
	return 0
}
