package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"dopt/internal/project/manifest"
)

func TestFinder(t *testing.T) {
	f := manifest.NewFinder("a.toml", []byte("one = 1\n  two = 2 # one\nthree"))
	for _, c := range []struct{ texts, want string }{
		{"one", "a.toml:1 one = 1"},
		{"two", "a.toml:2 two = 2 # one"},
		{"three", "a.toml:3 three"},
		{"one", "a.toml:1 one = 1"},
		{"none,three", "a.toml:3 three"},
		{"\nthree", "a.toml:3 three"},
		{"none", "a.toml:0 none"},
	} {
		got := f.Find(strings.Split(c.texts, ",")...)
		if text := fmt.Sprintf("%s:%d %s", got.Source, got.Line, got.Text); text != c.want {
			t.Errorf("Find(%s) = %s, want %s", c.texts, text, c.want)
		}
	}
}

// TestFinderBounds looks for many texts that are not there: the search gives up.
func TestFinderBounds(t *testing.T) {
	f := manifest.NewFinder("a", append(make([]byte, 1<<20), "last"...))
	if line := f.Find("last").Line; line != 1 {
		t.Errorf("line %d, want 1", line)
	}
	for range 100 {
		f.Find("none")
	}
	if line := f.Find("last").Line; line != 0 {
		t.Errorf("line %d, want none after 100 MB", line)
	}
}
