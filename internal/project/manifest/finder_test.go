package manifest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

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

// TestFinderBounds looks for a million texts that are not there.
func TestFinderBounds(t *testing.T) {
	f := manifest.NewFinder("a", make([]byte, 1<<20))
	start := time.Now()
	for range 1_000_000 {
		f.Find("x")
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
}
