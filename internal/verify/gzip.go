package verify

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"

	"github.com/containerd/containerd/v2/core/content"
)

// GzipSize returns the bytes that a registry would store for the image's layers with gzip in place of zstd. It compresses
// all of them, which takes about as long as the build's own export.
func (i *Image) GzipSize(ctx context.Context) (int64, error) {
	var size counter
	for _, l := range i.Layers {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		blob, err := i.store.content.ReaderAt(ctx, l)
		if err != nil {
			return 0, fmt.Errorf("layer %s: %w", l.Digest, err)
		}
		err = recompress(&size, content.NewReader(blob), l.MediaType)
		_ = blob.Close() // it was only read
		if err != nil {
			return 0, fmt.Errorf("layer %s: %w", l.Digest, err)
		}
	}
	return int64(size), nil
}

func recompress(w io.Writer, r io.Reader, mediaType string) error {
	plain, err := decompress(r, mediaType)
	if err != nil {
		return err
	}
	defer plain.Close()
	packed := gzip.NewWriter(w)
	if _, err := io.Copy(packed, plain); err != nil {
		return err
	}
	return packed.Close()
}

// A counter counts what is written to it, in bytes.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
