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
func (s *Source) Replace(data []byte) error { return ReplaceAll([]Replacement{{s, data}}) }

// A Replacement is new content for a file.
type Replacement struct {
	*Source
	New []byte
}

// ReplaceAll gives files new content as Source.Replace does one, all or none: everything is written
// beside the files before the first is replaced, and should a later one fail after all, those before it
// get their old content back.
func ReplaceAll(list []Replacement) error {
	var written []*pending
	defer func() {
		for _, p := range written {
			p.discard()
		}
	}()
	for _, r := range list {
		if err := r.unchanged(); err != nil {
			return failure(r.Path, err)
		}
		p, err := prepare(r.target, r.New, r.mode)
		if err != nil {
			return failure(r.Path, fmt.Errorf("cannot be replaced: %w", cause(err)))
		}
		written = append(written, p)
	}
	for i, p := range written {
		if err := p.commit(); err != nil {
			for _, done := range list[:i] {
				done.restore()
			}
			return failure(list[i].Path, fmt.Errorf("cannot be replaced: %w", cause(err)))
		}
	}
	return nil
}

// restore gives a file the content that was read; it is for the case that all else has failed, so that
// its own failure is not news.
func (s *Source) restore() {
	if s.absent {
		os.Remove(s.target)
		return
	}
	replace(s.target, s.Data, s.mode)
}

// unchanged opens the file for writing, which is how to find out whether the user may, and
// compares what it holds with what was read.
func (s *Source) unchanged() error {
	if s.absent {
		if _, err := os.Lstat(s.target); !errors.Is(err, fs.ErrNotExist) {
			return errors.New("file has appeared during the rewrite; nothing was written")
		}
		return nil
	}
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
func replace(target string, data []byte, mode fs.FileMode) error {
	p, err := prepare(target, data, mode)
	if err != nil {
		return err
	}
	defer p.discard()
	return p.commit()
}

// A pending file holds the new content of a target beside it.
type pending struct {
	temp, target string
}

// prepare writes the new content of a file beside it, with the mode and the owner that the file has.
func prepare(target string, data []byte, mode fs.FileMode) (_ *pending, err error) {
	p := &pending{filepath.Join(filepath.Dir(target), fmt.Sprintf(".dopt-%08x", rand.Uint32())), target}
	f, err := os.OpenFile(p.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode.Perm())
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
			p.discard()
		}
	}()
	if _, err := f.Write(data); err != nil {
		return nil, err
	}
	if old, err := os.Stat(target); err == nil {
		keepOwner(f, old) // first, since a change of owner takes special mode bits away
		if err := f.Chmod(old.Mode()); err != nil {
			return nil, err
		}
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	return p, f.Close()
}

// commit puts the new content in place.
func (p *pending) commit() error {
	if err := os.Rename(p.temp, p.target); err != nil {
		return err
	}
	p.temp = ""
	syncFolder(filepath.Dir(p.target))
	return nil
}

// discard removes what was not put in place.
func (p *pending) discard() {
	if p.temp != "" {
		os.Remove(p.temp)
	}
}

// syncFolder makes a rename last through a power failure, on systems that can.
func syncFolder(path string) {
	if dir, err := os.Open(path); err == nil {
		dir.Sync()
		dir.Close()
	}
}
