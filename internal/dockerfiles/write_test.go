package dockerfiles_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dopt/internal/dockerfiles"
	"dopt/transform"
)

// read reads a file that must be readable.
func read(t *testing.T, path string) *dockerfiles.Source {
	t.Helper()
	s, err := dockerfiles.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantFolder checks what a folder holds, which shows files that were left behind.
func wantFolder(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s holds %q, want %q", dir, got, want)
	}
}

func wantText(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

func TestReplaceKeepsModeAndLink(t *testing.T) {
	tree(t, "real/file=old", "Dockerfile -> real/file")
	if err := os.Chmod("real/file", 0o640); err != nil {
		t.Fatal(err)
	}
	if err := read(t, "Dockerfile").Replace([]byte("new")); err != nil {
		t.Fatal(err)
	}
	wantText(t, "real/file", "new")
	if info, err := os.Lstat("Dockerfile"); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the symbolic link has become a file")
	}
	if info, err := os.Stat("real/file"); err != nil || info.Mode() != 0o640 {
		t.Errorf("mode %v, want 0640", info.Mode())
	}
	wantFolder(t, "real", "file")
	wantFolder(t, ".", "Dockerfile", "real")
}

func TestReplaceRefuses(t *testing.T) {
	change := map[string]func(t *testing.T){
		"file has changed while it was being rewritten; nothing was written": func(t *testing.T) {
			// same size and same time: only the content tells
			info, _ := os.Stat("Dockerfile")
			if err := os.WriteFile("Dockerfile", []byte("odl"), 0o644); err != nil {
				t.Fatal(err)
			}
			os.Chtimes("Dockerfile", time.Time{}, info.ModTime())
		},
		"no such file or directory": func(*testing.T) { os.Remove("Dockerfile") },
		"is a directory":            func(*testing.T) { os.Remove("Dockerfile"); os.Mkdir("Dockerfile", 0o755) },
	}
	if os.Getuid() != 0 { // root may write everywhere
		change["permission denied"] = func(*testing.T) { os.Chmod("Dockerfile", 0o444) }
		change["cannot be replaced: permission denied"] = func(t *testing.T) {
			os.Chmod(".", 0o555)
			t.Cleanup(func() { os.Chmod(".", 0o755) })
		}
	}
	for want, f := range change {
		t.Run(want, func(t *testing.T) {
			tree(t, "Dockerfile=old")
			s := read(t, "Dockerfile")
			f(t)
			err := s.Replace([]byte("new"))
			var place *transform.ParseError
			if !errors.As(err, &place) || err.Error() != "Dockerfile:1:1: "+want {
				t.Errorf("error %v, want %q", err, want)
			}
			if got, _ := os.ReadFile("Dockerfile"); string(got) == "new" {
				t.Error("the file was replaced")
			}
			left, _ := filepath.Glob(".dopt-*")
			if len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

func TestWrite(t *testing.T) {
	tree(t, "kept=old", "link -> kept", "folder/")
	if err := os.Chmod("kept", 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"link", "new", os.DevNull} {
		if err := dockerfiles.Write(path, []byte("new")); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	wantText(t, "kept", "new")
	wantText(t, "new", "new")
	if info, _ := os.Stat("kept"); info.Mode() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	if info, _ := os.Stat(os.DevNull); info.Mode().IsRegular() {
		t.Fatal("the null device has become a file")
	}
	for _, path := range []string{"folder", "nowhere/file"} {
		if dockerfiles.Write(path, nil) == nil {
			t.Errorf("%s: no error", path)
		}
	}
	wantFolder(t, ".", "folder", "kept", "link", "new")
}

func TestReadRefuses(t *testing.T) {
	tree(t, "folder/", "large", "self -> self")
	if err := os.Truncate("large", 50<<20); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"folder":   "folder:1:1: is a folder, not a file",
		"large":    "large:1:1: file is too large: 52428800 bytes, the limit is 4194304",
		"nowhere":  "nowhere:1:1: no such file or directory",
		"/dev/tty": "",
		"self":     "",
	} {
		_, err := dockerfiles.Read(path)
		var place *transform.ParseError
		if !errors.As(err, &place) || want != "" && err.Error() != want {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
	}
}

func TestReadFrom(t *testing.T) {
	s, err := dockerfiles.ReadFrom(strings.NewReader("FROM a"), "<stdin>")
	if err != nil || s.Path != "<stdin>" || string(s.Data) != "FROM a" {
		t.Errorf("got %+v, %v", s, err)
	}
	_, err = dockerfiles.ReadFrom(strings.NewReader(strings.Repeat("x", transform.MaxSize+1)), "<stdin>")
	if err == nil || err.Error() != "<stdin>:1:1: file is too large: more than 4194304 bytes, the limit is 4194304" {
		t.Errorf("error %v", err)
	}
}

// beside reads a file that is rewritten with a Dockerfile.
func beside(t *testing.T, path string) *dockerfiles.Source {
	t.Helper()
	s, err := dockerfiles.ReadBeside(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReplaceAll(t *testing.T) {
	tree(t, "Dockerfile=old", "old.dockerignore=.git")
	if err := os.Chmod("old.dockerignore", 0o600); err != nil {
		t.Fatal(err)
	}
	err := dockerfiles.ReplaceAll([]dockerfiles.Replacement{
		{Source: read(t, "Dockerfile"), New: []byte("new")},
		{Source: beside(t, ".dockerignore"), New: []byte("venv\n")},
		{Source: beside(t, "old.dockerignore"), New: []byte(".git\nvenv\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, "Dockerfile", "new")
	wantText(t, ".dockerignore", "venv\n")
	wantText(t, "old.dockerignore", ".git\nvenv\n")
	for name, want := range map[string]fs.FileMode{".dockerignore": 0o644, "old.dockerignore": 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v", name, info.Mode(), want)
		}
	}
	wantFolder(t, ".", ".dockerignore", "Dockerfile", "old.dockerignore")
}

// Where one file of a set cannot be written, none is.
func TestReplaceAllOrNothing(t *testing.T) {
	for name, spoil := range map[string]func(){
		"a file has appeared":     func() { os.WriteFile(".dockerignore", []byte("mine"), 0o644) },
		"the other one is gone":   func() { os.Remove("other") },
		"the other one has moved": func() { os.Remove("other"); os.Mkdir("other", 0o755) },
	} {
		t.Run(name, func(t *testing.T) {
			tree(t, "Dockerfile=old", "other=text")
			set := []dockerfiles.Replacement{
				{Source: read(t, "Dockerfile"), New: []byte("new")},
				{Source: beside(t, ".dockerignore"), New: []byte("venv\n")},
				{Source: read(t, "other"), New: []byte("changed")},
			}
			spoil()
			if err := dockerfiles.ReplaceAll(set); err == nil {
				t.Fatal("no error")
			}
			wantText(t, "Dockerfile", "old")
			if text, err := os.ReadFile(".dockerignore"); err == nil && string(text) != "mine" {
				t.Errorf(".dockerignore was written: %q", text)
			}
			left, _ := filepath.Glob(".dopt-*")
			if len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// A link in a build context may lead anywhere: nothing is written through it.
func TestReadBesideRefusesLinks(t *testing.T) {
	tree(t, "secret=mine", ".dockerignore -> secret")
	if _, err := dockerfiles.ReadBeside(".dockerignore"); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("error %v, want one about the link", err)
	}
}
