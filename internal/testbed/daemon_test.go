package testbed

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dopt/internal/verify"
)

// A test bed that cannot start says so in one line.
func TestStartFails(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, which is looked at first")
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	path := os.Getenv("PATH")
	tools := t.TempDir()
	for _, c := range []struct{ name, path, want string }{
		{"no runc", tools, "needs runc"},
		{"daemon ends at once", tools + ":" + path, "no overlayfs here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("PATH", c.path)
			if c.path != tools {
				writeProgram(t, filepath.Join(tools, "runc"), "exit 0")
				fakeDaemon(t)
			}
			bed, err := Start(t.Context())
			if err == nil {
				bed.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want %q in it, on one line", err, c.want)
			}
		})
	}
}

// Whatever runs in the daemon ends with it.
func TestNothingIsLeft(t *testing.T) {
	if !Enabled() || Registry() {
		t.Skip("needs real builds on stand-ins: set DOPT_TESTBED=local")
	}
	bed, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	end := sync.OnceFunc(bed.Close)
	defer end()
	images, err := bed.Images(t.Context(), "busybox")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	const step = "sleep 1234.5"
	go func() {
		_, err := bed.Builder.Build(t.Context(), verify.Request{
			Dockerfile: []byte("FROM busybox\nRUN " + step + "\n"), Images: images, BuiltinFrontend: true,
		}, bed.Store)
		ended <- err
	}()
	marks := []string{step, bed.daemon.Path}
	for deadline := time.Now().Add(time.Minute); len(running(t, marks)) < len(marks); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("only %q run", running(t, marks))
		}
	}
	end()
	if err := <-ended; err == nil {
		t.Error("the build succeeded without its daemon")
	}
	if left := running(t, marks); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
	if _, err := os.Stat(bed.Store.Dir()); err == nil {
		t.Error("what was built is still there")
	}
}

// running returns the marks that are in the command line of a process.
func running(t *testing.T, marks []string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		text, _ := os.ReadFile(f) // it may have ended by now
		all.WriteString(strings.ReplaceAll(string(text), "\x00", " ") + "\n")
	}
	return slices.DeleteFunc(slices.Clone(marks), func(mark string) bool { return !strings.Contains(all.String(), mark) })
}

// fakeDaemon puts a program into the cache that ends as a daemon does that finds no overlayfs.
func fakeDaemon(t *testing.T) {
	t.Helper()
	dir, err := cacheDir()
	if err != nil {
		t.Fatal(err)
	}
	version, err := output(t.Context(), "", "go", "list", "-m", "-f", "{{.Version}}", buildkit)
	if err != nil {
		t.Fatal(err)
	}
	writeProgram(t, filepath.Join(dir, "buildkitd-"+strings.TrimSpace(string(version))), "echo no overlayfs here >&2; exit 1")
}

func writeProgram(t *testing.T, path, script string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}
