package testbed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
