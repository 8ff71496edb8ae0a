//go:build unix

package project_test

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dopt/internal/project"
	"dopt/transform"
)

// TestWalkPastPipes: what is neither a file nor a link is no part of the sizes, and nothing waits for it.
func TestWalkPastPipes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"pipe", ".dockerignore"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	socket, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	usage := func() (transform.Usage, error) {
		c := project.NewContext(dir)
		defer c.Close()
		return project.New(c, "Dockerfile", nil, nil).Usage(".")
	}
	done := make(chan error, 1)
	go func() {
		_, err := usage()
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil || err.Error() != ".dockerignore: not a regular file" {
			t.Errorf("an ignore file that is a pipe: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it hangs")
	}
	if err := os.Remove(filepath.Join(dir, ".dockerignore")); err != nil {
		t.Fatal(err)
	}
	if u, err := usage(); err != nil || u != (transform.Usage{}) {
		t.Errorf("%+v, %v", u, err)
	}
}

// TestUnreadableFolderOnDisk is TestUnreadableFolder with the system's own error.
func TestUnreadableFolderOnDisk(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root can read everything")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "private"), 0); err != nil {
		t.Fatal(err)
	}
	c := project.NewContext(dir)
	defer c.Close()
	if _, err := project.New(c, "", nil, nil).Usage("."); err == nil || err.Error() != "private: permission denied" {
		t.Errorf("error %v", err)
	}
}
