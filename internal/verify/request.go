package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/session"
	digest "github.com/opencontainers/go-digest"
	"github.com/tonistiigi/fsutil"
)

// A Request says what to build.
type Request struct {
	// Dir is the build context; "" is an empty one.
	Dir string
	// Dockerfile is the text that is built; it need not be the file in Dir.
	Dockerfile []byte
	// Name is the Dockerfile's path in Dir, for messages and for NAME.dockerignore; "" is Dockerfile.
	Name string
	// Overlay is put over the context: path to content.
	Overlay map[string][]byte
	// Args are the build arguments.
	Args map[string]string
	// Target is the stage to build; "" is the last one.
	Target string
	// Platform is what to build for, such as "linux/arm64"; "" is the builder's own.
	Platform string
	// Images replace what FROM, COPY --from and mounts name.
	Images Images
	// Contexts are further named contexts by name: a folder, or what the frontend reads, such as
	// "docker-image://alpine:3.20" or "https://…".
	Contexts map[string]string
	// Access is what the build may use of this machine: secrets, agents, registries' accounts.
	Access []session.Attachable
	// BuiltinFrontend ignores `# syntax=` lines, for builders that reach no registry.
	BuiltinFrontend bool
	// NoCache runs every step anew.
	NoCache bool
	// Progress shows what BuildKit does; the zero value shows nothing.
	Progress Progress
}

// Images are named contexts: what stands in for an image reference.
type Images map[string]Stored

// A Stored is an image in an OCI layout on this machine.
type Stored struct {
	// Layout is the folder, Digest that of the manifest or index in it.
	Layout string
	Digest digest.Digest
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
	mounts := map[string]fsutil.FS{"context": buildContext, "dockerfile": Overlay(nil, r.dockerfile(name))}
	attrs := map[string]string{"filename": name}
	if r.Target != "" {
		attrs["target"] = r.Target
	}
	if r.Platform != "" {
		attrs["platform"] = r.Platform
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
	if err := r.addContexts(attrs, mounts, stores); err != nil {
		return client.SolveOpt{}, err
	}
	return client.SolveOpt{FrontendAttrs: attrs, LocalMounts: mounts, OCIStores: stores, SharedKey: key, Session: r.Access}, nil
}

// dockerfile returns the files of the mount that the frontend reads the Dockerfile from.
func (r Request) dockerfile(name string) map[string][]byte {
	files := map[string][]byte{name: r.Dockerfile}
	ignore := name + ".dockerignore" // the frontend looks for it beside the Dockerfile
	if text, ok := r.Overlay[ignore]; ok {
		files[ignore] = text
	} else if text, err := os.ReadFile(filepath.Join(r.Dir, ignore)); err == nil && r.Dir != "" {
		files[ignore] = text
	}
	return files
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

// addContexts adds the named contexts to the frontend's options, and what they are read from to mounts and stores.
func (r Request) addContexts(attrs map[string]string, mounts map[string]fsutil.FS, stores map[string]content.Store) error {
	for name, source := range r.Contexts {
		layout, isLayout := strings.CutPrefix(source, "oci-layout://")
		switch {
		case isLayout:
			image, err := storedIn(layout)
			if err == nil {
				attrs["context:"+name], err = image.mount(stores)
			}
			if err != nil {
				return fmt.Errorf("build context %s: %w", name, err)
			}
		case strings.Contains(source, "://"):
			attrs["context:"+name] = source
		default:
			dir, err := fsutil.NewFS(source)
			if err != nil {
				return fmt.Errorf("build context %s: %w", name, err)
			}
			mounts["context-"+name] = dir
			attrs["context:"+name] = "local:context-" + name
		}
	}
	return nil
}

// storedIn finds an image by what stands behind "oci-layout://": a folder with ":TAG", "@DIGEST" or nothing, which is
// the tag latest.
func storedIn(layout string) (Stored, error) {
	dir, d, ok := strings.Cut(layout, "@")
	if ok {
		parsed, err := digest.Parse(d)
		return Stored{Layout: dir, Digest: parsed}, err
	}
	tag := "latest"
	if at := strings.LastIndex(layout, ":"); at > strings.LastIndexAny(layout, `/\`) {
		dir, tag = layout[:at], layout[at+1:]
	}
	index, err := readIndex(dir)
	if err != nil {
		return Stored{}, err
	}
	for _, m := range index.Manifests {
		if m.Annotations["org.opencontainers.image.ref.name"] == tag || len(index.Manifests) == 1 {
			return Stored{Layout: dir, Digest: m.Digest}, nil
		}
	}
	return Stored{}, fmt.Errorf("%s has no image %s", dir, tag)
}

// contexts returns the stores and the frontend's options that put the images in the place of what they stand for.
func (images Images) contexts() (map[string]content.Store, map[string]string, error) {
	stores, attrs := map[string]content.Store{}, map[string]string{}
	for name, image := range images {
		ref, err := reference.ParseNormalizedNamed(name)
		if err != nil {
			return nil, nil, fmt.Errorf("image %q: %w", name, err)
		}
		// The frontend looks a context up by the short name, without the default tag.
		key := strings.TrimSuffix(reference.FamiliarString(reference.TagNameOnly(ref)), ":latest")
		if attrs["context:"+key], err = image.mount(stores); err != nil {
			return nil, nil, err
		}
	}
	return stores, attrs, nil
}

// mount adds the image's store to those of a session, and returns the frontend's name for the image.
func (i Stored) mount(stores map[string]content.Store) (string, error) {
	sum := sha256.Sum256([]byte(i.Layout))
	id := "store-" + hex.EncodeToString(sum[:6])
	if stores[id] == nil {
		s, err := OpenStore(i.Layout)
		if err != nil {
			return "", err
		}
		stores[id] = s.content
	}
	return "oci-layout://" + id + "@" + i.Digest.String(), nil
}

// ErrContextChanged says that files of the build context have changed while a build read them.
var ErrContextChanged = errors.New("the build context changed during the build")
