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
	tree := Tree{}
	for _, l := range i.Layers {
		changes, err := i.store.layer(ctx, l)
		if err != nil {
			return nil, fmt.Errorf("layer %s: %w", l.Digest, err)
		}
		tree.apply(changes)
	}
	return tree, nil
}

func (t Tree) apply(changes []change) {
	// Whiteouts are about lower layers only, wherever they stand in this one.
	for _, c := range changes {
		if c.removed {
			delete(t, c.path)
		}
		if c.removed || c.opaque {
			t.removeBelow(c.path)
		}
	}
	for _, c := range changes {
		if c.removed || c.opaque {
			continue
		}
		if c.hardlink != "" {
			c.file = t[c.hardlink]
		}
		if old, ok := t[c.path]; ok && old.Type == tar.TypeDir && c.file.Type != tar.TypeDir {
			t.removeBelow(c.path)
		}
		t[c.path] = c.file
	}
}

func (t Tree) removeBelow(dir string) {
	for p := range t {
		if strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/") {
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

// A layerReader reads the entries of one layer, in order.
type layerReader struct {
	*tar.Reader
	scanner inspect.Scanner
	facts   map[digest.Digest]*inspect.Facts
}

// readLayer returns what a layer changes, and what the content of its files told.
func readLayer(t *tar.Reader) (changes []change, facts map[digest.Digest]*inspect.Facts, err error) {
	r := &layerReader{Reader: t, facts: map[digest.Digest]*inspect.Facts{}}
	defer func() { err = errors.Join(err, r.scanner.Close()) }()
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return changes, r.facts, nil
		}
		if err != nil {
			return nil, nil, err
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
				return nil, nil, fmt.Errorf("%s: %w", c.path, err)
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
