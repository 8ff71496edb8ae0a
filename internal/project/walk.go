package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"strings"

	"dopt/transform"
)

// The limits of a walk. A context beyond them would take minutes to send to a builder.
const (
	maxEntries = 2_000_000
	maxDepth   = 200
	// batch is how many entries of a folder are held at a time.
	batch = 1024
)

// A sum is what is at and below a path and not ignored.
type sum struct {
	usage transform.Usage
	kinds kindSet
	// entries counts the files and folders that were gone through.
	entries int
}

func (s *sum) add(o sum) {
	s.usage.Files += o.usage.Files
	s.usage.Bytes += min(o.usage.Bytes, math.MaxInt64-s.usage.Bytes) // sizes of sparse files may be anything
	s.kinds |= o.kinds
	s.entries += o.entries
}

// bounded is an error once too much was gone through. It depends on nothing but the folder: what was asked before does not count.
func (s *sum) bounded(name string) error {
	if s.entries > maxEntries {
		return fmt.Errorf("%s: the context has more than %d files and folders", name, maxEntries)
	}
	return nil
}

// A walk goes through folders of a context, each once, and follows no link.
type walk struct {
	fsys fs.FS
	// folders has the sums of those that were gone through.
	folders map[string]sum
}

// below adds up what is at and below a path.
func (w *walk) below(name string, f *ignoreFile) (sum, error) {
	if s, ok := w.folders[name]; ok {
		return s, nil
	}
	info, err := fs.Lstat(w.fsys, name) // a link counts, and what it leads to does not
	if err != nil {
		return sum{}, fmt.Errorf("%s: %w", name, cause(err))
	}
	m, skipped := f.matchFolder(name)
	switch {
	case skipped:
		return sum{}, nil
	case info.IsDir():
		return w.folder(name, f, m, folderKind(name))
	case m.ignored:
		return sum{}, nil
	}
	return fileSum(info, folderKind(path.Dir(name))), nil
}

// fileSum is the sum of one file; in is the kind of its folder.
func fileSum(info fs.FileInfo, in kindSet) sum {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return sum{usage: transform.Usage{Files: 1, Bytes: info.Size()}, kinds: fileKind(info.Name(), in)}
	case mode&fs.ModeSymlink != 0:
		return sum{usage: transform.Usage{Files: 1}, kinds: fileKind(info.Name(), in)}
	}
	return sum{} // a pipe, a socket or a device: BuildKit sends no content for it
}

// folder adds up a folder. m is what the ignore file says of it, in the kind of what it holds.
func (w *walk) folder(name string, f *ignoreFile, m match, in kindSet) (sum, error) {
	if s, ok := w.folders[name]; ok {
		return s, nil
	}
	if strings.Count(name, "/") >= maxDepth {
		return sum{}, fmt.Errorf("%s: folders are nested more than %d deep", name, maxDepth)
	}
	total, subfolders, err := w.read(name, f, m, in)
	if err != nil {
		return sum{}, err
	}
	for _, sub := range subfolders {
		below := path.Join(name, sub)
		sm := f.match(below, m)
		if sm.ignored && f.skips(below) {
			continue
		}
		s, err := w.folder(below, f, sm, subfolderKind(sub, in))
		if err != nil {
			return sum{}, err
		}
		total.add(s)
		if err := total.bounded(name); err != nil {
			return sum{}, err
		}
	}
	w.folders[name] = total
	return total, nil
}

// read adds up the files of one folder and returns the names of its subfolders. It holds a batch
// of entries at a time, so that memory does not grow with the number of files.
func (w *walk) read(name string, f *ignoreFile, m match, in kindSet) (total sum, subfolders []string, err error) {
	file, err := w.fsys.Open(name)
	if err != nil {
		return total, nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer file.Close()
	folder, ok := file.(fs.ReadDirFile)
	if !ok {
		return total, nil, fmt.Errorf("%s: not a folder", name)
	}
	for {
		entries, err := folder.ReadDir(batch)
		total.entries += len(entries)
		if err := total.bounded(name); err != nil {
			return total, nil, err
		}
		for _, e := range entries {
			if e.IsDir() {
				subfolders = append(subfolders, e.Name())
				continue
			}
			s, err := entrySum(e, name, f, m, in)
			if err != nil {
				return total, nil, err
			}
			total.add(s)
		}
		switch {
		case errors.Is(err, io.EOF):
			return total, subfolders, nil
		case err != nil:
			return total, nil, fmt.Errorf("%s: %w", name, cause(err))
		}
	}
}

// entrySum is the sum of one entry that is no folder.
func entrySum(e fs.DirEntry, folder string, f *ignoreFile, m match, in kindSet) (sum, error) {
	name := path.Join(folder, e.Name())
	if f.match(name, m).ignored {
		return sum{}, nil
	}
	info, err := e.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist): // gone since the folder was read
		return sum{}, nil
	case err != nil:
		return sum{}, fmt.Errorf("%s: %w", name, cause(err))
	}
	return fileSum(info, in), nil
}
