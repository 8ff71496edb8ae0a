package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

// Overlay returns base with files (slash-separated path to content) put over it: replaced where
// base has them, with base's mode and owner, else added with mode 0644. A nil base is an empty
// folder. Nothing is copied: base is read when it is walked.
func Overlay(base fsutil.FS, files map[string][]byte) fsutil.FS {
	o := &overlay{base: base, files: files, added: map[string]*types.Stat{}}
	for name := range files {
		o.added[name] = fileStat(name, files[name])
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			o.added[dir] = &types.Stat{Path: dir, Mode: uint32(fs.ModeDir | 0o755)}
		}
	}
	for name := range o.added {
		o.names = append(o.names, name)
	}
	slices.SortFunc(o.names, comparePaths)
	return o
}

type overlay struct {
	base  fsutil.FS
	files map[string][]byte
	// added holds the files and their parent folders; names are its keys in walking order.
	added map[string]*types.Stat
	names []string
}

// fileStat describes a file of the overlay. Its time is made from its content, since BuildKit
// takes two files of one size, mode and time for the same.
func fileStat(name string, content []byte) *types.Stat {
	sum := sha256.Sum256(content)
	seconds := 1_000_000_000 + int64(binary.BigEndian.Uint32(sum[:4])>>2)
	nanoseconds := int64(binary.BigEndian.Uint32(sum[4:8])) % 1_000_000_000
	return &types.Stat{Path: name, Mode: 0o644, Size: int64(len(content)), ModTime: seconds*1_000_000_000 + nanoseconds}
}

// comparePaths orders paths as a walk does: a folder right before what it holds.
func comparePaths(a, b string) int {
	return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
}

func (o *overlay) Open(name string) (io.ReadCloser, error) {
	if content, ok := o.files[path.Clean(strings.TrimPrefix(name, "/"))]; ok {
		return io.NopCloser(bytes.NewReader(content)), nil
	}
	if o.base == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return o.base.Open(name)
}

// Walk calls fn for what base holds and for what is added, in one order.
func (o *overlay) Walk(ctx context.Context, target string, fn fs.WalkDirFunc) error {
	w := &overlayWalk{overlay: o, fn: fn}
	target = path.Clean(strings.TrimPrefix(target, "/"))
	for _, name := range o.names {
		if target == "." || name == target || strings.HasPrefix(name, target+"/") {
			w.pending = append(w.pending, name)
		}
	}
	if o.base != nil {
		err := o.base.Walk(ctx, target, w.visit)
		// A target that only the overlay has is missing below.
		if err != nil && (len(w.pending) == 0 || !errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	return w.flush("")
}

type overlayWalk struct {
	*overlay
	fn fs.WalkDirFunc
	// pending are the additions that have not come up yet.
	pending []string
	// skipped is the folder that fn does not want to see, "" for none.
	skipped string
}

func (w *overlayWalk) visit(name string, entry fs.DirEntry, err error) error {
	if err != nil || entry == nil {
		if errors.Is(err, fs.ErrNotExist) && len(w.pending) > 0 && w.pending[0] == name {
			return nil
		}
		return w.fn(name, entry, err)
	}
	if err := w.flush(name); err != nil {
		return err
	}
	stat, replaced := w.added[name]
	if !replaced {
		return w.call(name, entry)
	}
	w.pending = w.pending[1:]
	info, err := entry.Info()
	if err != nil {
		return err
	}
	if old, ok := info.Sys().(*types.Stat); ok {
		if stat.IsDir() {
			return w.call(name, entry)
		}
		stat = stat.Clone()
		if info.Mode().IsRegular() {
			stat.Mode = old.Mode
		}
		stat.Uid, stat.Gid = old.Uid, old.Gid
	}
	return w.call(name, &fsutil.DirEntryInfo{Stat: stat})
}

// flush reports the additions that come before name in walking order; all of them for "".
func (w *overlayWalk) flush(name string) error {
	for len(w.pending) > 0 && (name == "" || comparePaths(w.pending[0], name) < 0) {
		next := w.pending[0]
		w.pending = w.pending[1:]
		if w.skipped != "" && strings.HasPrefix(next, w.skipped+"/") {
			continue
		}
		err := w.call(next, &fsutil.DirEntryInfo{Stat: w.added[next].Clone()})
		if err != nil && !errors.Is(err, fs.SkipDir) {
			return err
		}
	}
	return nil
}

func (w *overlayWalk) call(name string, entry fs.DirEntry) error {
	err := w.fn(name, entry, nil)
	if errors.Is(err, fs.SkipDir) {
		w.skipped = name
	}
	return err
}
