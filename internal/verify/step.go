package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// A Step is a process that is started in an image, as `docker run` would: with the image's
// environment, user, working directory and entrypoint, on a file system that is thrown away
// afterwards.
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
	// Network gives the step the network of a RUN; without it there is a loopback only.
	Network bool
}

// An Outcome is how a step ended.
type Outcome struct {
	// Exit is the exit status; -1 when the step was stopped.
	Exit           int
	Stdout, Stderr string
	// TimedOut says that the step was stopped by its time limit.
	TimedOut bool
	// Seconds is how long it ran, its container's start included.
	Seconds float64
}

// ErrNoCommand says that an image has neither ENTRYPOINT nor CMD, and a step has no command of its own.
var ErrNoCommand = errors.New("the image has no command, and none was given")

const (
	defaultTimeout = time.Minute
	// killed bounds how long a stopped process may take to end.
	killed = 5 * time.Second
)

// A Sandbox starts processes in an image, inside the builder. It is there while the build is.
type Sandbox struct {
	client   gateway.Client
	ref      gateway.Reference
	config   ocispecs.ImageConfig
	platform ocispecs.Platform

	// runner is the executable that tries servers, solved when it is first needed.
	runner gateway.Reference
}

// Config returns the image config's part about running: what docker run starts.
func (s *Sandbox) Config() ocispecs.ImageConfig { return s.config }

// Run starts a step in the image and waits for its end. The error is about the builder; a step
// that fails or hangs is an Outcome.
func (s *Sandbox) Run(ctx context.Context, step Step) (Outcome, error) {
	args := step.command(s.config)
	if len(args) == 0 {
		return Outcome{}, ErrNoCommand
	}
	return s.run(ctx, step, args, nil)
}

// run runs a step's command in a container of the image, with further files mounted.
func (s *Sandbox) run(ctx context.Context, step Step, args []string, mounts []gateway.Mount) (Outcome, error) {
	request := gateway.NewContainerRequest{
		Mounts:  append([]gateway.Mount{{Dest: "/", Ref: s.ref, MountType: pb.MountType_BIND}}, mounts...),
		NetMode: pb.NetMode_NONE, Platform: &pb.Platform{OS: s.platform.OS, Architecture: s.platform.Architecture, Variant: s.platform.Variant},
	}
	if step.Network {
		request.NetMode = pb.NetMode_UNSET
	}
	container, err := s.client.NewContainer(ctx, request)
	if err != nil {
		return Outcome{}, fmt.Errorf("running the image: %w", brief(err))
	}
	defer func() {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), killed)
		defer cancel()
		_ = container.Release(release) // it repeats how the process ended
	}()
	begin := time.Now()
	p, err := step.start(ctx, container, s.config, args)
	if err != nil {
		return Outcome{}, fmt.Errorf("running the image: %w", brief(err))
	}
	select {
	case <-p.ended:
	case <-time.After(step.timeout()):
		p.timedOut = true
		p.stop(ctx)
	case <-ctx.Done():
		p.stop(context.WithoutCancel(ctx))
		return Outcome{}, fmt.Errorf("the step was stopped: %w", context.Cause(ctx))
	}
	o, err := p.outcome()
	o.Seconds = time.Since(begin).Seconds()
	if err != nil {
		return o, fmt.Errorf("running the image: %w", brief(err))
	}
	return o, nil
}

// A process is a step that has been started.
type process struct {
	gateway.ContainerProcess
	ended          chan struct{}
	err            error
	stdout, stderr output
	timedOut       bool
}

func (s Step) start(ctx context.Context, c gateway.Container, config ocispecs.ImageConfig, args []string) (*process, error) {
	p := &process{ended: make(chan struct{})}
	cwd := config.WorkingDir
	if cwd == "" {
		cwd = "/"
	}
	var err error
	p.ContainerProcess, err = c.Start(ctx, gateway.StartRequest{
		Args: args, Env: s.environment(config), User: config.User, Cwd: cwd,
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
func (s Step) command(config ocispecs.ImageConfig) []string {
	entrypoint, cmd := config.Entrypoint, config.Cmd
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

func (s Step) environment(config ocispecs.ImageConfig) []string {
	env := append([]string{defaultPath}, config.Env...)
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

const (
	// noEntries is in the error for a USER that the image does not have: https://github.com/moby/sys/blob/main/user/user.go
	noEntries = "no matching entries in "
	// notStarted is the exit status of docker run where the process could not be started.
	notStarted = 125
)

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
	case strings.Contains(p.err.Error(), noEntries):
		o.Exit, o.Stderr = notStarted, o.Stderr+p.err.Error()+"\n"
	default:
		return o, p.err
	}
	return o, nil
}
