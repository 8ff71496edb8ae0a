package smoke

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
	"dopt/internal/verify/result"
)

// A Check is one test of an image: a command, or a server that is started and probed. The image runs as
// docker run would run it.
type Check struct {
	// Command takes the place of the image's CMD; its ENTRYPOINT stays in front.
	Command []string
	// Entrypoint takes the place of ENTRYPOINT, and CMD is dropped; an empty list clears it.
	Entrypoint []string
	// Env is added to the image's environment.
	Env   map[string]string
	Stdin string
	// Exit is the exit status that is wanted of a command.
	Exit int
	// Stdout and Stderr are texts that a command's output must contain.
	Stdout string
	Stderr string
	// Probe makes the command a server; Run is then what takes the place of CMD.
	Probe *Probe
	Run   []string
	// Seconds is the time limit; 0 is a minute.
	Seconds int
	// Timeout is the time limit where seconds are too coarse; 0 is that of Seconds.
	Timeout time.Duration `yaml:"-"`
	// Network gives the image the network of a RUN; without it there is a loopback only.
	Network bool `yaml:"-"`
	// Name says what it does; "" for what its other fields tell.
	Name string `yaml:"-"`
	// AsOriginal wants what the original does, whatever that is, in place of Exit, Stdout, Stderr and the probe's Status. Each line of
	// a command's standard output is then a complaint that begins with what it is about: the rewrite must bring none that is new.
	AsOriginal bool `yaml:"-"`
	// Exposed asks the first port that the original exposes, by HTTP; an image that exposes none is not asked.
	Exposed bool `yaml:"-"`
}

// A Probe is what is asked of a server, and what its answer must be.
type Probe struct {
	// Port is where the server listens; 0 where it need only run for Alive seconds.
	Port int
	// Path is asked for by HTTP; "" where it is enough that a connection is accepted.
	Path string
	// Expect is a text that the answer must contain, Status its HTTP status; 0 is 200.
	Expect string
	Status int
	Alive  int `yaml:"-"`
}

// A Sandbox is an image that steps can run in; see verify.Sandbox.
type Sandbox interface {
	Config() ocispecs.ImageConfig
	Run(ctx context.Context, step verify.Step) (verify.Outcome, error)
	Probe(ctx context.Context, step verify.Step, probe verify.Probe) (verify.Answer, verify.Outcome, error)
}

// slower is how many times as long as the original a rewrite may take to do the same: a machine is not as busy all the time.
const slower = 3

// shownOutput is how much of a failed test's output is kept, in bytes.
const shownOutput = 4 << 10

// String says what the check does.
func (c Check) String() string {
	switch p := c.Probe; {
	case c.Name != "":
		return c.Name
	case p == nil:
		return strings.Join(append(c.Entrypoint, c.Command...), " ")
	case p.Port == 0:
		return fmt.Sprintf("runs for %d s", p.Alive)
	case p.Path == "":
		return fmt.Sprintf("listens on port %d", p.Port)
	default:
		return fmt.Sprintf("GET http://:%d%s", p.Port, p.Path)
	}
}

// timeout is the check's time limit on a quiet machine.
func (c Check) timeout() time.Duration {
	return cmp.Or(c.Timeout, time.Duration(cmp.Or(c.Seconds, 60))*time.Second)
}

// run runs the check in an image. original is what it gave there, nil while it is the original that is tried. The error is about the
// builder; a check that fails is a TestRun.
func (c Check) run(ctx context.Context, s Sandbox, patience int, original *observation) (observation, error) {
	step := verify.Step{
		Args: c.Command, Entrypoint: c.Entrypoint, Env: c.Env, Stdin: c.Stdin,
		Timeout: time.Duration(max(1, patience)) * c.timeout(), Network: c.Network,
	}
	if c.AsOriginal && original != nil && !original.TimedOut {
		step.Timeout = max(step.Timeout, slower*time.Duration(original.Seconds*float64(time.Second)))
	}
	o := observation{}
	var err error
	if c.Probe != nil {
		step.Args = c.Run
		o.answer, o.Outcome, err = s.Probe(ctx, step, c.Probe.ask())
	} else {
		o.Outcome, err = s.Run(ctx, step)
	}
	if err != nil {
		return o, err
	}
	switch {
	case c.AsOriginal && original == nil:
	case c.AsOriginal:
		o.reason = o.unlike(*original)
	case c.Probe != nil:
		o.reason = c.Probe.judge(o)
	default:
		o.reason = c.judge(o)
	}
	return o, nil
}

// An observation is what a check gave.
type observation struct {
	verify.Outcome
	answer verify.Answer
	// reason says why it does not pass, "" if it does.
	reason string
}

// result is the observation for reports.
func (o observation) result() *result.TestRun {
	r := &result.TestRun{Passed: o.reason == "", Reason: o.reason, TimedOut: o.TimedOut && o.reason != "", Seconds: o.Seconds}
	if !r.Passed {
		text := strings.TrimSpace(o.Stdout + o.Stderr)
		r.Output = strings.ToValidUTF8(text[max(0, len(text)-shownOutput):], "")
	}
	return r
}

func (c Check) judge(o observation) string {
	switch {
	case o.TimedOut:
		return "it hangs: stopped by its time limit"
	case o.Exit != c.Exit:
		return fmt.Sprintf("exit status %d, want %d", o.Exit, c.Exit)
	case !strings.Contains(o.Stdout, c.Stdout):
		return fmt.Sprintf("standard output lacks %q", c.Stdout)
	case !strings.Contains(o.Stderr, c.Stderr):
		return fmt.Sprintf("standard error lacks %q", c.Stderr)
	}
	return ""
}

// ask translates the probe.
func (p Probe) ask() verify.Probe {
	return verify.Probe{Port: p.Port, Path: p.Path, Status: cmp.Or(p.Status, http.StatusOK), Alive: time.Duration(p.Alive) * time.Second}
}

func (p Probe) judge(o observation) string {
	want := cmp.Or(p.Status, http.StatusOK)
	switch {
	case !o.answer.Answered && o.TimedOut && p.Port == 0:
		return "stopped by its time limit"
	case !o.answer.Answered && o.TimedOut:
		return fmt.Sprintf("no answer at port %d in time", p.Port)
	case !o.answer.Answered:
		return fmt.Sprintf("the server ended with exit status %d", o.Exit)
	case p.Path == "":
		return ""
	case o.answer.Status != want:
		return fmt.Sprintf("%s: status %d, want %d: %.200q", p.Path, o.answer.Status, want, o.answer.Body)
	case !strings.Contains(o.answer.Body, p.Expect):
		return fmt.Sprintf("%s: the answer lacks %q: %.200q", p.Path, p.Expect, o.answer.Body)
	}
	return ""
}

// unlike says in what the observation differs from that of the original, "" if it does not.
func (o observation) unlike(original observation) string {
	switch {
	case original.TimedOut && o.TimedOut:
		return ""
	case o.TimedOut:
		return "it hangs: stopped by its time limit, which the original is not"
	case o.answer.Answered != original.answer.Answered && original.answer.Answered:
		return fmt.Sprintf("it ended with exit status %d, and the original runs", o.Exit)
	case o.Exit != original.Exit && !o.answer.Answered:
		return fmt.Sprintf("exit status %d, and of the original %d", o.Exit, original.Exit)
	case o.answer.Status != original.answer.Status && original.answer.Answered:
		return fmt.Sprintf("status %d, and of the original %d: %.200q", o.answer.Status, original.answer.Status, o.answer.Body)
	case o.answer.Answered:
		return "" // what it writes is the answer
	}
	known := map[string]bool{}
	for line := range strings.Lines(original.Stdout) {
		known[subject(line)] = true
	}
	for line := range strings.Lines(o.Stdout) {
		if !known[subject(line)] {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// subject is what a line of complaint is about: its first word.
func subject(line string) string {
	word, _, _ := strings.Cut(line, ": ")
	return strings.TrimSpace(word)
}

// conclusive reports whether what the original gave is something that a rewrite can be held to.
func (c Check) conclusive(o observation) bool {
	if c.AsOriginal {
		return !o.TimedOut && (o.answer.Answered || o.Exit == 0)
	}
	return o.reason == ""
}
