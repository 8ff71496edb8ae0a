package testbed

import (
	"context"
	"errors"
	"strings"
	"testing"

	"dopt/internal/verify"
)

// An image that cannot be made is an error of its own, which names the image; nobody waits for it twice.
func TestBaseError(t *testing.T) {
	attempts := 0
	broken := recipe{
		layout: "broken", file: "busybox", names: []string{"broken:1"},
		prepare: preparation{name: "fails", run: func(context.Context, *baker, string) (prepared, error) {
			attempts++
			return prepared{}, errors.New("the mirror is gone")
		}},
	}
	b := &baker{
		bed: &Bed{dir: t.TempDir()}, dir: t.TempDir(), host: &host{}, images: verify.Images{}, failed: map[string]error{},
		byName: map[string]recipe{"broken:1": broken, "debian:bookworm-slim": {layout: "debian"}}, baked: map[string]verify.Stored{"debian": {}},
	}
	for _, c := range []struct{ ref, want string }{
		{"broken:1", "base image broken:1: broken: the mirror is gone"},
		{"broken:1", "base image broken:1: broken: the mirror is gone"},
		{"no/such:1", "base image no/such:1: nothing stands in for it"},
	} {
		_, err := b.image(t.Context(), c.ref)
		var base *BaseError
		if !errors.As(err, &base) || base.Ref != c.ref || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.ref, err, c.want)
		}
	}
	if attempts != 1 {
		t.Errorf("%d attempts to make it, want 1", attempts)
	}
	b.given = true
	if _, err := b.image(t.Context(), "python:3.11"); err == nil || !strings.HasPrefix(err.Error(), "base image python:3.11: there is none in ") {
		t.Errorf("got %v", err)
	}
}
