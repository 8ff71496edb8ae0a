package verify

import (
	"testing"
	"time"

	"github.com/moby/buildkit/client"
	digest "github.com/opencontainers/go-digest"
)

// A step that ran keeps its times when the same build asks for it again and finds it in the cache.
func TestStepsKeepTheirTimes(t *testing.T) {
	p := newProgress(Progress{})
	at := func(seconds int) *time.Time { when := p.begin.Add(time.Duration(seconds) * time.Second); return &when }
	step := func(name string, started, completed *time.Time, cached bool) {
		p.status <- &client.SolveStatus{Vertexes: []*client.Vertex{{Digest: digest.FromString(name), Name: name, Started: started, Completed: completed, Cached: cached}}}
	}
	step("ran", nil, nil, false)
	step("ran", at(1), nil, false)
	step("ran", at(1), at(3), false)
	step("found", at(3), at(3), true)
	step("ran", at(4), at(4), true)
	step("ran", nil, nil, false)
	close(p.status)
	p.wait()
	want := []Vertex{{Name: "ran", Ran: true, Started: time.Second, Ended: 3 * time.Second}, {Name: "found", Cached: true, Started: 3 * time.Second, Ended: 3 * time.Second}}
	if len(p.vertices) != 2 || p.vertices[0] != want[0] || p.vertices[1] != want[1] {
		t.Errorf("got %+v, want %+v", p.vertices, want)
	}
}
