package project_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/project"
)

// files makes a folder with a context and a file beside it that is none of its business.
func files(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	context := filepath.Join(dir, "context")
	for name, text := range map[string]string{"secret": "s", "context/go.mod": "module x\n", "context/sub/a": "a"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return context
}

func TestContextIsClosed(t *testing.T) {
	dir := files(t)
	for name, target := range map[string]string{
		"out": "../secret", "absolute": filepath.Join(filepath.Dir(dir), "secret"), "folder": "..", "in": "sub/a", "loop": "loop",
		"sub/out": "../../secret", "sub/in": "../go.mod", "sub/beside": "a", "linked": "sub",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	c := project.NewContext(dir)
	for _, name := range []string{"out", "absolute", "folder/secret", "loop", "../secret", "/etc/passwd", "sub/../../secret", "sub/out", "linked/out"} {
		if text, err := fs.ReadFile(c, name); err == nil {
			t.Errorf("read %q through %s", text, name)
		}
		if _, err := fs.Stat(c, name); err == nil {
			t.Errorf("%s can be seen", name)
		}
	}
	for name, want := range map[string]string{"in": "a", "sub/a": "a", "sub/in": "module x\n", "sub/beside": "a", "linked/a": "a", "linked/in": "module x\n"} {
		if text, err := fs.ReadFile(c, name); err != nil || string(text) != want {
			t.Errorf("%s, within the context: %q, %v", name, text, err)
		}
	}
	if _, err := fs.ReadFile(c, "sub/none"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "sub/none") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestContextBounds(t *testing.T) {
	dir := files(t)
	large := filepath.Join(dir, "large")
	for size, ok := range map[int64]bool{4 << 20: true, 4<<20 + 1: false} {
		if err := os.WriteFile(large, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(large, size); err != nil {
			t.Fatal(err)
		}
		text, err := fs.ReadFile(project.NewContext(dir), "large")
		if ok != (err == nil) || ok && int64(len(text)) != size {
			t.Errorf("%d bytes: read %d, %v", size, len(text), err)
		}
	}
}

// Small files are what they were when the first of those who share a folder opened them, as far as there is room; large ones are read anew.
func TestFolderKeepsFiles(t *testing.T) {
	dir := files(t)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("large", strings.Repeat("a", 64<<10+1))
	for i := range 100 {
		write(fmt.Sprintf("f%02d", i), strings.Repeat("a", 64<<10))
	}
	f := project.NewFolder(dir)
	defer f.Close()
	read := func(name string) string {
		text, err := fs.ReadFile(f.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := fs.Stat(f.Context(), name); err != nil || info.Size() == 0 {
			t.Fatalf("%s: %v, %v", name, info, err)
		}
		return string(text[:min(1, len(text))])
	}
	names, _ := fs.Glob(f.Context(), "f*")
	for _, name := range append(names, "large", "go.mod") {
		read(name)
	}
	for _, name := range append(names, "large") {
		write(name, "b")
	}
	kept := 0
	for _, name := range names {
		if read(name) == "a" {
			kept++
		}
	}
	if kept != 32 || read("f00") != "a" || read("large") != "b" {
		t.Errorf("%d files of 64 KB are kept, f00 begins with %q, large with %q", kept, read("f00"), read("large"))
	}
}

func TestContextIsLazy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	c := project.NewContext(dir)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := fs.Stat(c, "."); err != nil {
		t.Errorf("the folder was looked at too early: %v", err)
	}
	if _, err := fs.Stat(project.NewContext(filepath.Join(dir, "nowhere")), "."); err == nil {
		t.Error("a folder that is not there can be seen")
	}
}
