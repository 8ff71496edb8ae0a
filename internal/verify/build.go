package verify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/tonistiigi/fsutil"
)

// A Request says what to build.
type Request struct {
	// Dir is the build context; "" is an empty one.
	Dir string
	// Dockerfile is the text that is built; it need not be the file in Dir.
	Dockerfile []byte
	// Name is the Dockerfile's name in Dir, for messages and for NAME.dockerignore; "" is Dockerfile.
	Name string
	// Overlay is put over the context: path to content.
	Overlay map[string][]byte
	// Args are the build arguments.
	Args map[string]string
	// Target is the stage to build; "" is the last one.
	Target string
	// Images replace what FROM, COPY --from and mounts name.
	Images Images
	// BuiltinFrontend ignores `# syntax=` lines, for builders that reach no registry.
	BuiltinFrontend bool
	// NoCache runs every step anew.
	NoCache bool
	// Progress takes BuildKit's own plain progress; nil for none.
	Progress io.Writer
}

// Images are named contexts: what stands in for an image reference.
type Images map[string]Stored

// A Stored is an image in an OCI layout on this machine.
type Stored struct {
	// Layout is the folder, Digest that of the manifest or index in it.
	Layout string
	Digest digest.Digest
}

// Build builds r and puts the image into s.
func (b *Builder) Build(ctx context.Context, r Request, s *Store) (*Image, error) {
	image, _, err := b.Trace(ctx, r, s)
	return image, err
}

// Trace builds as Build does, and tells the steps of the build, too.
func (b *Builder) Trace(ctx context.Context, r Request, s *Store) (*Image, []Vertex, error) {
	opt, err := r.options()
	if err != nil {
		return nil, nil, err
	}
	opt.Exports = []client.ExportEntry{{
		Type:        client.ExporterOCI,
		Attrs:       map[string]string{"tar": "false", "compression": "zstd"},
		OutputStore: s.content,
	}}
	p := newProgress(r.Progress)
	res, err := b.client.Solve(ctx, nil, opt, p.status)
	p.wait()
	if err != nil && ctx.Err() != nil {
		return nil, nil, fmt.Errorf("the build was stopped: %w", context.Cause(ctx))
	}
	if err != nil {
		return nil, nil, p.explain(err)
	}
	d, err := imageDigest(ctx, s, res.ExporterResponse)
	if err != nil {
		return nil, nil, err
	}
	image, err := s.Image(ctx, d)
	return image, p.vertices, err
}

// options translates the request for BuildKit's client.
func (r Request) options() (client.SolveOpt, error) {
	name := r.Name
	if name == "" {
		name = "Dockerfile"
	}
	buildContext, key, err := r.context()
	if err != nil {
		return client.SolveOpt{}, err
	}
	dockerfile := map[string][]byte{name: r.Dockerfile}
	// The frontend looks for NAME.dockerignore beside the Dockerfile.
	ignore := name + ".dockerignore"
	if text, ok := r.Overlay[ignore]; ok {
		dockerfile[ignore] = text
	} else if text, err := os.ReadFile(filepath.Join(r.Dir, ignore)); err == nil && r.Dir != "" {
		dockerfile[ignore] = text
	}
	attrs := map[string]string{"filename": name}
	if r.Target != "" {
		attrs["target"] = r.Target
	}
	if r.NoCache {
		attrs["no-cache"] = ""
	}
	if r.BuiltinFrontend {
		attrs["cmdline"] = "builtin" // any value: a frontend that was called for a syntax line has one
	}
	for k, v := range r.Args {
		attrs["build-arg:"+k] = v
	}
	stores, contexts, err := r.Images.contexts()
	if err != nil {
		return client.SolveOpt{}, err
	}
	maps.Copy(attrs, contexts)
	return client.SolveOpt{
		Frontend:      "dockerfile.v0",
		FrontendAttrs: attrs,
		LocalMounts:   map[string]fsutil.FS{"context": buildContext, "dockerfile": Overlay(nil, dockerfile)},
		OCIStores:     stores,
		SharedKey:     key,
	}, nil
}

// context returns the build context and the key under which BuildKit keeps what it has of it.
func (r Request) context() (fsutil.FS, string, error) {
	if r.Dir == "" {
		// Nothing but the content of a generated context tells it from another one.
		h := sha256.New()
		_ = json.NewEncoder(h).Encode(r.Overlay) // a map of bytes always encodes, in sorted order
		return Overlay(nil, r.Overlay), hex.EncodeToString(h.Sum(nil)), nil
	}
	dir, err := filepath.Abs(r.Dir)
	if err != nil {
		return nil, "", err
	}
	base, err := fsutil.NewFS(dir)
	if err != nil {
		return nil, "", fmt.Errorf("build context: %w", err)
	}
	sum := sha256.Sum256([]byte(dir))
	return Overlay(base, r.Overlay), hex.EncodeToString(sum[:]), nil
}

// contexts returns the stores and the frontend's options that put the images in the place of what they stand for.
func (images Images) contexts() (map[string]content.Store, map[string]string, error) {
	stores, attrs := map[string]content.Store{}, map[string]string{}
	for name, image := range images {
		ref, err := reference.ParseNormalizedNamed(name)
		if err != nil {
			return nil, nil, fmt.Errorf("image %q: %w", name, err)
		}
		id := storeID(image.Layout)
		if stores[id] == nil {
			s, err := OpenStore(image.Layout)
			if err != nil {
				return nil, nil, err
			}
			stores[id] = s.content
		}
		// The frontend looks a context up by the short name, without the default tag.
		key := strings.TrimSuffix(reference.FamiliarString(reference.TagNameOnly(ref)), ":latest")
		attrs["context:"+key] = "oci-layout://" + id + "@" + image.Digest.String()
	}
	return stores, attrs, nil
}

// storeID names the store of a layout in a session.
func storeID(layout string) string {
	sum := sha256.Sum256([]byte(layout))
	return "store-" + hex.EncodeToString(sum[:6])
}

// imageDigest finds the manifest of the built image: the answer may name an index, which wraps it with attestations.
func imageDigest(ctx context.Context, s *Store, response map[string]string) (digest.Digest, error) {
	text, err := base64.StdEncoding.DecodeString(response[exptypes.ExporterImageDescriptorKey])
	if err != nil {
		return "", fmt.Errorf("the builder's answer has no image: %w", err)
	}
	var d ocispecs.Descriptor
	if err := json.Unmarshal(text, &d); err != nil {
		return "", fmt.Errorf("the builder's answer has no image: %w", err)
	}
	if d.MediaType != ocispecs.MediaTypeImageIndex {
		return d.Digest, nil
	}
	var index ocispecs.Index
	if err := s.read(ctx, d.Digest, &index); err != nil {
		return "", err
	}
	for _, m := range index.Manifests {
		if m.Annotations["vnd.docker.reference.type"] == "" {
			return m.Digest, nil
		}
	}
	return "", errors.New("the builder's answer has no image")
}

// IsFull reports whether err says that a disk is full, here or where the builder runs.
func IsFull(err error) bool {
	return err != nil && strings.Contains(err.Error(), "no space left on device") // the builder's errors come as text
}
