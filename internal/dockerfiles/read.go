// Package dockerfiles finds Dockerfiles, reads them without trusting them, and
// replaces them in one step.
package dockerfiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"dopt/transform"
)

// A Source is a file as it was when it was read.
type Source struct {
	// Path is what messages call the file.
	Path string
	Data []byte
	// target is the file itself, behind any symbolic links; "" for standard input.
	target string
	mode   fs.FileMode
	// absent is true for a file that is not there.
	absent bool
}

// Read reads a file. It refuses, with a *transform.ParseError, what is no regular file and what
// is larger than a Dockerfile may be; it never waits for a pipe.
func Read(path string) (*Source, error) {
	target, err := realPath(path)
	if err != nil {
		return nil, failure(path, err)
	}
	data, info, err := readRegular(target)
	if err != nil {
		return nil, failure(path, err)
	}
	return &Source{Path: path, Data: data, target: target, mode: info.Mode()}, nil
}

// ReadBeside reads a file of a build context that is to be rewritten together with a Dockerfile. One that is
// not there is no error: it can be replaced, too, and gets mode 0644. A symbolic link is refused, since
// it could lead out of the context.
func ReadBeside(path string) (*Source, error) {
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return &Source{Path: path, target: path, mode: 0o644, absent: true}, nil
	case err != nil:
		return nil, failure(path, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, failure(path, errors.New("is a symbolic link, and is not written through"))
	}
	return Read(path)
}

// ReadFrom reads standard input, which messages call name.
func ReadFrom(r io.Reader, name string) (*Source, error) {
	data, err := io.ReadAll(io.LimitReader(r, transform.MaxSize+1))
	if err == nil && len(data) > transform.MaxSize {
		err = tooLarge("more than ", transform.MaxSize)
	}
	if err != nil {
		return nil, failure(name, err)
	}
	return &Source{Path: name, Data: data}, nil
}

// readRegular reads a regular file of at most transform.MaxSize bytes. Opening does not block, so that a
// pipe or a device is seen for what it is.
func readRegular(path string) ([]byte, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, nil, err
	case !info.Mode().IsRegular():
		return nil, nil, notRegular(info.Mode())
	case info.Size() > transform.MaxSize:
		return nil, nil, tooLarge("", info.Size())
	}
	data, err := io.ReadAll(io.LimitReader(f, transform.MaxSize+1))
	if err == nil && len(data) > transform.MaxSize {
		err = tooLarge("more than ", transform.MaxSize)
	}
	return data, info, err
}

func tooLarge(prefix string, size int64) error {
	return fmt.Errorf("file is too large: %s%d bytes, the limit is %d", prefix, size, transform.MaxSize)
}

// failure puts an error of the file system into the form of all errors about files; it is the file
// as a whole that cannot be used, so the place is its beginning.
func failure(path string, err error) error {
	return &transform.ParseError{Name: path, Line: 1, Column: 1, Message: cause(err).Error()}
}

// cause returns an error without the operation and the path that the file system adds.
func cause(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
