package main

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"dopt/internal/testbed/testbedtest"
	"dopt/internal/verify"
	"dopt/transform"
)

// newCase writes a project and loads it; rest is of its case.yaml.
func newCase(t *testing.T, dockerfile, rest string) *Case {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{"Dockerfile": dockerfile, "case.yaml": "description: d\nlanguage: c\n" + rest})
	c, err := loadCase(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What can go wrong around a case must end in one clear line, and end.
func TestFaults(t *testing.T) {
	bed := testbedtest.Start(t)
	h := &harness{bed: bed, reach: &reach{bed: bed}, patience: 1, variant: variant{level: transform.Safe}}
	build := func(t *testing.T, ctx context.Context, dockerfile, rest string) (Result, error) {
		results, err := h.all(ctx, []*Case{newCase(t, dockerfile, rest)}, []variant{h.variant}, 1)
		if strings.Contains(results[0].Reason, "\n") {
			t.Errorf("several lines: %q", results[0].Reason)
		}
		return results[0], err
	}
	t.Run("hang", func(t *testing.T) {
		r, err := build(t, t.Context(), "FROM busybox\n", "bases: [busybox]\nsmoke: [{command: [sleep, '60'], seconds: 1}]\n")
		if err != nil || r.Status != Hangs || !strings.Contains(r.Reason, "time limit") {
			t.Errorf("got %+v (%v)", r, err)
		}
		if err := outcome([]Result{r}); err == nil || errors.Is(err, errFailed) {
			t.Errorf("a hanging check ends with %v, want an error of its own", err)
		}
	})
	t.Run("base", func(t *testing.T) {
		cases := []*Case{
			newCase(t, "FROM no/such:1\n", "bases: [no/such:1]\nsmoke: [{command: [x]}]\n"),
			newCase(t, "FROM busybox\n", "bases: [busybox]\nsmoke: [{command: ['true']}]\n"),
		}
		results, err := h.all(t.Context(), cases, []variant{h.variant}, 1)
		if err != nil || results[0].Status != NoBase || !strings.HasPrefix(results[0].Reason, "base image no/such:1: ") || results[1].Status != Passed {
			t.Errorf("got %+v (%v), want the other case to be built", results, err)
		}
	})
	t.Run("build", func(t *testing.T) {
		r, err := build(t, t.Context(), "FROM busybox\nRUN echo why >&2; exit 3\n", "bases: [busybox]\nsmoke: [{command: [x]}]\n")
		if err != nil || r.Status != Failed || !strings.Contains(r.Reason, "why") {
			t.Errorf("got %+v (%v)", r, err)
		}
	})
	t.Run("disk", func(t *testing.T) {
		small := t.TempDir()
		if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=1m"); err != nil {
			t.Skip(err)
		}
		defer func() { _ = syscall.Unmount(small, syscall.MNT_DETACH) }()
		store, err := verify.OpenStore(small)
		if err != nil {
			t.Fatal(err)
		}
		full := *bed
		full.Store = store
		h.bed = &full
		defer func() { h.bed = bed }()
		_, err = build(t, t.Context(), "FROM busybox\nRUN head -c 4000000 /dev/urandom >/f\n", "bases: [busybox]\nsmoke: [{command: [x]}]\n")
		if err == nil || !strings.Contains(err.Error(), "no space left on device") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("time", func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Second, errTime)
		defer cancel()
		r, err := build(t, ctx, "FROM busybox\nRUN sleep 60\n", "bases: [busybox]\nsmoke: [{command: [x]}]\n")
		if err != nil || r.Status != LeftOut || r.Reason != errTime.Error() {
			t.Errorf("got %+v (%v)", r, err)
		}
	})
	t.Run("short", func(t *testing.T) {
		r, err := build(t, t.Context(), "FROM busybox\n", "bases: [busybox]\nsmoke: [{command: ['true']}]\nexpect: {safe: {stages: 2}}\n")
		if err != nil || r.Status != Short || r.Reason != "1 stages, want 2" {
			t.Errorf("got %+v (%v)", r, err)
		}
		if err := outcome([]Result{r}); !errors.Is(err, errFailed) {
			t.Errorf("a project that falls short ends with %v", err)
		}
	})
	t.Run("not built", func(t *testing.T) {
		r, err := build(t, t.Context(), "FROM busybox\n", "bases: [busybox]\nnot_built_reason: no such registry\n")
		if err != nil || r.Status != NotBuilt || r.Reason != "no such registry" {
			t.Errorf("got %+v (%v)", r, err)
		}
	})
}
