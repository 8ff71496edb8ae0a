package verify_test

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dopt/internal/testbed"
	"dopt/internal/verify"
)

// bed is the daemon of all tests here; nil where DOPT_TESTBED does not ask for real builds.
var bed *testbed.Bed

func TestMain(m *testing.M) {
	if socket := os.Getenv(dialVariable); socket != "" {
		dialStdio(socket)
		return
	}
	if !testbed.Enabled() {
		os.Exit(m.Run())
	}
	var err error
	if bed, err = testbed.Start(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	bed.Close()
	os.Exit(code)
}

func needBed(t *testing.T) {
	t.Helper()
	if bed == nil {
		t.Skip("needs real builds: set DOPT_TESTBED")
	}
}

// build builds a Dockerfile on stand-ins for the images that it names.
func build(t *testing.T, r verify.Request, images ...string) *verify.Image {
	t.Helper()
	var err error
	if r.Images, err = bed.Images(t.Context(), images...); err != nil {
		t.Fatal(err)
	}
	r.BuiltinFrontend = true
	image, err := bed.Builder.Build(t.Context(), r, bed.Store)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// inside builds a Dockerfile as build does, and calls run in the build.
func inside(t *testing.T, r verify.Request, run func(context.Context, *verify.Sandbox) error, images ...string) {
	t.Helper()
	var err error
	if r.Images, err = bed.Images(t.Context(), images...); err != nil {
		t.Fatal(err)
	}
	r.BuiltinFrontend = true
	if _, err := bed.Builder.BuildAndRun(t.Context(), r, bed.Store, run); err != nil {
		t.Fatal(err)
	}
}

// BuildKit's transfer compares size, mode and time only; each of these once gave the wrong files.
func TestContextsAreNotMixedUp(t *testing.T) {
	needBed(t)
	when := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	project := func(text string) string {
		dir := t.TempDir()
		path := filepath.Join(dir, "f")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	dockerfile := []byte("FROM scratch\nCOPY f /f\n")
	first, second := project("one"), project("two")
	requests := map[string]verify.Request{
		"one":   {Dir: first, Dockerfile: dockerfile},
		"two":   {Dir: second, Dockerfile: dockerfile},
		"three": {Dir: first, Dockerfile: dockerfile, Overlay: map[string][]byte{"f": []byte("three")}},
		"tree_": {Dir: first, Dockerfile: dockerfile, Overlay: map[string][]byte{"f": []byte("tree_")}},
		"empty": {Dockerfile: dockerfile, Overlay: map[string][]byte{"f": []byte("empty")}},
		"seven": {Dockerfile: dockerfile, Overlay: map[string][]byte{"f": []byte("seven")}},
	}
	seen := map[string]string{}
	for want, r := range requests {
		image := build(t, r)
		files, err := image.Files(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := files["/f"].Size; got != int64(len(want)) {
			t.Errorf("%s: /f has %d bytes", want, got)
		}
		content := files["/f"].Digest.String()
		if other, ok := seen[content]; ok {
			t.Errorf("%s and %s gave the same file", want, other)
		}
		seen[content] = want
	}
}

// An ignore file that is only put over the context counts, in each of its places, and no longer
// once it is gone: the builder keeps what it was sent of a context.
func TestIgnoreFileOfTheOverlay(t *testing.T) {
	needBed(t)
	dir := t.TempDir()
	for _, name := range []string{"kept", "hidden"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		overlay map[string][]byte
		want    bool
	}{
		{"none", nil, true},
		{"new", map[string][]byte{".dockerignore": []byte("hidden\n")}, false},
		{"of the Dockerfile", map[string][]byte{"Dockerfile.dockerignore": []byte("hidden\n"), ".dockerignore": []byte("kept\n")}, false},
		{"none again", nil, true},
	} {
		files, err := build(t, verify.Request{Dir: dir, Dockerfile: []byte("FROM scratch\nCOPY . /\n"), Overlay: c.overlay}).Files(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := files["/hidden"]; ok != c.want {
			t.Errorf("%s: the ignored file is in the image: %t", c.name, ok)
		}
		if _, ok := files["/kept"]; !ok {
			t.Errorf("%s: the other file is not in the image", c.name)
		}
	}
}

// An edit of one file runs the steps behind it again, and no others.
func TestTraceTellsWhatRan(t *testing.T) {
	needBed(t)
	images, err := bed.Images(t.Context(), "busybox")
	if err != nil {
		t.Fatal(err)
	}
	trace := func(text string) []string {
		t.Helper()
		built, err := bed.Builder.BuildAndRun(t.Context(), verify.Request{
			Dockerfile: []byte("FROM busybox\nCOPY manifest /\nRUN cat /manifest\nCOPY source /\nRUN cat /source\n"),
			Overlay:    map[string][]byte{"manifest": []byte("m"), "source": []byte(text)},
			Images:     images, BuiltinFrontend: true,
		}, bed.Store, nil)
		if err != nil {
			t.Fatal(err)
		}
		var ran []string
		for _, v := range built.Vertices {
			if _, name, _ := strings.Cut(v.Name, "] "); v.Ran && (strings.HasPrefix(name, "COPY") || strings.HasPrefix(name, "RUN")) {
				ran = append(ran, name)
			}
		}
		slices.Sort(ran)
		return ran
	}
	edit := time.Now().Format(time.RFC3339Nano) // no earlier test has built with it
	trace(edit)
	if got, want := trace(edit+"!"), []string{"COPY source /", "RUN cat /source"}; !slices.Equal(got, want) {
		t.Errorf("after an edit: got %q, want %q", got, want)
	}
	if got := trace(edit + "!"); got != nil {
		t.Errorf("without an edit: got %q, want none", got)
	}
}

// Two Dockerfiles of one size, over one context, are two.
func TestSameSizeDockerfiles(t *testing.T) {
	needBed(t)
	dir := t.TempDir()
	a := build(t, verify.Request{Dir: dir, Dockerfile: []byte("FROM scratch\nLABEL v=1\n")})
	b := build(t, verify.Request{Dir: dir, Dockerfile: []byte("FROM scratch\nLABEL v=2\n")})
	if a.Config.Config.Labels["v"] != "1" || b.Config.Config.Labels["v"] != "2" {
		t.Errorf("labels %v and %v", a.Config.Config.Labels, b.Config.Config.Labels)
	}
}

func TestFiles(t *testing.T) {
	needBed(t)
	image := build(t, verify.Request{Dockerfile: []byte(`FROM busybox
RUN mkdir /d /e && echo one >/d/a && echo two >/d/b && echo three >/e/c && echo joe:x:1000:1000::/home:/bin/sh >>/etc/passwd
RUN rm /d/a && rm -r /e && mkdir /e && ln -s b /d/link && ln /d/b /d/hard && chown joe /d/b && chmod 4750 /d/b
RUN rm -r /d/link && mkdir -m 700 /d/link && chown 7:8 /d/link
`)}, "busybox")
	files, err := image.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"/d/a", "/e/c"} {
		if _, ok := files[gone]; ok {
			t.Errorf("%s is still there", gone)
		}
	}
	b := files["/d/b"]
	if b.Type != tar.TypeReg || b.Mode != 0o4750 || b.UID != 1000 || b.Size != 4 {
		t.Errorf("/d/b is %+v", b)
	}
	if files["/d/hard"] != b {
		t.Errorf("/d/hard is %+v, want what /d/b is", files["/d/hard"])
	}
	if l := files["/d/link"]; l.Type != tar.TypeDir || l.Mode != 0o700 || l.UID != 7 || l.GID != 8 {
		t.Errorf("/d/link is %+v", l)
	}
}

func TestBuildErrorNamesTheStep(t *testing.T) {
	needBed(t)
	images, err := bed.Images(t.Context(), "busybox")
	if err != nil {
		t.Fatal(err)
	}
	_, err = bed.Builder.Build(t.Context(), verify.Request{
		Dockerfile: []byte("FROM busybox\nRUN echo first\nRUN echo the reason && exit 7\n"), Images: images,
	}, bed.Store)
	var failed *verify.BuildError
	if !errors.As(err, &failed) || !strings.Contains(failed.Step, "exit 7") || !strings.Contains(failed.Output, "the reason") {
		t.Errorf("the error is %#v", err)
	}
	if err != nil && strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has several lines: %q", err)
	}
}

func TestRun(t *testing.T) {
	needBed(t)
	inside(t, verify.Request{Dockerfile: []byte(`FROM busybox
RUN echo joe:x:1000:1000::/home:/bin/sh >>/etc/passwd
ENV A=1 B=2
USER joe
WORKDIR /srv
ENTRYPOINT ["sh", "-c"]
CMD ["echo $A $B $C $(whoami) $PWD; cat; echo err >&2; exit 3"]
`)}, func(ctx context.Context, s *verify.Sandbox) error {
		got, err := s.Run(ctx, verify.Step{Env: map[string]string{"B": "3", "C": "4"}, Stdin: "input"})
		if err != nil || got.Exit != 3 || got.Stdout != "1 3 4 joe /srv\ninput" || got.Stderr != "err\n" || got.TimedOut || got.Seconds <= 0 {
			t.Errorf("got %+v (%v)", got, err)
		}
		got, err = s.Run(ctx, verify.Step{Args: []string{"ip addr"}})
		if err != nil || !strings.Contains(got.Stdout, "127.0.0.1") || strings.Contains(got.Stdout, "eth0") {
			t.Errorf("the network is not loopback alone: %+v (%v)", got, err)
		}
		got, err = s.Run(ctx, verify.Step{Entrypoint: []string{"/no/such"}})
		if err == nil && got.Exit == 0 {
			t.Errorf("a missing command gave %+v (%v)", got, err)
		}
		if _, err := s.Run(ctx, verify.Step{Entrypoint: []string{}}); !errors.Is(err, verify.ErrNoCommand) {
			t.Errorf("no command at all gave %v", err)
		}
		return nil
	}, "busybox")
}

func TestHangingStepIsStopped(t *testing.T) {
	needBed(t)
	inside(t, verify.Request{Dockerfile: []byte("FROM busybox\nRUN echo 7318 >/marker\n")}, func(ctx context.Context, s *verify.Sandbox) error {
		start := time.Now()
		got, err := s.Run(ctx, verify.Step{Args: []string{"sh", "-c", "trap '' TERM; sleep 73181"}, Timeout: time.Second})
		if err != nil || !got.TimedOut || got.Exit != -1 {
			t.Errorf("got %+v (%v)", got, err)
		}
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("it took %s", took)
		}
		return nil
	}, "busybox")
	if text, err := exec.Command("ps", "ax", "-o", "args").Output(); err != nil || slices.Contains(strings.Split(string(text), "\n"), "sleep 73181") {
		t.Errorf("the step still runs (%v)", err)
	}
}

func TestProbe(t *testing.T) {
	needBed(t)
	inside(t, verify.Request{Dockerfile: []byte(`FROM busybox
RUN mkdir /www && echo hello >/www/index.html
CMD sleep 1; exec httpd -f -p 8080 -h /www
`)}, func(ctx context.Context, s *verify.Sandbox) error {
		for path, want := range map[string]verify.Answer{
			"/index.html": {Answered: true, Status: 200, Body: "hello"}, "/none": {Answered: true, Status: 404, Body: "<HTML>"},
		} {
			answer, outcome, err := s.Probe(ctx, verify.Step{}, verify.Probe{Port: 8080, Path: path, Status: want.Status})
			if err != nil || !answer.Answered || answer.Status != want.Status || !strings.HasPrefix(answer.Body, want.Body) {
				t.Errorf("%s: got %+v, %+v (%v)", path, answer, outcome, err)
			}
		}
		for name, probe := range map[string]verify.Probe{"listens": {Port: 8080}, "runs": {Alive: 2 * time.Second}} {
			if answer, outcome, err := s.Probe(ctx, verify.Step{}, probe); err != nil || !answer.Answered {
				t.Errorf("%s: got %+v, %+v (%v)", name, answer, outcome, err)
			}
		}
		answer, outcome, err := s.Probe(ctx, verify.Step{Args: []string{"sh", "-c", "exit 4"}}, verify.Probe{Port: 8080, Path: "/", Status: 200})
		if err != nil || answer.Answered || outcome.Exit != 4 {
			t.Errorf("a server that ends gave %+v, %+v (%v)", answer, outcome, err)
		}
		return nil
	}, "busybox")
}

// An image without a shell, and with a user of its own, is tried, too.
func TestProbeWithoutShell(t *testing.T) {
	needBed(t)
	inside(t, verify.Request{Dockerfile: []byte(`FROM busybox AS build
RUN mkdir -p /r/bin /r/www && cp /bin/busybox /r/bin/ && echo hello >/r/www/index.html
FROM scratch
COPY --from=build /r /
USER 1234
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]
`)}, func(ctx context.Context, s *verify.Sandbox) error {
		answer, outcome, err := s.Probe(ctx, verify.Step{}, verify.Probe{Port: 8080, Path: "/index.html", Status: 200})
		if err != nil || answer.Body != "hello\n" {
			t.Errorf("got %+v, %+v (%v)", answer, outcome, err)
		}
		return nil
	}, "busybox")
}
