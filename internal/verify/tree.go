package verify

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"strings"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/klauspost/compress/zstd"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify/inspect"
)

// A File is one entry of an image's file tree. Times are left out: no two builds have the same.
type File struct {
	// Type is one of tar's type flags; hard links are resolved to the file they name.
	Type     byte
	Mode     int64
	UID, GID int
	Size     int64
	// Digest is that of a regular file's content.
	Digest digest.Digest
	// Link is the target of a symbolic link; devices have their numbers here.
	Link string
	// Xattrs are the extended attributes, sorted, as name=value lines; file capabilities are among them.
	Xattrs string
}

// A Tree is an image's files by absolute path; folders are included, "/" is not.
type Tree map[string]File

// A change is what a layer does to a path.
type change struct {
	path string
	file File
	// hardlink is the path of the layer that this one is another name of, "" for none.
	hardlink string
	// removed and opaque are whiteouts: of the path itself, of what lies below it in lower layers.
	removed, opaque bool
}

// Files returns the files of the image.
func (i *Image) Files(ctx context.Context) (Tree, error) {
	a, err := i.Anatomy(ctx)
	return a.Files, err
}

// apply makes the changes of a layer. It calls lost, which may be nil, for each file that is replaced or removed.
func (t Tree) apply(changes []change, lost func(path string)) {
	t.whiteOut(changes, lost)
	for _, c := range changes {
		if c.removed || c.opaque {
			continue
		}
		if c.hardlink != "" {
			c.file = t[c.hardlink]
		}
		old, ok := t[c.path]
		if ok && old.Type == tar.TypeDir && c.file.Type != tar.TypeDir {
			t.remove(func(p string) bool { return strings.HasPrefix(p, c.path+"/") }, lost)
		}
		if ok && lost != nil {
			lost(c.path)
		}
		t[c.path] = c.file
	}
}

// whiteOut removes what a layer takes away from lower ones, wherever that stands in it. It goes through the
// tree once, since a layer can have as many whiteouts as the ones below have files.
func (t Tree) whiteOut(changes []change, lost func(string)) {
	gone, emptied := map[string]bool{}, map[string]bool{}
	for _, c := range changes {
		if c.removed {
			gone[c.path] = true
		}
		if c.removed || c.opaque {
			emptied[c.path] = true
		}
	}
	if len(emptied) == 0 {
		return
	}
	t.remove(func(p string) bool {
		if gone[p] {
			return true
		}
		for dir := path.Dir(p); ; dir = path.Dir(dir) {
			if emptied[dir] {
				return true
			}
			if dir == "/" {
				return false
			}
		}
	}, lost)
}

func (t Tree) remove(match func(string) bool, lost func(string)) {
	for p := range t {
		if match(p) {
			if lost != nil {
				lost(p)
			}
			delete(t, p)
		}
	}
}

// layer returns what a layer changes, read once.
func (s *Store) layer(ctx context.Context, l ocispecs.Descriptor) ([]change, error) {
	s.mu.Lock()
	changes, ok := s.layers[l.Digest]
	s.mu.Unlock()
	if ok {
		return changes, nil
	}
	blob, err := s.content.ReaderAt(ctx, l)
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	r, err := decompress(content.NewReader(blob), l.MediaType)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	changes, facts, err := readLayer(tar.NewReader(r))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.layers[l.Digest] = changes
	maps.Copy(s.facts, facts)
	s.mu.Unlock()
	return changes, nil
}

func decompress(r io.Reader, mediaType string) (io.ReadCloser, error) {
	switch {
	case strings.HasSuffix(mediaType, "zstd"):
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case strings.HasSuffix(mediaType, "gzip"):
		return gzip.NewReader(r)
	}
	return io.NopCloser(r), nil
}

// The names of whiteouts: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
const (
	whiteoutPrefix = ".wh."
	whiteoutOpaque = ".wh..wh..opq"
)

// maxEntries bounds the entries of one layer, which are kept in memory; the largest real ones have a tenth of it.
const maxEntries = 4 << 20

// A layerReader reads the entries of one layer, in order, up to a limit.
type layerReader struct {
	*tar.Reader
	limit   int
	scanner inspect.Scanner
	facts   map[digest.Digest]*inspect.Facts
}

// readLayer returns what a layer changes, and what the content of its files told.
func readLayer(t *tar.Reader) (changes []change, facts map[digest.Digest]*inspect.Facts, err error) {
	r := &layerReader{Reader: t, limit: maxEntries, facts: map[digest.Digest]*inspect.Facts{}}
	changes, err = r.changes()
	return changes, r.facts, errors.Join(err, r.scanner.Close())
}

func (r *layerReader) changes() (changes []change, err error) {
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return changes, nil
		}
		if err != nil {
			return nil, err
		}
		if len(changes) == r.limit {
			return nil, fmt.Errorf("it has more than %d entries", r.limit)
		}
		c := change{path: path.Join("/", h.Name)}
		dir, base := path.Split(c.path)
		switch {
		case c.path == "/":
			continue
		case base == whiteoutOpaque:
			c.path, c.opaque = path.Clean(dir), true
		case strings.HasPrefix(base, whiteoutPrefix):
			c.path, c.removed = dir+strings.TrimPrefix(base, whiteoutPrefix), true
		case h.Typeflag == tar.TypeLink:
			c.hardlink = path.Join("/", h.Linkname)
		default:
			if c.file, err = r.file(c.path, h); err != nil {
				return nil, fmt.Errorf("%s: %w", c.path, err)
			}
		}
		changes = append(changes, c)
	}
}

func (r *layerReader) file(name string, h *tar.Header) (File, error) {
	f := File{Type: h.Typeflag, Mode: h.Mode & 0o7777, UID: h.Uid, GID: h.Gid, Link: h.Linkname, Xattrs: xattrs(h)}
	switch h.Typeflag {
	case tar.TypeReg:
		d := digest.Canonical.Digester()
		content := io.TeeReader(r, d.Hash())
		facts, err := r.scanner.Scan(name, content)
		if err != nil {
			return File{}, err
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return File{}, err
		}
		f.Size, f.Digest = h.Size, d.Digest()
		if facts != nil {
			r.facts[f.Digest] = facts
		}
	case tar.TypeChar, tar.TypeBlock:
		f.Link = fmt.Sprintf("%d:%d", h.Devmajor, h.Devminor)
	}
	return f, nil
}
