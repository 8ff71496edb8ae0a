package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"
)

// A Step is a process that is started in an image, as `docker run` would: with the image's
// environment, user, working directory and entrypoint, on a file system that is thrown away
// afterwards. It has a loopback network only.
type Step struct {
	// Args take the place of the image's CMD; nil keeps it.
	Args []string
	// Entrypoint takes the place of the image's ENTRYPOINT, and drops its CMD; nil keeps both, an empty list clears it.
	Entrypoint []string
	// Env is added to the image's environment.
	Env   map[string]string
	Stdin string
	// Timeout ends the step; 0 is one minute.
	Timeout time.Duration
}

// An Outcome is how a step ended.
type Outcome struct {
	// Exit is the exit status; -1 when the step was stopped.
	Exit           int
	Stdout, Stderr string
	// TimedOut says that the step was stopped by its time limit.
	TimedOut bool
}

const (
	defaultTimeout = time.Minute
	// proberDir is where the prober is mounted; nothing in an image has that name.
	proberDir = "/.dopt-prober"
	// killed bounds how long a stopped process may take to end.
	killed = 5 * time.Second
)

// Run starts a step in the image and waits for its end. The error is about the builder; a step
// that fails or hangs is an Outcome.
func (b *Builder) Run(ctx context.Context, image *Image, step Step) (Outcome, error) {
	return b.run(ctx, image, nil, step)
}

// run runs a step in a container that has the prober's files, too, if one is given.
func (b *Builder) run(ctx context.Context, image *Image, prober *Stored, step Step) (Outcome, error) {
	var outcome Outcome
	err := b.inside(ctx, image, prober, func(ctx context.Context, c gateway.Container) error {
		p, err := step.start(ctx, c, image)
		if err != nil {
			return err
		}
		select {
		case <-p.ended:
		case <-time.After(step.timeout()):
			p.timedOut = true
			p.stop(ctx)
		case <-ctx.Done():
			p.stop(context.WithoutCancel(ctx))
			return ctx.Err()
		}
		outcome, err = p.outcome()
		return err
	})
	return outcome, err
}

// inside calls fn with a container of the image.
func (b *Builder) inside(ctx context.Context, image *Image, prober *Stored, fn func(context.Context, gateway.Container) error) error {
	stores := map[string]content.Store{"image": image.store.content}
	states := []llb.State{layout("image", image.Digest.String())}
	if prober != nil {
		s, err := OpenStore(prober.Layout)
		if err != nil {
			return err
		}
		stores["prober"] = s.content
		states = append(states, layout("prober", prober.Digest.String()))
	}
	build := func(ctx context.Context, c gateway.Client) (*gateway.Result, error) {
		mounts, err := mounts(ctx, c, states)
		if err != nil {
			return nil, err
		}
		container, err := c.NewContainer(ctx, gateway.NewContainerRequest{Mounts: mounts, NetMode: pb.NetMode_NONE})
		if err != nil {
			return nil, err
		}
		err = fn(ctx, container)
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), killed)
		defer cancel()
		_ = container.Release(release) // it repeats how the process ended
		return gateway.NewResult(), err
	}
	_, err := b.client.Build(ctx, client.SolveOpt{OCIStores: stores}, "dopt", build, nil)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("the step was stopped: %w", context.Cause(ctx))
	default:
		return fmt.Errorf("running the image: %w", brief(err))
	}
}

func layout(store, digest string) llb.State {
	// The name before the digest is not looked at, but must be one.
	return llb.OCILayout("dopt.local/"+store+"@"+digest, llb.OCIStore("", store))
}

// mounts solves the states: the first becomes the root, the second the prober's folder.
func mounts(ctx context.Context, c gateway.Client, states []llb.State) ([]gateway.Mount, error) {
	var list []gateway.Mount
	for i, state := range states {
		def, err := state.Marshal(ctx, llb.LinuxAmd64)
		if err != nil {
			return nil, err
		}
		res, err := c.Solve(ctx, gateway.SolveRequest{Definition: def.ToPB(), Evaluate: true})
		if err != nil {
			return nil, err
		}
		ref, err := res.SingleRef()
		if err != nil {
			return nil, err
		}
		list = append(list, gateway.Mount{Dest: [...]string{"/", proberDir}[i], Ref: ref, Readonly: i > 0, MountType: pb.MountType_BIND})
	}
	return list, nil
}

// A process is a step that has been started.
type process struct {
	gateway.ContainerProcess
	ended          chan struct{}
	err            error
	stdout, stderr output
	timedOut       bool
}

func (s Step) start(ctx context.Context, c gateway.Container, image *Image) (*process, error) {
	args := s.command(image)
	if len(args) == 0 {
		return nil, errors.New("the image has no command, and none was given")
	}
	p := &process{ended: make(chan struct{})}
	cwd := image.Config.Config.WorkingDir
	if cwd == "" {
		cwd = "/"
	}
	var err error
	p.ContainerProcess, err = c.Start(ctx, gateway.StartRequest{
		Args: args, Env: s.environment(image), User: image.Config.Config.User, Cwd: cwd,
		Stdin: io.NopCloser(strings.NewReader(s.Stdin)), Stdout: &p.stdout, Stderr: &p.stderr,
	})
	if err != nil {
		return nil, err
	}
	go func() {
		p.err = p.Wait()
		close(p.ended)
	}()
	return p, nil
}

// command returns the process's words by docker run's rules.
func (s Step) command(image *Image) []string {
	entrypoint, cmd := image.Config.Config.Entrypoint, image.Config.Config.Cmd
	if s.Entrypoint != nil {
		entrypoint, cmd = s.Entrypoint, nil
	}
	if s.Args != nil {
		cmd = s.Args
	}
	return append(append([]string(nil), entrypoint...), cmd...)
}

// defaultPath is what engines set where an image has no PATH.
const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func (s Step) environment(image *Image) []string {
	env := append([]string{defaultPath}, image.Config.Config.Env...)
	for name, value := range s.Env {
		env = append(env, name+"="+value)
	}
	// The last of several counts, and there is one of each, as execve leaves it open which one is read.
	last := map[string]int{}
	for i, e := range env {
		name, _, _ := strings.Cut(e, "=")
		last[name] = i
	}
	var list []string
	for i, e := range env {
		if name, _, _ := strings.Cut(e, "="); last[name] == i {
			list = append(list, e)
		}
	}
	return list
}

func (s Step) timeout() time.Duration {
	if s.Timeout == 0 {
		return defaultTimeout
	}
	return s.Timeout
}

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// stop kills the process and waits for its end, for a while.
func (p *process) stop(ctx context.Context) {
	if !p.running() {
		return
	}
	_ = p.Signal(ctx, syscall.SIGKILL) // it may have ended by now
	select {
	case <-p.ended:
	case <-time.After(killed):
	}
}

func (p *process) outcome() (Outcome, error) {
	o := Outcome{Stdout: p.stdout.String(), Stderr: p.stderr.String(), TimedOut: p.timedOut}
	if p.running() {
		o.Exit = -1
		return o, nil
	}
	var exit *gatewaypb.ExitError
	switch {
	case p.err == nil:
	case p.timedOut:
		o.Exit = -1
	case errors.As(p.err, &exit):
		o.Exit = int(exit.ExitCode)
	default:
		return o, p.err
	}
	return o, nil
}
