package llb

import (
	"context"
	"strings"
	"sync"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
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
func compile(src []byte, args map[string]string, bases resolver) (*build, error) {
	b := &build{}
	ctx := context.Background()
	platform := target
	// A new state each time: a state keeps what it was ever marshaled to. The fixed ID stands in
	// the place of a random one.
	local := llb.Local("context", llb.LocalUniqueID("context"))
	res, err := dockerfile2llb.Dockerfile2LLB(ctx, src, dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{BuildArgs: args},
		MainContext:    &local,
		TargetPlatform: &platform,
		MetaResolver:   bases,
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
	b.image = *res.Image
	b.image.History = nil
	b.graph, err = newGraph(ctx, res.State)
	return b, err
}

// capabilities are all that BuildKit knows.
var capabilities = sync.OnceValue(func() *apicaps.CapSet {
	caps := pb.Caps.CapSet(pb.Caps.All())
	return &caps
})
