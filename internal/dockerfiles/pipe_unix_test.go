//go:build unix

package dockerfiles_test

import (
	"syscall"
	"testing"
	"time"

	"dopt/internal/dockerfiles"
)

// TestPipe: a pipe that nobody writes to must not hold anything up.
func TestPipe(t *testing.T) {
	tree(t)
	if err := syscall.Mkfifo("Dockerfile", 0o644); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	go func() {
		_, errs := dockerfiles.Find([]string{"Dockerfile"})
		done <- errs[0]
		_, err := dockerfiles.Read("Dockerfile")
		done <- err
	}()
	for range 2 {
		select {
		case err := <-done:
			if err == nil || err.Error() != "Dockerfile:1:1: is a pipe, not a file; the path - stands for standard input" {
				t.Errorf("error %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it hangs")
		}
	}
	if found, errs := dockerfiles.Find([]string{"."}); len(found)+len(errs) > 0 {
		t.Errorf("found %q, %v: a pipe in a folder is no Dockerfile", found, errs)
	}
}
