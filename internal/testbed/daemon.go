package testbed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"dopt/internal/verify"
)

// buildkit is the module that the daemon is built from; go.mod has its version for the client.
const buildkit = "github.com/moby/buildkit"

const (
	// startTimeout bounds the daemon's start, stopTimeout its end.
	startTimeout = 30 * time.Second
	stopTimeout  = 20 * time.Second
	// keepStorage are BuildKit's limits in MB: what it keeps at least, how much disk stays free, what it keeps at most.
	keepStorage = "4000,8000,16000"
)

// A Bed is a running test bed. Close it: the daemon ends with it, its cache stays.
type Bed struct {
	// Builder is connected to the daemon.
	Builder *verify.Builder
	// Store takes what tests build; it is removed by Close.
	Store *verify.Store

	dir    string
	lock   *os.File
	daemon *exec.Cmd
	exited chan error
	baker  *baker
}

// Start starts the daemon. One test bed at a time runs per user: a second Start waits for the first to be closed.
func Start(ctx context.Context) (*Bed, error) {
	dir, err := cacheDir()
	if err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return nil, errors.New("the test bed needs root: it runs a BuildKit daemon")
	}
	if _, err := exec.LookPath("runc"); err != nil {
		return nil, errors.New("the test bed needs runc (apt-get install runc)")
	}
	b := &Bed{dir: dir}
	if err := b.start(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("test bed: %w", err)
	}
	return b, nil
}

func (b *Bed) start(ctx context.Context) (err error) {
	if b.lock, err = lock(ctx, filepath.Join(b.dir, "lock")); err != nil {
		return err
	}
	binary, err := b.binary(ctx)
	if err != nil {
		return err
	}
	socket := "unix://" + filepath.Join(b.dir, "buildkitd.sock")
	if err := b.run(binary, socket); err != nil {
		return err
	}
	if b.Builder, err = b.connect(ctx, socket); err != nil {
		return err
	}
	// What a killed run has left; the lock says that no other one uses it.
	for _, pattern := range []string{"store-*", "bake-*"} {
		left, _ := filepath.Glob(filepath.Join(b.dir, pattern)) // the pattern is good
		for _, dir := range left {
			_ = os.RemoveAll(dir) // some space lost at worst
		}
	}
	store, err := os.MkdirTemp(b.dir, "store-")
	if err != nil {
		return err
	}
	if b.Store, err = verify.OpenStore(store); err != nil {
		return err
	}
	b.baker, err = newBaker(b)
	return err
}

// Close ends the daemon and whatever runs in it.
func (b *Bed) Close() {
	if b.Builder != nil {
		_ = b.Builder.Close() // the daemon ends next
	}
	if b.daemon != nil {
		_ = b.daemon.Process.Signal(syscall.SIGTERM) // it may have ended by now
		select {
		case <-b.exited:
		case <-time.After(stopTimeout):
			_ = b.daemon.Process.Kill()
			<-b.exited
		}
	}
	if b.Store != nil {
		_ = os.RemoveAll(b.Store.Dir())
	}
	if b.lock != nil {
		_ = b.lock.Close() // releases the lock
	}
}

// cacheDir returns the folder for all that is kept between runs.
func cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("test bed: %w", err)
	}
	dir := filepath.Join(base, "dopt")
	return dir, os.MkdirAll(dir, 0o755)
}

// lock waits until no other test bed runs.
func lock(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for told := false; ; told = true {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if !told {
			fmt.Fprintf(os.Stderr, "test bed: waiting for another run to end (%s)\n", path)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// binary returns the path of buildkitd, which is built once per version.
func (b *Bed) binary(ctx context.Context) (string, error) {
	module, err := output(ctx, "", "go", "list", "-m", "-f", "{{.Version}}", buildkit)
	if err != nil {
		return "", err
	}
	version := string(bytes.TrimSpace(module))
	path := filepath.Join(b.dir, "buildkitd-"+version)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	fmt.Fprintf(os.Stderr, "test bed: building buildkitd %s (once, some minutes)\n", version)
	text, err := output(ctx, "", "go", "mod", "download", "-json", buildkit+"@"+version)
	if err != nil {
		return "", err
	}
	var source struct{ Dir string }
	if err := json.Unmarshal(text, &source); err != nil {
		return "", err
	}
	// In the module's own folder, with its own versions of everything; `go install` refuses the exclude lines of its go.mod.
	if _, err := output(ctx, source.Dir, "go", "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", path+".new", "./cmd/buildkitd"); err != nil {
		return "", err
	}
	return path, os.Rename(path+".new", path)
}

// run starts the daemon so that it ends with this process, however that ends.
func (b *Bed) run(binary, socket string) error {
	log, err := os.Create(filepath.Join(b.dir, "buildkitd.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(binary, "--root", filepath.Join(b.dir, "buildkit"), "--addr", socket,
		"--oci-worker-net=host", "--oci-worker-snapshotter=overlayfs", "--oci-worker-gc-keepstorage="+keepStorage)
	cmd.Stdout, cmd.Stderr = log, log
	// A group of its own: an interrupt reaches the harness first, which then ends the daemon in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	started, exited := make(chan error), make(chan error, 1)
	go func() {
		// The kernel sends Pdeathsig when the starting thread ends, so it must stay.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			exited <- cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	b.daemon, b.exited = cmd, exited
	return nil
}

// Command returns the command of a daemon of its own with these arguments, for tests of what the test bed's is not for.
func (b *Bed) Command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	binary, err := b.binary(ctx)
	if err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, binary, args...), nil
}

// connect waits until the daemon answers.
func (b *Bed) connect(ctx context.Context, socket string) (*verify.Builder, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		builder, err := verify.Connect(ctx, verify.Endpoint{Addr: socket})
		if err == nil {
			return builder, nil
		}
		select {
		case err := <-b.exited:
			b.exited <- err
			return nil, fmt.Errorf("buildkitd ended (%w): %s", err, b.lastLog())
		case <-ctx.Done():
			return nil, fmt.Errorf("buildkitd does not answer: %s", b.lastLog())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// lastLog returns the last line of the daemon's log.
func (b *Bed) lastLog() string {
	text, err := os.ReadFile(filepath.Join(b.dir, "buildkitd.log"))
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(lines[len(lines)-1])
}

// output runs a command in dir and returns its standard output; the error has the end of what it wrote.
func output(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		tail := bytes.TrimSpace(stderr.Bytes())
		return nil, fmt.Errorf("%s %s: %w: %s", name, args[0], err, tail[max(0, len(tail)-500):])
	}
	return stdout.Bytes(), nil
}
