package verify

import (
	"cmp"
	"context"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/util/progress/progressui"
	digest "github.com/opencontainers/go-digest"
)

// keptLog is how much of the end of a step's output is kept for its error, in bytes.
const keptLog = 8 << 10

// A BuildError is a build that BuildKit refused or that a step ended.
type BuildError struct {
	// Step is the failed step as BuildKit names it, "" if none was reached.
	Step string
	// Output is the end of what the step wrote.
	Output string
	// Err is BuildKit's error, in one line.
	Err error
}

func (e *BuildError) Error() string {
	if e.Step == "" {
		return e.Err.Error()
	}
	return e.Step + ": " + e.Err.Error()
}

func (e *BuildError) Unwrap() error { return e.Err }

// A Vertex is a step of a build.
type Vertex struct {
	// Name is BuildKit's, such as "[build 2/5] RUN make" or "[internal] load build context".
	Name string
	// Ran says that the step ran to its end; false where it was found in the build cache.
	Ran bool
	// Cached says that it was found in the build cache.
	Cached bool
	// Started and Ended are counted from the build's begin; both are 0 for a step that never began.
	Started, Ended time.Duration
}

// Progress says where BuildKit's own display of a build goes, and how it looks.
type Progress struct {
	// Writer is nil for none.
	Writer io.Writer
	// Mode is one of Modes; "" is plain.
	Mode string
	// Title says what is built.
	Title string
}

// Modes are the names of the displays, as docker build has them.
var Modes = []string{"auto", "plain", "tty", "quiet"}

// A progress follows a build: it remembers the steps and their last words, and shows BuildKit's own
// progress where somebody wants to see it.
type progress struct {
	status chan *client.SolveStatus
	done   sync.WaitGroup

	begin time.Time
	// vertices are in the order in which they came up.
	vertices []Vertex
	index    map[digest.Digest]int
	logs     map[digest.Digest]string
	steps    []client.Vertex // those that failed
}

func newProgress(to Progress) *progress {
	p := &progress{begin: time.Now(), status: make(chan *client.SolveStatus), index: map[digest.Digest]int{}, logs: map[digest.Digest]string{}}
	shown := make(chan *client.SolveStatus)
	p.done.Go(func() {
		defer close(shown)
		for s := range p.status {
			p.note(s)
			shown <- s
		}
	})
	p.done.Go(func() { to.show(shown) })
	return p
}

// show shows the progress, or drops it.
func (p Progress) show(status chan *client.SolveStatus) {
	if p.Writer != nil {
		mode := progressui.DisplayMode(cmp.Or(p.Mode, string(progressui.PlainMode)))
		if d, err := progressui.NewDisplay(p.Writer, mode, progressui.WithDesc(p.Title, p.Title)); err == nil {
			_, _ = d.UpdateFrom(context.Background(), status) // warnings are BuildKit's, errors those of the build
		}
	}
	for range status {
	}
}

func (p *progress) note(s *client.SolveStatus) {
	for _, v := range s.Vertexes {
		at, known := p.index[v.Digest]
		if !known {
			at = len(p.vertices)
			p.index[v.Digest] = at
			p.vertices = append(p.vertices, Vertex{})
		}
		switch {
		case known && v.Started == nil: // it is only announced again
		case p.vertices[at].Ran && len(v.Inputs) > 0:
			// It is asked for again in the same build, and is in the cache by now. What has no inputs has only been looked at: BuildKit
			// tells of that as of a run (CacheMap in its solver/jobs.go).
		default:
			p.vertices[at] = p.vertex(v)
		}
		if v.Error != "" {
			p.steps = append(p.steps, *v)
		}
	}
	for _, l := range s.Logs {
		text := p.logs[l.Vertex] + string(l.Data)
		p.logs[l.Vertex] = text[max(0, len(text)-keptLog):]
	}
}

// vertex translates what BuildKit says of a step.
func (p *progress) vertex(v *client.Vertex) Vertex {
	return Vertex{
		Name: v.Name, Ran: v.Completed != nil && !v.Cached && v.Error == "", Cached: v.Cached,
		Started: p.since(v.Started), Ended: p.since(v.Completed),
	}
}

// since counts a time from the build's begin. The builder's clock may differ from this machine's, so that only
// the differences of two are exact.
func (p *progress) since(t *time.Time) time.Duration {
	if t == nil {
		return 0
	}
	return t.Sub(p.begin)
}

func (p *progress) wait() { p.done.Wait() }

// explain puts what is known about the failed step to BuildKit's error.
func (p *progress) explain(err error) error {
	e := &BuildError{Err: brief(err)}
	for _, v := range p.steps {
		// Other steps are cancelled when one fails; theirs is not the reason.
		if e.Step == "" || !strings.HasSuffix(v.Error, context.Canceled.Error()) {
			e.Step, e.Output = v.Name, p.logs[v.Digest]
		}
	}
	return e
}

// brief shortens BuildKit's nested error to its last and most telling parts, on one line.
func brief(err error) error {
	text := err.Error()
	for _, noise := range []string{"failed to solve: ", "rpc error: code = Unknown desc = ", "failed to run Build function: "} {
		text = strings.ReplaceAll(text, noise, "")
	}
	return &briefError{strings.Join(strings.Fields(text), " "), err}
}

type briefError struct {
	text string
	err  error
}

func (e *briefError) Error() string { return e.text }
func (e *briefError) Unwrap() error { return e.err }
