package testbed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"dopt/internal/verify"
)

// A baker makes stand-ins for base images and remembers those that are there.
type baker struct {
	bed *Bed
	// dir holds the images and images.tsv.
	dir    string
	images verify.Images
}

func newBaker(b *Bed) (*baker, error) {
	dir := os.Getenv("DOPT_BASES")
	if dir == "" {
		dir = filepath.Join(b.dir, "bases")
	}
	images, err := readIndex(dir)
	return &baker{bed: b, dir: dir, images: images}, err
}

// image returns the stand-in for a reference.
func (b *baker) image(ctx context.Context, ref string) (verify.Stored, error) {
	name, err := familiar(ref)
	if err != nil {
		return verify.Stored{}, err
	}
	if stored, ok := b.images[name]; ok {
		return stored, nil
	}
	return verify.Stored{}, fmt.Errorf("base image %s: nothing stands in for it", ref)
}
