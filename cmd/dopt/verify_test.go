package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/testbed"
	"dopt/internal/testbed/testbedtest"
	"dopt/internal/verify/result"
)

// bed starts the test bed of a test, and returns it with the flags that name its daemon and the images that stand in.
func bed(t *testing.T, images ...string) (b *testbed.Bed, flags []string) {
	t.Helper()
	b = testbedtest.Start(t)
	flags = []string{"--addr", b.Builder.Addr(), "--progress", "quiet", "--color", "never"}
	stored, err := b.Images(t.Context(), images...)
	if err != nil {
		t.Fatal(err)
	}
	for name, image := range stored {
		flags = append(flags, "--build-context", fmt.Sprintf("%s=oci-layout://%s@%s", strings.TrimSuffix(name, ":latest"), image.Layout, image.Digest))
	}
	return b, flags
}

// project writes the files of a project and returns its folder.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// dopt runs the program and returns its exit code and what it wrote.
func dopt(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(append([]string{"dopt"}, args...), strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

// noneLeft checks that nothing of a verification is left behind.
func noneLeft(t *testing.T) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "dopt-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestVerify(t *testing.T) {
	_, flags := bed(t, "busybox")
	t.Setenv("TMPDIR", t.TempDir())
	dir := project(t, map[string]string{
		"Dockerfile":       "FROM busybox\nMAINTAINER joe\nWORKDIR /app\nRUN printf '#!/bin/sh\\nwhile read p; do echo got $p; done <requirements.txt' >/bin/pip && chmod +x /bin/pip\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [\"sleep\", \"100\"]\n",
		"requirements.txt": "flask\n",
		"app.py":           "print('hello')\n",
		".git/config":      "[core]\n",
	})
	path := filepath.Join(dir, "Dockerfile")
	verifyJSON := func(args ...string) (int, *result.Result) {
		code, out, errs := dopt(append(append([]string{"verify", "--format", "json"}, flags...), args...)...)
		var report struct {
			Files []struct{ Verification *result.Result }
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Files) != 1 {
			t.Fatalf("%v: %s%s", err, out, errs)
		}
		return code, report.Files[0].Verification
	}

	t.Run("all holds", func(t *testing.T) {
		code, r := verifyJSON("--test", "cat app.py", "--rebuilds", "3", path)
		if code != 0 || r == nil || r.Verdict != result.Held {
			t.Fatalf("exit code %d, %+v", code, r)
		}
		if again := r.Rebuild; again == nil || again.Edited != "app.py" || len(again.Before.Steps) != 2 || len(again.After.Steps) != 1 || len(again.After.Runs) != 3 {
			t.Errorf("an edit builds again: %+v", r.Rebuild)
		}
		if len(r.Tests) != 1 || r.Tests[0].After == nil || !r.Tests[0].After.Passed {
			t.Errorf("tests: %+v", r.Tests)
		}
		last := r.After.Layers[len(r.After.Layers)-1]
		if last.Base || last.Line == 0 || r.Before.Compressed == 0 || r.Files.Gone.Files == 0 {
			t.Errorf("the last layer is %+v; files: %+v", last, r.Files)
		}
		noneLeft(t)
	})
	t.Run("a broken file of somebody else", func(t *testing.T) {
		broken := filepath.Join(t.TempDir(), "Dockerfile.new")
		if err := os.WriteFile(broken, []byte("FROM busybox\nLABEL a=b\nWORKDIR /app\nCMD [\"sleep\", \"100\"]\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		code, r := verifyJSON("--test", "cat app.py", "--with", broken, path)
		if code != 1 || r.Verdict != result.Original || !strings.Contains(r.Reason, "cat app.py") || r.Rewritten != r.Original {
			t.Errorf("exit code %d, verdict %s because %s", code, r.Verdict, r.Reason)
		}
	})
	t.Run("text", func(t *testing.T) {
		page := filepath.Join(t.TempDir(), "page.html")
		code, out, errs := dopt(append([]string{"verify", "--html", page}, append(flags, path)...)...)
		if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "all changes hold") || !strings.HasSuffix(string(text), "</html>\n") {
			t.Errorf("the page: %v\n%s", err, text)
		}
		if code != 0 || !strings.Contains(out, "all changes hold") || !strings.Contains(out, "compressed") || !strings.Contains(out, "starts as the original does: passed") {
			t.Errorf("exit code %d:\n%s%s", code, out, errs)
		}
	})
	t.Run("in place", func(t *testing.T) {
		code, out, errs := dopt(append([]string{"rewrite", "--verify", "-i", "--test", "cat app.py"}, append(flags, path)...)...)
		text, err := os.ReadFile(path)
		if code != 0 || err != nil || !strings.Contains(string(text), "COPY requirements.txt") {
			t.Errorf("exit code %d:\n%s%s\n%s", code, out, errs, text)
		}
	})
	t.Run("the original does not build", func(t *testing.T) {
		other := project(t, map[string]string{"Dockerfile": "FROM busybox\nMAINTAINER x\nRUN echo why; exit 3\n"})
		code, r := verifyJSON(filepath.Join(other, "Dockerfile"))
		if code != 2 || r.Verdict != result.Broken || !strings.Contains(r.Faults[0].Output, "why") {
			t.Errorf("exit code %d, %+v", code, r)
		}
	})
}

func TestVerifyWithoutBuilder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir := project(t, map[string]string{"Dockerfile": "FROM busybox\n"})
	code, _, errs := dopt("verify", "--addr", "unix://"+filepath.Join(dir, "none.sock"), dir)
	if code != 2 || !strings.Contains(errs, "no BuildKit daemon answers") || !strings.Contains(errs, "docker buildx create") || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit code %d: %s", code, errs)
	}
	noneLeft(t)
}

// What --html cannot do is said before anything is built.
func TestVerifyPageWithoutFolder(t *testing.T) {
	dir := project(t, map[string]string{"Dockerfile": "FROM busybox\n"})
	code, _, errs := dopt("verify", "--addr", "unix://"+filepath.Join(dir, "none.sock"), "--html", filepath.Join(dir, "none", "page.html"), dir)
	if code != 2 || !strings.Contains(errs, "--html: "+filepath.Join(dir, "none")+" is not a folder") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
