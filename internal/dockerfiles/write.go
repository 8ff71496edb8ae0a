package dockerfiles

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Replace gives the file new content, in one step: whoever reads it sees the old
// content or the new one, never a part. Mode and, where permitted, owner stay; a symbolic link stays
// a link, and what it leads to is replaced. If the file is not what was read, or if it may not be
// written to, it is left alone, and the error is a *transform.ParseError.
func (s *Source) Replace(data []byte) error {
	if err := s.unchanged(); err != nil {
		return failure(s.Path, err)
	}
	if err := replace(s.target, data, s.mode); err != nil {
		return failure(s.Path, fmt.Errorf("cannot be replaced: %w", cause(err)))
	}
	return nil
}

// unchanged opens the file for writing, which is how to find out whether the user may, and
// compares what it holds with what was read.
func (s *Source) unchanged() error {
	f, err := os.OpenFile(s.target, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	f.Close()
	now, info, err := readRegular(s.target)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, s.Data) || info.Mode() != s.mode {
		return errors.New("file has changed while it was being rewritten; nothing was written")
	}
	return nil
}

// Write puts data into the file that the user names for output, as Replace does; a device or a pipe
// is written to directly. A new file gets the mode that the user's umask says.
func Write(path string, data []byte) error {
	target, mode := path, fs.FileMode(0o666)
	if real, err := realPath(path); err == nil {
		info, err := os.Stat(real)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return os.WriteFile(real, data, mode)
		}
		target, mode = real, info.Mode()
	}
	return replace(target, data, mode)
}

// replace writes a new file beside the old one and renames it. On failure it leaves nothing behind.
func replace(target string, data []byte, mode fs.FileMode) (err error) {
	temp := filepath.Join(filepath.Dir(target), fmt.Sprintf(".dopt-%08x", rand.Uint32()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode.Perm())
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(temp)
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if old, err := os.Stat(target); err == nil {
		keepOwner(f, old) // first, since a change of owner takes special mode bits away
		if err := f.Chmod(old.Mode()); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(temp, target); err != nil {
		return err
	}
	syncFolder(filepath.Dir(target))
	return nil
}

// syncFolder makes a rename last through a power failure, on systems that can.
func syncFolder(path string) {
	if dir, err := os.Open(path); err == nil {
		dir.Sync()
		dir.Close()
	}
}
