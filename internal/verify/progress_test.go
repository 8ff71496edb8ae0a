package verify

import (
	"slices"
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
		v := &client.Vertex{Digest: digest.FromString(name), Name: name, Started: started, Completed: completed, Cached: cached}
		if name != "source" {
			v.Inputs = []digest.Digest{digest.FromString("source")}
		}
		p.status <- &client.SolveStatus{Vertexes: []*client.Vertex{v}}
	}
	step("source", at(0), at(1), false) // it is looked at, and found in the cache
	step("source", at(1), at(1), true)
	step("ran", nil, nil, false)
	step("ran", at(1), nil, false)
	step("ran", at(1), at(3), false)
	step("found", at(3), at(3), true)
	step("ran", at(4), at(4), true)
	step("ran", nil, nil, false)
	step("found", nil, nil, false)
	close(p.status)
	p.wait()
	want := []Vertex{
		{Name: "source", Cached: true, Started: time.Second, Ended: time.Second},
		{Name: "ran", Ran: true, Started: time.Second, Ended: 3 * time.Second},
		{Name: "found", Cached: true, Started: 3 * time.Second, Ended: 3 * time.Second},
	}
	if !slices.Equal(p.vertices, want) {
		t.Errorf("got %+v, want %+v", p.vertices, want)
	}
}
