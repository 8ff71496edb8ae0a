package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/containerd/log"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify/inspect"
)

// A Store is a folder that holds the blobs of many images, as an OCI layout does.
type Store struct {
	dir     string
	content content.Store

	mu sync.Mutex
	// layers holds what each layer changes; layers are shared, and never change.
	layers map[digest.Digest][]change
	// facts is what the content of their files told, by its digest.
	facts map[digest.Digest]*inspect.Facts
}

// OpenStore opens the store in dir, which is made if it is not there.
func OpenStore(dir string) (*Store, error) {
	quiet()
	c, err := local.NewStore(dir)
	if err != nil {
		return nil, fmt.Errorf("image store %s: %w", dir, err)
	}
	return &Store{dir: dir, content: c, layers: map[digest.Digest][]change{}, facts: map[digest.Digest]*inspect.Facts{}}, nil
}

// quiet keeps a library from logging what is news to a daemon's administrator only: a file system without fsverity, two builds that write the same layer.
var quiet = sync.OnceFunc(func() { _ = log.SetLevel("fatal") }) // a level that exists

// Remove removes the store's folder. What could not be removed stays until the workspace goes.
func (s *Store) Remove() { _ = os.RemoveAll(s.dir) }

// Dir returns the store's folder.
func (s *Store) Dir() string { return s.dir }

// An Image is an image of one platform in a store.
type Image struct {
	// Digest is that of its manifest.
	Digest digest.Digest
	// Config is the image config, with the history.
	Config ocispecs.Image
	// Healthcheck and OnBuild are Docker's additions to the config, as JSON; "" if there are none.
	Healthcheck, OnBuild string
	// Shell is the SHELL that the image carries for images built on it.
	Shell []string
	// Layers are those of the manifest, the base image's first.
	Layers []ocispecs.Descriptor

	store *Store
}

// Size returns the bytes that a registry stores for the image's layers: the compressed size.
func (i *Image) Size() int64 {
	var n int64
	for _, l := range i.Layers {
		n += l.Size
	}
	return n
}

// Image reads the image with the given manifest digest.
func (s *Store) Image(ctx context.Context, d digest.Digest) (*Image, error) {
	i := &Image{Digest: d, store: s}
	var manifest ocispecs.Manifest
	if err := s.read(ctx, d, &manifest); err != nil {
		return nil, err
	}
	i.Layers = manifest.Layers
	if err := s.read(ctx, manifest.Config.Digest, &i.Config); err != nil {
		return nil, err
	}
	var docker struct {
		Config struct {
			Healthcheck json.RawMessage
			OnBuild     json.RawMessage
			Shell       []string
		} `json:"config"`
	}
	if err := s.read(ctx, manifest.Config.Digest, &docker); err != nil {
		return nil, err
	}
	i.Healthcheck, i.OnBuild, i.Shell = string(docker.Config.Healthcheck), string(docker.Config.OnBuild), docker.Config.Shell
	return i, nil
}

// read decodes a JSON blob into v.
func (s *Store) read(ctx context.Context, d digest.Digest, v any) error {
	data, err := content.ReadBlob(ctx, s.content, ocispecs.Descriptor{Digest: d})
	if err != nil {
		return fmt.Errorf("image store %s: %w", s.dir, err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("image store %s: blob %s: %w", s.dir, d, err)
	}
	return nil
}

// readIndex reads the index of an OCI layout.
func readIndex(dir string) (ocispecs.Index, error) {
	var index ocispecs.Index
	text, err := os.ReadFile(filepath.Join(dir, ocispecs.ImageIndexFile))
	if err != nil {
		return index, err
	}
	if err := json.Unmarshal(text, &index); err != nil {
		return index, fmt.Errorf("%s: %w", dir, err)
	}
	return index, nil
}
