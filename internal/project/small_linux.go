package project

import (
	"io/fs"
	"os"
	"path"
	"sync"
	"syscall"
	"time"
)

// readSmall reads a regular file of no more than limit bytes. It returns nil for anything else, and fs.ErrNotExist where there is nothing. A file of
// os.Root takes twice as long: it is made known to the poller of the network, which wants no regular files.
func (f *Folder) readSmall(name string, limit int64) (file *keptFile, err error) {
	folder := f.inside(path.Dir(name))
	if folder == nil {
		return nil, nil
	}
	conn, err := folder.SyscallConn()
	if err != nil {
		return nil, nil // it has been closed
	}
	_ = conn.Control(func(fd uintptr) { file, err = readBelow(int(fd), path.Base(name), limit) })
	if err != nil {
		err = &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return file, err
}

// readBelow reads a file of an open folder. The name has no folder in it, and a link is not followed, so that it is that of a file in there.
func readBelow(folder int, base string, limit int64) (*keptFile, error) {
	fd, err := syscall.Openat(folder, base, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	switch {
	case err == syscall.ENOENT:
		return nil, err
	case err != nil: // a link, perhaps
		return nil, nil
	}
	defer syscall.Close(fd)
	info := smallInfo{name: base}
	if err := syscall.Fstat(fd, &info.Stat_t); err != nil || !info.Mode().IsRegular() || info.Size() > limit {
		return nil, nil
	}
	buffer := buffers.Get().(*[maxKeptFile]byte)
	defer buffers.Put(buffer)
	n := 0
	for n < int(info.Size()) {
		more, err := syscall.Read(fd, buffer[n:info.Size()])
		if err != nil {
			return nil, nil
		}
		if more == 0 { // it has become shorter
			break
		}
		n += more
	}
	return &keptFile{&info, string(buffer[:n])}, nil
}

// buffers are for reading one file each.
var buffers = sync.Pool{New: func() any { return new([maxKeptFile]byte) }}

// A smallInfo describes a regular file, or something that is none.
type smallInfo struct {
	syscall.Stat_t
	name string
}

func (i *smallInfo) Name() string       { return i.name }
func (i *smallInfo) Size() int64        { return i.Stat_t.Size }
func (i *smallInfo) ModTime() time.Time { return time.Unix(i.Mtim.Unix()) }
func (i *smallInfo) IsDir() bool        { return i.Mode().IsDir() }
func (i *smallInfo) Sys() any           { return &i.Stat_t }

func (i *smallInfo) Mode() fs.FileMode {
	mode := fs.FileMode(i.Stat_t.Mode).Perm()
	if i.Stat_t.Mode&syscall.S_IFMT != syscall.S_IFREG {
		mode |= fs.ModeIrregular
	}
	return mode
}
