package verify

import (
	"archive/tar"
	"context"
	"fmt"
)

// An Anatomy is what an image is made of.
type Anatomy struct {
	// Files are those that are seen at the end.
	Files Tree
	// Layers are in the order of the image's.
	Layers []LayerContent
	// Wasted are the files that are stored more often than they are seen, by path.
	Wasted map[string]Wasted
}

// A LayerContent is what one layer holds.
type LayerContent struct {
	// Bytes is the size of its files, unpacked; further names of a file count nothing.
	Bytes int64
	// Files is how many files it adds, replaces or removes, folders left out.
	Files int
}

// Wasted is what is stored of a path in vain.
type Wasted struct {
	// Bytes is the size of all copies that are not seen, Copies how many layers have one.
	Bytes  int64
	Copies int
}

// Anatomy reads the layers of the image, one after the other. It keeps the list of files, and nothing of their content.
func (i *Image) Anatomy(ctx context.Context) (Anatomy, error) {
	a := Anatomy{Files: Tree{}, Wasted: map[string]Wasted{}}
	// stored are the sizes of the files that are seen as far as they take space: not those of folders, links and further names.
	stored := map[string]int64{}
	for _, l := range i.Layers {
		changes, err := i.store.layer(ctx, l)
		if err != nil {
			return Anatomy{}, fmt.Errorf("layer %s: %w", l.Digest, err)
		}
		a.Files.apply(changes, func(path string) {
			if n := stored[path]; n > 0 {
				w := a.Wasted[path]
				a.Wasted[path] = Wasted{w.Bytes + n, w.Copies + 1}
			}
			delete(stored, path)
		})
		var content LayerContent
		for _, c := range changes {
			if c.file.Type != tar.TypeDir && !c.opaque {
				content.Files++
			}
			content.Bytes += c.file.Size
			if c.file.Size > 0 {
				stored[c.path] = c.file.Size
			}
		}
		a.Layers = append(a.Layers, content)
	}
	return a, nil
}
