package runner

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// maxSize bounds each executable, in bytes: it is sent to the builder.
const maxSize = 3 << 20

func TestFor(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		program, err := For(arch)
		if err != nil || !bytes.HasPrefix(program, []byte("\x7fELF")) {
			t.Errorf("%s: %v", arch, err)
		}
		if len(program) > maxSize {
			t.Errorf("%s: %d bytes, want at most %d", arch, len(program), maxSize)
		}
	}
	if _, err := For("s390x"); err == nil {
		t.Error("an architecture without a runner is no error")
	}
}

// The program is small because it has no HTTP library, and no TLS with it.
func TestProgramImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./program").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if slices.Contains(packages, "net/http") || slices.Contains(packages, "crypto/tls") || !slices.Contains(packages, "net") {
		t.Errorf("it is linked with %v", packages)
	}
}

// What is embedded is what the source says. Only the toolchain that built it builds the same bytes.
func TestUpToDate(t *testing.T) {
	if testing.Short() {
		t.Skip("builds twice")
	}
	want, err := os.ReadFile("toolchain")
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(want)) != runtime.Version() {
		t.Skipf("it was built with %s, this is %s", want, runtime.Version())
	}
	dir := t.TempDir()
	if out, err := exec.Command("sh", "build.sh", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, embedded := range map[string][]byte{"runner-amd64.gz": amd64, "runner-arm64.gz": arm64} {
		if built, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(unpack(t, built), unpack(t, embedded)) {
			t.Errorf("%s is not what the source builds to (%v): go generate ./internal/verify/runner", name, err)
		}
	}
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	cmd := exec.Command("gzip", "-dc")
	cmd.Stdin = bytes.NewReader(packed)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestProgram(t *testing.T) {
	program, err := For(runtime.GOARCH)
	if err != nil || runtime.GOOS != "linux" {
		t.Skip("the runner is for Linux on amd64 and arm64")
	}
	path := filepath.Join(t.TempDir(), "runner")
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked < 3 {
			w.WriteHeader(http.StatusServiceUnavailable) // as servers do that are not ready
			return
		}
		fmt.Fprint(w, r.URL)
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		exit int
		out  string
	}{
		{"it answers after a while", []string{"http", port, "/a?b=c", "200", "sleep", "60"}, 0, "answered\nHTTP/1.1 200 OK\r\n"},
		{"it listens", []string{"tcp", port, "sleep", "60"}, 0, "answered\n"},
		{"it still runs", []string{"alive", "0.3", "sleep", "60"}, 0, "answered\n"},
		{"it ends before it answers", []string{"tcp", "1", "sh", "-c", "exit 7"}, 7, ""},
		{"it ends too early", []string{"alive", "60", "true"}, 0, ""},
		{"it is killed", []string{"alive", "60", "sh", "-c", "kill -9 $$"}, 137, ""},
		{"there is no such command", []string{"alive", "1", "/no/such"}, 127, ""},
		{"without a command", []string{"tcp", "1"}, 125, ""},
		{"nonsense", []string{"alive", "x", "true"}, 125, ""},
	} {
		cmd := exec.Command(path, c.args...)
		out, _ := cmd.Output()
		if cmd.ProcessState.ExitCode() != c.exit || !strings.HasPrefix(string(out), c.out) || (c.out == "") != (len(out) == 0) {
			t.Errorf("%s: exit status %d, output %q", c.name, cmd.ProcessState.ExitCode(), out)
		}
	}
}
