//go:build unix

package project_test

import (
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dopt/internal/project"
)

// TestContextPipe: a pipe that nobody writes to must not hold anything up.
func TestContextPipe(t *testing.T) {
	dir := files(t)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := fs.ReadFile(project.NewContext(dir), "pipe")
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("a pipe was read")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it hangs")
	}
}
