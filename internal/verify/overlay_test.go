package verify_test

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"

	"dopt/internal/verify"
)

func TestOverlayWalk(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/x", "a-b", "a/z/deep", "c"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("old"), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	base, err := fsutil.NewFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	o := verify.Overlay(base, map[string][]byte{"a/x": []byte("new!"), "a/y": []byte("y"), "b/new/f": []byte("f"), "z": []byte("z")})
	// The order in which BuildKit wants a walk: a folder right before what it holds.
	want := []string{"a", "a/x", "a/y", "a/z", "a/z/deep", "a-b", "b", "b/new", "b/new/f", "c", "z"}
	stats := walk(t, o, "")
	var got []string
	for _, s := range stats {
		got = append(got, s.Path)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if s := stats[1]; s.Size != 4 || fs.FileMode(s.Mode).Perm() != 0o750 {
		t.Errorf("a/x is %v: want the new size and the old mode", s)
	}
	if content := read(t, o, "a/x"); content != "new!" {
		t.Errorf("a/x holds %q", content)
	}
	if content := read(t, o, "c"); content != "old" {
		t.Errorf("c holds %q", content)
	}
	if below := walk(t, o, "b"); len(below) != 3 {
		t.Errorf("a walk of b alone gives %v", below)
	}
}

func TestOverlayTimesComeFromTheContent(t *testing.T) {
	at := func(text string) int64 {
		return walk(t, verify.Overlay(nil, map[string][]byte{"f": []byte(text)}), "")[0].ModTime
	}
	first, second, again := at("one"), at("two"), at("one")
	if first == second {
		t.Error("two contents of one size have one time")
	}
	if first != again {
		t.Error("one content has two times")
	}
}

func TestOverlaySkippedFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "skip"), 0o755); err != nil {
		t.Fatal(err)
	}
	base, err := fsutil.NewFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	o := verify.Overlay(base, map[string][]byte{"skip/f": nil, "last": nil})
	var got []string
	err = o.Walk(context.Background(), "", func(path string, _ fs.DirEntry, err error) error {
		got = append(got, path)
		if path == "skip" {
			return fs.SkipDir
		}
		return err
	})
	if want := []string{"last", "skip"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func walk(t *testing.T, f fsutil.FS, target string) []*types.Stat {
	t.Helper()
	var list []*types.Stat
	err := f.Walk(context.Background(), target, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		stat := info.Sys().(*types.Stat)
		if stat.Path != path {
			t.Errorf("%s calls itself %s", path, stat.Path)
		}
		list = append(list, stat)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func read(t *testing.T, f fsutil.FS, name string) string {
	t.Helper()
	r, err := f.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
