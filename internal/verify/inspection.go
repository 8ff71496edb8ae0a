package verify

import (
	"archive/tar"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"

	"dopt/internal/verify/inspect"
)

// Inspection returns the image as the checks without running take it.
func (i *Image) Inspection(ctx context.Context) (*inspect.Image, error) {
	files, err := i.Files(ctx)
	if err != nil {
		return nil, err
	}
	image := &inspect.Image{Config: i.Config.Config, Architecture: i.Config.Architecture, Shell: i.Shell}
	if i.Healthcheck != "" {
		var health struct{ Test []string }
		if err := json.Unmarshal([]byte(i.Healthcheck), &health); err != nil {
			return nil, fmt.Errorf("health check of the image: %w", err)
		}
		image.Healthcheck = health.Test
	}
	i.store.mu.Lock()
	defer i.store.mu.Unlock()
	image.Tree = inspect.NewTree(func(yield func(string, inspect.File) bool) {
		for name, f := range files {
			entry := inspect.File{Mode: f.mode(), UID: f.UID, GID: f.GID, Link: f.Link, Facts: i.store.facts[f.Digest]}
			if !yield(name, entry) {
				return
			}
		}
	})
	return image, nil
}

// mode returns a file's type and permissions.
func (f File) mode() fs.FileMode {
	h := tar.Header{Typeflag: f.Type, Mode: f.Mode}
	return h.FileInfo().Mode()
}
