package llb

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/transform"
)

// A resolver answers the compiler's questions for image configs: with that of the catalog for an image that FROM names literally.
// All other images have one and the same config, whose values no Dockerfile has by accident: what a rewrite takes
// from such an image is then seen. An image that a build argument names is one of those, too, since what
// is proven has to hold whatever the argument is.
type resolver struct {
	facts   transform.Bases
	configs *configs
	// literal are the images that FROM names without variables, as the compiler calls them.
	literal []string
}

// newResolver returns the resolver for a document. Facts may be nil.
func newResolver(doc *transform.Document, facts transform.Bases, known *configs) resolver {
	r := resolver{facts: facts, configs: known}
	var chosen []string
	for _, s := range doc.Stages {
		if image, ok := s.Image(); image == s.Base {
			r.literal = append(r.literal, fullName(image))
		} else if ok {
			chosen = append(chosen, fullName(image))
		}
	}
	r.literal = slices.DeleteFunc(r.literal, func(ref string) bool { return slices.Contains(chosen, ref) })
	return r
}

// fullName returns the name of an image with registry and tag, as the compiler asks for it; "" if it is none.
func fullName(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	return reference.TagNameOnly(named).String()
}

// ResolveImageConfig implements llb.ImageMetaResolver.
func (r resolver) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	if isWindows(ref) {
		return ref, "", windowsConfig(), nil
	}
	linux := opt.ImageOpt == nil || opt.ImageOpt.Platform == nil || opt.ImageOpt.Platform.OS == target.OS
	if linux && r.facts != nil && slices.Contains(r.literal, ref) {
		if text := r.configs.of(r.facts, ref); text != nil {
			return ref, "", text, nil
		}
	}
	return ref, "", linuxConfig(), nil
}

// maxConfigs bounds how many image configs are kept as JSON, which is about 1 KB each.
const maxConfigs = 256

// configs are image configs as JSON, by reference, made when first asked for. The zero value is ready.
type configs struct {
	mu    sync.Mutex
	texts map[string][]byte
}

// of returns the image config of an image, nil where the facts have none.
func (c *configs) of(facts transform.Bases, ref string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if text, ok := c.texts[ref]; ok {
		return text
	}
	if c.texts == nil || len(c.texts) == maxConfigs {
		c.texts = map[string][]byte{}
	}
	var text []byte
	if b, ok := facts.Base(ref); ok && b.Config != nil {
		text = encode(withStandIns(*b.Config), target.OS)
	}
	c.texts[ref] = text
	return text
}

// withStandIns returns an image config as the compiler reads it. What is not known, or differs from build to build, has the
// value of no Dockerfile.
func withStandIns(known transform.ImageConfig) dockerspec.DockerOCIImageConfig {
	var config dockerspec.DockerOCIImageConfig
	for _, v := range known.Env {
		if v.Volatile {
			v.Value = "base-" + strings.ToLower(v.Name)
		}
		config.Env = append(config.Env, v.Name+"="+v.Value)
	}
	config.WorkingDir, config.User, config.StopSignal = known.WorkingDir, known.User, known.StopSignal
	config.Entrypoint, config.Cmd, config.Shell = known.Entrypoint, known.Cmd, known.Shell
	config.OnBuild = known.OnBuild
	config.ExposedPorts, config.Volumes = set(known.ExposedPorts), set(known.Volumes)
	config.Labels = map[string]string{"base-label": ""}
	for _, field := range known.Unknown {
		switch field {
		case "workdir":
			config.WorkingDir = baseDir
		case "user":
			config.User = baseUser
		case "entrypoint":
			config.Entrypoint = baseEntrypoint
		case "cmd":
			config.Cmd = baseCmd
		}
	}
	return config
}

func set(names []string) map[string]struct{} {
	if len(names) == 0 {
		return nil
	}
	all := map[string]struct{}{}
	for _, name := range names {
		all[name] = struct{}{}
	}
	return all
}

var (
	linuxConfig   = sync.OnceValue(func() []byte { return encode(unknownConfig(), target.OS) })
	windowsConfig = sync.OnceValue(func() []byte { return encode(unknownConfig(), "windows") })
)

// unknownConfig is the image config of all images that nothing is known of.
func unknownConfig() dockerspec.DockerOCIImageConfig {
	return withStandIns(transform.ImageConfig{
		Env:     []transform.ImageVariable{{Name: "PATH", Value: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}},
		Unknown: []string{"workdir", "user", "entrypoint", "cmd"},
	})
}

const anyDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

// encode returns the JSON of an image with a config.
func encode(config dockerspec.DockerOCIImageConfig, os string) []byte {
	var img dockerspec.DockerOCIImage
	img.OS, img.Architecture = os, target.Architecture
	img.RootFS = ocispecs.RootFS{Type: "layers", DiffIDs: []digest.Digest{anyDigest}}
	img.Config = config
	text, err := json.Marshal(img)
	if err != nil {
		panic(err) // all its fields are plain values
	}
	return text
}

// What stands for the settings of a base image that are not known, as baseDir does.
const baseUser = "base-user"

var (
	baseEntrypoint = []string{"base-entrypoint"}
	baseCmd        = []string{"base-cmd"}
)

// isWindows reports whether an image's RUN steps are run by cmd.exe unless SHELL says otherwise.
func isWindows(ref string) bool {
	return strings.Contains(ref, "windows") || strings.Contains(ref, "nanoserver") || strings.Contains(ref, "servercore")
}
