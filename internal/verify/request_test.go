package verify_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dopt/internal/verify"
)

// What a build is given reaches it: build arguments, the target, the platform, secrets from a file and from the environment, an SSH
// key, and a named context that is a folder. All of it does so more than once, since a rewrite is built after the original.
func TestRequestPassesThrough(t *testing.T) {
	needBed(t)
	dir, other := t.TempDir(), t.TempDir()
	secret, key := filepath.Join(dir, "secret"), filepath.Join(dir, "key")
	if err := os.WriteFile(secret, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "f"), []byte("four"), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		t.Skipf("needs ssh-keygen: %v: %s", err, out)
	}
	t.Setenv("DOPT_TEST_SECRET", "two")
	access, err := verify.Access([]string{"id=file,src=" + secret, "id=env,env=DOPT_TEST_SECRET"}, []string{"default=" + key})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		image := build(t, verify.Request{
			Dockerfile: []byte(`FROM busybox AS wanted
ARG WORD
ARG TIME
RUN --mount=type=secret,id=file --mount=type=secret,id=env --mount=type=ssh \
    test "$(cat /run/secrets/file) $(cat /run/secrets/env) $WORD" = "one two three" && test -S "$SSH_AUTH_SOCK" && echo "$TIME" >/time
COPY --from=other f /f
FROM busybox
RUN false
`),
			Args: map[string]string{"WORD": "three", "TIME": time.Now().String()}, Target: "WANTED", Platform: "linux/" + runtime.GOARCH,
			Contexts: map[string]string{"other": other}, Access: access,
		}, "busybox")
		files, err := image.Files(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if f := files["/f"]; f.Size != int64(len("four")) || files["/time"].Size == 0 || image.Config.Architecture != runtime.GOARCH {
			t.Errorf("%+v, %+v, %s", f, files["/time"], image.Config.Architecture)
		}
	}
}

func TestAccessErrors(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	for _, c := range []struct{ secrets, ssh []string }{
		{secrets: []string{"id=x,src=" + none}}, {secrets: []string{"x"}}, {secrets: []string{"src=" + none}}, {ssh: []string{"default=" + none}},
	} {
		if _, err := verify.Access(c.secrets, c.ssh); err == nil {
			t.Errorf("%+v is no error", c)
		}
	}
}

func TestContextErrors(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.json"), []byte(`{"manifests":[{"digest":"sha256:0"},{"digest":"sha256:1"}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	builder, err := verify.Connect(t.Context(), verify.Endpoint{Addr: "unix://" + fakeDaemon(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer builder.Close()
	store, err := verify.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{filepath.Join(dir, "none"), "oci-layout://" + filepath.Join(dir, "none"), "oci-layout://" + dir + ":other", "oci-layout://" + dir + "@nonsense"} {
		if _, err := builder.Build(t.Context(), verify.Request{Contexts: map[string]string{"x": source}}, store); err == nil || !strings.Contains(err.Error(), "build context x: ") {
			t.Errorf("%s: got %v", source, err)
		}
	}
}
