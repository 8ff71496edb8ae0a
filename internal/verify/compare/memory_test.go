package compare_test

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
	"dopt/internal/verify/compare"
	"dopt/internal/verify/inspect"
	"dopt/transform"
)

const (
	// largeImage is the unpacked size of each of the images, in bytes, largeFile that of most of their files.
	largeImage = 4 << 30
	largeFile  = 64 << 10
	// memoryLimit is what the whole process may take, in kB.
	memoryLimit = 200 << 10
)

// Comparing two images of 4 GB, with 65,000 files each, takes less than 200 MB.
func TestMemory(t *testing.T) {
	if os.Getenv("DOPT_LARGE") == "" {
		t.Skip("writes images of 4 GB: set DOPT_LARGE")
	}
	debug.SetGCPercent(800) // as the command does
	debug.SetMemoryLimit(128 << 20)
	store, err := verify.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	g := &generator{t: t, dir: filepath.Join(store.Dir(), "blobs", "sha256")}
	if err := os.MkdirAll(g.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	doc, err := transform.Parse("Dockerfile", []byte("FROM a\nRUN b\n"))
	if err != nil {
		t.Fatal(err)
	}
	base := g.layer(0, largeImage/2)
	var images []*verify.Built
	for seed := range uint64(2) {
		image, err := store.Image(t.Context(), g.image(base, g.layer(seed+1, largeImage/2)))
		if err != nil {
			t.Fatal(err)
		}
		images = append(images, &verify.Built{Image: image})
	}
	var anatomies []verify.Anatomy
	var inspected []*inspect.Image
	for _, i := range images {
		a, err := i.Anatomy(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		in, err := i.Inspection(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		anatomies, inspected = append(anatomies, a), append(inspected, in)
		if got := compare.Image(i, a, doc, "").Unpacked; got < largeImage*99/100 {
			t.Errorf("the image has %d bytes", got)
		}
	}
	files := compare.Files(anatomies[0].Files, anatomies[1].Files, images[0].Owner(anatomies[0].Files), images[1].Owner(anatomies[1].Files))
	inspect.Compare(inspected[0], inspected[1], inspect.Needs{})
	if files.Changed.Files == 0 {
		t.Error("nothing differs")
	}
	peak := peakMemory(t)
	t.Logf("peak memory %d MB for two images of %d files", peak>>10, len(anatomies[0].Files))
	if peak > memoryLimit {
		t.Errorf("%d kB, want at most %d", peak, memoryLimit)
	}
}

// peakMemory returns the largest size that the process has had, in kB.
func peakMemory(t *testing.T) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(text)) {
		var n int
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &n); err == nil {
			return n
		}
	}
	t.Fatal("no VmHWM")
	return 0
}

// A generator writes images into the folder of blobs.
type generator struct {
	t   *testing.T
	dir string
}

// layer writes a layer of the given unpacked size.
func (g *generator) layer(seed uint64, size int64) ocispecs.Descriptor {
	path := filepath.Join(g.dir, fmt.Sprint("layer-", seed))
	f, err := os.Create(path)
	if err != nil {
		g.t.Fatal(err)
	}
	sum := digest.Canonical.Digester()
	packed, err := zstd.NewWriter(io.MultiWriter(f, sum.Hash()), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		g.t.Fatal(err)
	}
	archive := tar.NewWriter(packed)
	random := rand.New(rand.NewPCG(seed, 1))
	content := make([]byte, largeFile)
	for i := 0; size > 0; i++ {
		for j := range 64 { // most of it compresses well
			content[j] = byte(random.Uint32())
		}
		name := fmt.Sprintf("usr/lib/python3/dist-packages/package-%d/module_%d/file_%d.py", min(seed, 1), i/100, i)
		err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: largeFile, Typeflag: tar.TypeReg})
		if _, werr := archive.Write(content); err != nil || werr != nil {
			g.t.Fatal(errors.Join(err, werr))
		}
		size -= largeFile
	}
	if err := errors.Join(archive.Close(), packed.Close(), f.Close(), os.Rename(path, filepath.Join(g.dir, sum.Digest().Encoded()))); err != nil {
		g.t.Fatal(err)
	}
	return ocispecs.Descriptor{Digest: sum.Digest(), MediaType: ocispecs.MediaTypeImageLayerZstd}
}

// image writes the manifest of an image.
func (g *generator) image(layers ...ocispecs.Descriptor) digest.Digest {
	write := func(v any) digest.Digest {
		text, err := json.Marshal(v)
		if err != nil {
			g.t.Fatal(err)
		}
		d := digest.FromBytes(text)
		if err := os.WriteFile(filepath.Join(g.dir, d.Encoded()), text, 0o644); err != nil {
			g.t.Fatal(err)
		}
		return d
	}
	config := write(ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}})
	return write(ocispecs.Manifest{Config: ocispecs.Descriptor{Digest: config}, Layers: layers})
}
