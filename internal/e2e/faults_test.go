package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dopt/internal/testbed"
	"dopt/transform"
)

// What can go wrong around a case must end in one clear line, and end.
func TestFaults(t *testing.T) {
	if !testbed.Enabled() {
		t.Skip("needs real builds: set DOPT_TESTBED")
	}
	bed, err := testbed.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bed.Close()
	h := &harness{bed: bed, reach: &reach{bed: bed}, patience: 1, variant: variant{level: transform.Safe}}
	run := func(t *testing.T, ctx context.Context, dockerfile, rest string) (Result, error) {
		dir := t.TempDir()
		for name, text := range map[string]string{"Dockerfile": dockerfile, "case.yaml": "description: d\nlanguage: c\n" + rest} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		c, err := loadCase(dir)
		if err != nil {
			t.Fatal(err)
		}
		results, err := h.all(ctx, []*Case{c}, []variant{h.variant}, 1)
		if strings.Contains(results[0].Reason, "\n") {
			t.Errorf("several lines: %q", results[0].Reason)
		}
		return results[0], err
	}
	t.Run("hang", func(t *testing.T) {
		r, err := run(t, t.Context(), "FROM busybox\n", "bases: [busybox]\nsmoke: [{command: [sleep, '60'], seconds: 1}]\n")
		if err != nil || r.Status != Hangs || !strings.Contains(r.Reason, "time limit") {
			t.Errorf("got %+v (%v)", r, err)
		}
		if err := outcome([]Result{r}); err == nil || errors.Is(err, errFailed) {
			t.Errorf("a hanging check ends with %v, want an error of its own", err)
		}
	})
	t.Run("base", func(t *testing.T) {
		r, err := run(t, t.Context(), "FROM no/such:1\n", "bases: [no/such:1]\nsmoke: [{command: [x]}]\n")
		if err != nil || r.Status != NoBase || !strings.Contains(r.Reason, "base image no/such:1") {
			t.Errorf("got %+v (%v)", r, err)
		}
	})
	t.Run("build", func(t *testing.T) {
		r, err := run(t, t.Context(), "FROM busybox\nRUN echo why >&2; exit 3\n", "bases: [busybox]\nsmoke: [{command: [x]}]\n")
		if err != nil || r.Status != Failed || !strings.Contains(r.Reason, "why") {
			t.Errorf("got %+v (%v)", r, err)
		}
	})
	t.Run("time", func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Second, errTime)
		defer cancel()
		r, err := run(t, ctx, "FROM busybox\nRUN sleep 60\n", "bases: [busybox]\nsmoke: [{command: [x]}]\n")
		if err != nil || r.Status != LeftOut || r.Reason != errTime.Error() {
			t.Errorf("got %+v (%v)", r, err)
		}
	})
	t.Run("short", func(t *testing.T) {
		r, err := run(t, t.Context(), "FROM busybox\n", "bases: [busybox]\nsmoke: [{command: ['true']}]\nexpect: {safe: {stages: 2}}\n")
		if err != nil || r.Status != Short || r.Reason != "1 stages, want 2" {
			t.Errorf("got %+v (%v)", r, err)
		}
		if err := outcome([]Result{r}); !errors.Is(err, errFailed) {
			t.Errorf("a project that falls short ends with %v", err)
		}
	})
	t.Run("not built", func(t *testing.T) {
		r, err := run(t, t.Context(), "FROM busybox\n", "bases: [busybox]\nnot_built_reason: no such registry\n")
		if err != nil || r.Status != NotBuilt || r.Reason != "no such registry" {
			t.Errorf("got %+v (%v)", r, err)
		}
	})
}
