package llb

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// target is the platform that is compiled for; also the one that builds.
var target = ocispecs.Platform{OS: "linux", Architecture: "amd64"}

// A build is what BuildKit makes of one stage: the graph of what is run and copied, and the
// image's configuration.
type build struct {
	graph  *graph
	image  dockerspec.DockerOCIImage
	checks []check
}

// A check is a warning of BuildKit's own linter, without its place.
type check struct{ rule, message string }

// compile compiles a Dockerfile up to its last stage; all stages are checked.
func compile(src []byte, args map[string]string) (*build, error) {
	b := &build{}
	platform := target
	// A new state each time: a state keeps what it was ever marshaled to. The fixed ID stands in
	// the place of a random one.
	local := llb.Local("context", llb.LocalUniqueID("context"))
	res, err := dockerfile2llb.Dockerfile2LLB(context.Background(), src, dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{BuildArgs: args},
		MainContext:    &local,
		TargetPlatform: &platform,
		MetaResolver:   bases{},
		LLBCaps:        capabilities(),
		AllStages:      true,
		Warn: func(rule, _, _, message string, _ []parser.Range) {
			message, _, _ = strings.Cut(message, " (did you mean")
			b.checks = append(b.checks, check{rule, message})
		},
	})
	if err != nil {
		return nil, err
	}
	def, err := res.State.Marshal(context.Background(), llb.Platform(target))
	if err != nil {
		return nil, err
	}
	b.image = *res.Image
	b.image.History = nil
	b.graph, err = newGraph(def.Def)
	return b, err
}

// capabilities are all that BuildKit knows.
var capabilities = sync.OnceValue(func() *apicaps.CapSet {
	caps := pb.Caps.CapSet(pb.Caps.All())
	return &caps
})

// bases answers with one and the same image config for all images, whose values no
// Dockerfile has by accident: what a rewrite takes from the base image is then seen.
type bases struct{}

const anyDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

// ResolveImageConfig implements llb.ImageMetaResolver.
func (bases) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	if isWindows(ref) {
		return ref, "", windowsConfig(), nil
	}
	return ref, "", linuxConfig(), nil
}

var (
	linuxConfig   = sync.OnceValue(func() []byte { return baseConfig(target.OS) })
	windowsConfig = sync.OnceValue(func() []byte { return baseConfig("windows") })
)

// baseConfig returns the image config of all base images of an operating system, as JSON.
func baseConfig(os string) []byte {
	var img dockerspec.DockerOCIImage
	img.OS, img.Architecture = os, target.Architecture
	img.RootFS = ocispecs.RootFS{Type: "layers", DiffIDs: []digest.Digest{anyDigest}}
	img.Config.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	img.Config.WorkingDir = "/base-dir"
	img.Config.User = baseUser
	img.Config.Entrypoint = baseEntrypoint
	img.Config.Cmd = []string{"base-cmd"}
	img.Config.Labels = map[string]string{"base-label": ""}
	text, err := json.Marshal(img)
	if err != nil {
		panic(err) // all its fields are plain values
	}
	return text
}

// baseUser and baseEntrypoint stand for those of the base image, which are not known.
const baseUser = "base-user"

var baseEntrypoint = []string{"base-entrypoint"}

// isWindows reports whether an image's RUN steps are run by cmd.exe unless SHELL says otherwise.
func isWindows(ref string) bool {
	return strings.Contains(ref, "windows") || strings.Contains(ref, "nanoserver") || strings.Contains(ref, "servercore")
}
