package verify

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"

	"dopt/internal/verify/runner"
)

// A Probe asks a server that runs in an image, until it answers as wanted, ends, or its step's time is up.
type Probe struct {
	// Port is the one that the server listens on; 0 if it need only run for Alive.
	Port int
	// Path is what is asked for by HTTP, with its query; "" for a connection that is accepted.
	Path string
	// Status is the HTTP status that is wanted. A server that keeps answering another one is asked for some seconds.
	Status int
	// Alive is how long a server without a port has to run.
	Alive time.Duration
}

// An Answer is what a server answered to a probe.
type Answer struct {
	// Answered says that the server accepted the connection, or still ran.
	Answered bool
	// Status is the HTTP status, 0 if there was none; Body is what came with it.
	Status int
	Body   string
}

// runnerDir is where the runner is mounted; nothing in an image has that name.
const runnerDir = "/.dopt-runner"

// Probe starts a step, which is a server, and probes it.
func (s *Sandbox) Probe(ctx context.Context, step Step, probe Probe) (Answer, Outcome, error) {
	command := step.command(s.config)
	if len(command) == 0 {
		return Answer{}, Outcome{}, ErrNoCommand
	}
	if err := s.solveRunner(ctx); err != nil {
		return Answer{}, Outcome{}, err
	}
	args := append([]string{runnerDir + "/runner"}, probe.arguments()...)
	mount := gateway.Mount{Dest: runnerDir, Ref: s.runner, Readonly: true, MountType: pb.MountType_BIND}
	outcome, err := s.run(ctx, step, append(args, command...), []gateway.Mount{mount})
	if err != nil {
		return Answer{}, outcome, err
	}
	said, answered := strings.CutPrefix(outcome.Stdout, "answered\n")
	answer := parseAnswer(said)
	answer.Answered = answered
	return answer, outcome, nil
}

// arguments are the runner's for the probe.
func (p Probe) arguments() []string {
	switch {
	case p.Port == 0:
		return []string{"alive", strconv.FormatFloat(p.Alive.Seconds(), 'f', -1, 64)}
	case p.Path == "":
		return []string{"tcp", strconv.Itoa(p.Port)}
	}
	return []string{"http", strconv.Itoa(p.Port), p.Path, strconv.Itoa(p.Status)}
}

// solveRunner puts the runner where containers can mount it.
func (s *Sandbox) solveRunner(ctx context.Context) error {
	if s.runner != nil {
		return nil
	}
	program, err := runner.For(s.platform.Architecture)
	if err != nil {
		return err
	}
	file := llb.Mkfile("/runner", 0o755, program)
	def, err := llb.Scratch().File(file, llb.WithCustomName("[internal] runner")).Marshal(ctx, llb.Platform(s.platform))
	if err != nil {
		return err
	}
	res, err := s.client.Solve(ctx, gateway.SolveRequest{Definition: def.ToPB(), Evaluate: true})
	if err != nil {
		return fmt.Errorf("running the image: %w", brief(err))
	}
	s.runner, err = res.SingleRef()
	return err
}

func parseAnswer(text string) Answer {
	res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), nil)
	if err != nil {
		return Answer{} // it is none
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body) // what came before an error counts
	return Answer{Status: res.StatusCode, Body: string(body)}
}
