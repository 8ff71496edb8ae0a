package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slow is a project whose build takes longer than any test.
func slow(t *testing.T) string {
	t.Helper()
	return project(t, map[string]string{"Dockerfile": "FROM busybox\nRUN echo begun; sleep 300 # " + time.Now().String() + "\n"})
}

// A watched is a dopt process that builds.
type watched struct {
	*exec.Cmd
	out bytes.Buffer
	// tmp is its folder for temporary files.
	tmp  string
	done chan struct{}
}

// startSlow starts dopt on a slow project.
func startSlow(t *testing.T, flags ...string) *watched {
	t.Helper()
	return start(t, slow(t), flags...)
}

// start starts dopt as a process of its own, and returns when a step of the build says that it has begun.
func start(t *testing.T, dir string, flags ...string) *watched {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{Cmd: exec.Command(self), tmp: t.TempDir(), done: make(chan struct{})}
	w.Args = append([]string{"dopt", "verify"}, append(flags, "--progress", "plain", dir)...) // the test's main is dopt by that name
	w.Env = append(os.Environ(), "TMPDIR="+w.tmp)
	pipe, err := w.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	begun := make(chan struct{})
	go func() {
		defer close(w.done)
		told := false
		for buf := make([]byte, 4096); ; {
			n, err := pipe.Read(buf)
			w.out.Write(buf[:n])
			if !told && strings.Contains(w.out.String(), " begun\n") {
				told = true
				close(begun)
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { _ = w.Process.Kill() }) // it may have ended by now
	select {
	case <-begun:
	case <-w.done:
		t.Fatalf("it ended:\n%s", w.out.String())
	case <-time.After(2 * time.Minute):
		t.Fatal("the build does not begin")
	}
	return w
}

// ended waits for the end, and returns the exit code and the last line of what was said.
func (w *watched) ended(t *testing.T) (int, string) {
	t.Helper()
	select {
	case <-w.done:
	case <-time.After(time.Minute):
		t.Fatal("it does not end")
	}
	_ = w.Wait() // the code says it
	if left, _ := filepath.Glob(filepath.Join(w.tmp, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	lines := strings.Split(strings.TrimSpace(w.out.String()), "\n")
	return w.ProcessState.ExitCode(), lines[len(lines)-1]
}

func TestInterrupts(t *testing.T) {
	_, flags := bed(t, "busybox")
	t.Run("once", func(t *testing.T) {
		w := startSlow(t, flags...)
		_ = w.Process.Signal(os.Interrupt)
		if code, last := w.ended(t); code != exitFailed || !strings.Contains(last, "interrupted") {
			t.Errorf("exit code %d: %s", code, last)
		}
	})
	t.Run("twice", func(t *testing.T) {
		w := startSlow(t, flags...)
		_ = w.Process.Signal(os.Interrupt)
		_ = w.Process.Signal(os.Interrupt)
		if code, last := w.ended(t); code != exitFailed && code != exitInterrupted {
			t.Errorf("exit code %d: %s", code, last)
		}
	})
}

// A killed run cannot clean up; the next one does.
func TestKilled(t *testing.T) {
	_, flags := bed(t, "busybox")
	w := startSlow(t, flags...)
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-w.done
	_ = w.Wait() // that it was killed is known
	left, err := filepath.Glob(filepath.Join(w.tmp, "*"))
	if err != nil || len(left) != 1 {
		t.Fatalf("left behind: %v (%v)", left, err)
	}
	earlier := time.Now().Add(-time.Hour) // what is new may be that of a run which has not locked it yet
	if err := os.Chtimes(left[0], earlier, earlier); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", w.tmp)
	dir := project(t, map[string]string{"Dockerfile": "FROM busybox\n"})
	if code, out, errs := dopt(append([]string{"verify"}, append(flags, dir)...)...); code != 0 {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	noneLeft(t)
}

// What is built before and after a change of the context cannot be compared.
func TestContextChangesDuringTheBuild(t *testing.T) {
	_, flags := bed(t, "busybox")
	dir := project(t, map[string]string{"Dockerfile": "FROM busybox\nRUN echo begun; sleep 5 # " + time.Now().String() + "\n", "f": "x"})
	w := start(t, dir, flags...)
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, last := w.ended(t); code != exitFailed || !strings.HasSuffix(last, "the build context changed during the build: f") {
		t.Errorf("exit code %d: %s", code, last)
	}
}

func TestDaemonDies(t *testing.T) {
	b, flags := bed(t, "busybox")
	socket := "unix://" + filepath.Join(t.TempDir(), "d.sock")
	root := t.TempDir()
	daemon, err := b.Command(t.Context(), "--root", root, "--addr", socket, "--oci-worker-net=host", "--oci-worker-snapshotter=native")
	if err != nil {
		t.Fatal(err)
	}
	// With namespaces of its own, what it runs and mounts ends with it.
	daemon = exec.Command("unshare", append([]string{"--pid", "--mount", "--fork", "--kill-child", "--mount-proc", daemon.Path}, daemon.Args[1:]...)...)
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Kill() // it may have ended by now
		_ = daemon.Wait()
		for begin := time.Now(); os.RemoveAll(root) != nil && time.Since(begin) < 10*time.Second; {
			time.Sleep(100 * time.Millisecond)
		}
	})
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(100 * time.Millisecond) {
		if _, err := os.Stat(strings.TrimPrefix(socket, "unix://")); err == nil {
			break
		}
	}
	flags[1] = socket
	w := startSlow(t, flags...)
	_ = daemon.Process.Kill()
	if code, last := w.ended(t); code != exitFailed || !strings.Contains(last, "went away") {
		t.Errorf("exit code %d: %s", code, last)
	}
}

func TestDiskFull(t *testing.T) {
	_, flags := bed(t, "busybox")
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("needs a small file system: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(small, syscall.MNT_DETACH) })
	t.Setenv("TMPDIR", small)
	dir := project(t, map[string]string{"Dockerfile": "FROM busybox\nMAINTAINER me\nRUN dd if=/dev/urandom of=/big bs=1M count=4\n"})
	code, out, errs := dopt(append([]string{"verify"}, append(flags, dir)...)...)
	if code != exitFailed || !strings.Contains(errs, "no space left on device") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	noneLeft(t)
}

func TestRegistryRefuses(t *testing.T) {
	_, flags := bed(t)
	t.Setenv("TMPDIR", t.TempDir())
	dir := project(t, map[string]string{"Dockerfile": "FROM 127.0.0.1:1/none:1\nMAINTAINER me\n"})
	code, out, errs := dopt(append([]string{"verify"}, append(flags, dir)...)...)
	if code != exitFailed || !strings.Contains(out, "does not build") || !strings.Contains(out, "connection refused") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	noneLeft(t)
}

func TestTestHangs(t *testing.T) {
	_, flags := bed(t, "busybox")
	t.Setenv("TMPDIR", t.TempDir())
	dir := project(t, map[string]string{"Dockerfile": "FROM busybox\nMAINTAINER me\n"})
	begin := time.Now()
	code, out, errs := dopt(append([]string{"verify", "--test", "sleep 300", "--test-timeout", "2s"}, append(flags, dir)...)...)
	if code != 0 || !strings.Contains(out, "test sleep 300: inconclusive") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if took := time.Since(begin); took > 3*time.Minute {
		t.Errorf("it took %s", took)
	}
	noneLeft(t)
}
