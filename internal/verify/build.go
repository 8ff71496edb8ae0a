package verify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/util/grpcerrors"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	"google.golang.org/grpc/codes"
)

// A Built is an image with the story of its build.
type Built struct {
	*Image
	// Vertices are the steps of the build, in the order in which they came up.
	Vertices []Vertex
	// Seconds is how long the build took until its result was written, without the time of what was run in it.
	Seconds float64
}

// Build builds r and puts the image into s.
func (b *Builder) Build(ctx context.Context, r Request, s *Store) (*Image, error) {
	built, err := b.BuildAndRun(ctx, r, s, nil)
	if err != nil {
		return nil, err
	}
	return built.Image, nil
}

// BuildAndRun builds as Build does. Before the image leaves the builder it calls run, which may be nil, with a
// sandbox of it: what is tried there is tried on what was built, wherever the builder is, and nothing has to be sent back.
// An error of run ends the build and is returned as it is.
func (b *Builder) BuildAndRun(ctx context.Context, r Request, s *Store, run func(context.Context, *Sandbox) error) (*Built, error) {
	opt, err := r.options()
	if err != nil {
		return nil, err
	}
	opt.Exports = []client.ExportEntry{{
		Type:        client.ExporterOCI,
		Attrs:       map[string]string{"tar": "false", "compression": "zstd"},
		OutputStore: s.content,
	}}
	job := &job{run: run}
	p := newProgress(r.Progress)
	begin := time.Now()
	res, err := b.client.Build(ctx, opt, "dopt", job.build, p.status)
	p.wait()
	seconds := (time.Since(begin) - job.running).Seconds()
	switch {
	case job.err != nil && !unavailable(err):
		return nil, job.err
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("the build was stopped: %w", context.Cause(ctx))
	case unavailable(err):
		return nil, fmt.Errorf("the BuildKit daemon at %s went away during the build: %w", b.addr, brief(err))
	case err != nil:
		return nil, b.explain(p.explain(err))
	}
	d, err := imageDigest(ctx, s, res.ExporterResponse)
	if err != nil {
		return nil, err
	}
	image, err := s.Image(ctx, d)
	return &Built{Image: image, Vertices: p.vertices, Seconds: seconds}, err
}

// A job is one build and what is run in it.
type job struct {
	run func(context.Context, *Sandbox) error
	// err is the error of run, running how long it took.
	err     error
	running time.Duration
}

// build asks the Dockerfile frontend for the image.
func (j *job) build(ctx context.Context, c gateway.Client) (*gateway.Result, error) {
	res, err := c.Solve(ctx, gateway.SolveRequest{Frontend: "dockerfile.v0", FrontendOpt: c.BuildOpts().Opts, Evaluate: true})
	if err != nil || j.run == nil {
		return res, err
	}
	s, err := newSandbox(c, res)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	j.err = j.run(ctx, s)
	j.running = time.Since(begin)
	return res, j.err
}

// newSandbox makes a sandbox of what the frontend answered.
func newSandbox(c gateway.Client, res *gateway.Result) (*Sandbox, error) {
	ref, err := res.SingleRef()
	if err != nil {
		return nil, fmt.Errorf("the build has not one image: %w", err)
	}
	var config ocispecs.Image
	if err := json.Unmarshal(res.Metadata[exptypes.ExporterImageConfigKey], &config); err != nil {
		return nil, fmt.Errorf("the build has no image config: %w", err)
	}
	return &Sandbox{client: c, ref: ref, config: config.Config, platform: config.Platform}, nil
}

// explain puts to an error what can be done about it, where that is known of the kind of builder.
func (b *Builder) explain(err error) error {
	if text := err.Error(); strings.Contains(text, "exporter") && strings.Contains(text, "could not be found") {
		return fmt.Errorf("%w; this builder cannot export OCI images: make another one (docker buildx create --use), or turn on Docker's containerd image store", err)
	}
	return err
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

// unavailable reports whether an error says that the daemon cannot be reached.
func unavailable(err error) bool { return err != nil && grpcerrors.Code(err) == codes.Unavailable }

// IsFull reports whether err says that a disk is full, here or where the builder runs.
func IsFull(err error) bool {
	return err != nil && strings.Contains(err.Error(), "no space left on device") // the builder's errors come as text
}
