package project_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"

	"dopt/internal/project"
	"dopt/transform"
)

// tree makes a file system in memory; a name that ends in a slash is a folder.
func tree(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		if folder, ok := strings.CutSuffix(name, "/"); ok {
			m[folder] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
			continue
		}
		m[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return m
}

func TestIgnoreFile(t *testing.T) {
	both := tree(map[string]string{".dockerignore": "a\n", "sub/Dockerfile.dockerignore": "b\n", "a": "", "b": ""})
	for _, tc := range []struct {
		name, dockerfile, beside, path, text, ignored string
	}{
		{"the context's own", "Dockerfile", "", ".dockerignore", "a\n", "a"},
		{"that of the Dockerfile replaces it", "sub/Dockerfile", "", "sub/Dockerfile.dockerignore", "b\n", "b"},
		{"no Dockerfile", "", "", ".dockerignore", "a\n", "a"},
		{"a Dockerfile outside", "../x/Dockerfile", "b\n", "../x/Dockerfile.dockerignore", "b\n", "b"},
	} {
		var beside fs.FS
		if tc.beside != "" {
			beside = tree(map[string]string{"Dockerfile.dockerignore": tc.beside})
		}
		p := project.New(both, tc.dockerfile, beside, nil)
		path, text := p.IgnoreFile()
		if path != tc.path || string(text) != tc.text {
			t.Errorf("%s: %s with %q, want %s with %q", tc.name, path, text, tc.path, tc.text)
		}
		for _, name := range []string{"a", "b"} {
			if p.Ignored(name) != (name == tc.ignored) {
				t.Errorf("%s: %s ignored: %v", tc.name, name, p.Ignored(name))
			}
		}
	}
	path, text := project.New(tree(map[string]string{"a": ""}), "Dockerfile", nil, nil).IgnoreFile()
	if path != ".dockerignore" || text != nil {
		t.Errorf("none: %s with %q", path, text)
	}
}

// TestIgnoreFileUnusable: what the build would fail on is told, and cannot be taken for a file that is not there.
func TestIgnoreFileUnusable(t *testing.T) {
	for text, want := range map[string]string{
		"[\n":                          ".dockerignore: syntax error in pattern",
		"!\n":                          `.dockerignore: illegal exclusion pattern: "!"`,
		strings.Repeat("a\n", 5001):    ".dockerignore: 5001 patterns, the limit is 5000",
		strings.Repeat("a", 1<<20):     ".dockerignore: bufio.Scanner: token too long",
		strings.Repeat("a\n", 3<<20/2): ".dockerignore: 1572864 patterns, the limit is 5000",
	} {
		p := project.New(tree(map[string]string{".dockerignore": text, "a": ""}), "", nil, nil)
		if path, _ := p.IgnoreFile(); path != "" {
			t.Errorf("%.10q: path %s", text, path)
		}
		if _, err := p.Usage("."); err == nil || err.Error() != want {
			t.Errorf("%.10q: error %v, want %s", text, err, want)
		}
		if p.Ignored("a") {
			t.Errorf("%.10q: hides something", text)
		}
	}
}

// TestSeesWhatBuildKitSends: over random trees and ignore files the project knows exactly the files that
// BuildKit's own walk sends.
func TestSeesWhatBuildKitSends(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "b", "c.txt", "d.md"}
	path := func(parts []string) string {
		var p []string
		for range 1 + r.IntN(3) {
			p = append(p, parts[r.IntN(len(parts))])
		}
		return strings.Join(p, "/")
	}
	for range 150 {
		dir := t.TempDir()
		for range 12 {
			name := filepath.Join(dir, path(names[:2]), names[r.IntN(4)])
			os.MkdirAll(filepath.Dir(name), 0o755) // may meet a file of that name: one file less
			os.WriteFile(name, []byte(name), 0o644)
		}
		var lines []string
		for range 1 + r.IntN(4) {
			not := ""
			if r.IntN(3) == 0 {
				not = "!"
			}
			lines = append(lines, not+path([]string{"a", "b", "*", "**", "c.txt", "*.md", "?"}))
		}
		text := strings.Join(lines, "\n")
		if err := os.WriteFile(filepath.Join(dir, ".dockerignore"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		want, size := sent(t, dir, text)
		c := project.NewContext(dir)
		p := project.New(c, "Dockerfile", nil, nil)
		var got []string
		fs.WalkDir(c, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !p.Ignored(name) {
				got = append(got, name)
			}
			return err
		})
		usage, err := p.Usage(".")
		c.Close()
		if err != nil || !slices.Equal(got, want) || usage != (transform.Usage{Files: len(want), Bytes: size}) {
			t.Fatalf("with %q\ngot  %q %+v %v\nwant %q %d bytes", text, got, usage, err, want, size)
		}
	}
}

// sent returns the files that BuildKit's client sends, and their size.
func sent(t *testing.T, dir, ignore string) (files []string, size int64) {
	t.Helper()
	patterns, err := ignorefile.ReadAll(strings.NewReader(ignore))
	if err != nil {
		t.Fatal(err)
	}
	err = fsutil.Walk(context.Background(), dir, &fsutil.FilterOpt{ExcludePatterns: patterns}, func(name string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			files = append(files, filepath.ToSlash(name))
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, size
}

func TestUsage(t *testing.T) {
	p := project.New(tree(map[string]string{
		".dockerignore": "node_modules\nlogs/*\n!logs/keep\n", "node_modules/x/y": "12345", "logs/a": "12345", "logs/keep": "1",
		"src/a.go": "123", "src/sub/b.go": "12", "empty/": "",
	}), "Dockerfile", nil, nil)
	for path, want := range map[string]transform.Usage{
		"src": {Files: 2, Bytes: 5}, "src/a.go": {Files: 1, Bytes: 3}, "node_modules": {}, "node_modules/x/y": {}, "logs": {Files: 1, Bytes: 1},
		"logs/a": {}, "empty": {}, ".": {Files: 4, Bytes: 6 + 31},
	} {
		if got, err := p.Usage(path); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", path, got, err, want)
		}
	}
	for _, path := range []string{"nowhere", "../x", "/etc"} {
		if got, err := p.Usage(path); err == nil {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if p.Ignored("logs") || !p.Ignored("logs/a") || !p.Ignored("node_modules") || !p.Ignored("node_modules/x") {
		t.Error("a folder is ignored unless there is an exception in it")
	}
}

func TestFileSystems(t *testing.T) {
	dir := files(t)
	if err := os.Symlink("sub/a", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	c := project.NewContext(dir)
	defer c.Close()
	if err := fstest.TestFS(c, "go.mod", "sub/a", "link"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(project.New(c, "Dockerfile", nil, nil), "go.mod", "sub/a"); err != nil {
		t.Error(err)
	}
}

func TestWith(t *testing.T) {
	files := tree(map[string]string{"a": "12", "b": "1"})
	var p transform.Project = project.New(files, "Dockerfile", nil, nil)
	if u, err := p.Usage("."); err != nil || u.Bytes != 3 {
		t.Fatalf("%+v, %v", u, err)
	}
	p = p.With(tree(map[string]string{"a": "12", "b": "1", ".dockerignore": "*"}))
	if u, err := p.Usage("."); err != nil || u.Files != 0 || !p.Ignored("a") {
		t.Errorf("%+v, %v", u, err)
	}
}

// endless is a file system in which each folder holds another.
type endless struct{}

func (endless) Open(name string) (fs.File, error) {
	if name == ".dockerignore" {
		return nil, fs.ErrNotExist
	}
	return tree(map[string]string{"d/": ""}).Open(".")
}

func TestWalkLimits(t *testing.T) {
	p := project.New(endless{}, "", nil, nil)
	_, err := p.Usage("d")
	if err == nil || !strings.HasSuffix(err.Error(), "/d: folders are nested more than 200 deep") {
		t.Errorf("error %v", err)
	}
}

// crowded is a file system with one folder, of which no listing comes to an end. It notes how much memory, in bytes, was in use at first and at most.
type crowded struct {
	fs.File
	entry          fs.DirEntry
	listed         int
	first, largest uint64
}

func (c *crowded) Open(name string) (fs.File, error) {
	if name == ".dockerignore" {
		return nil, fs.ErrNotExist
	}
	return c, nil
}

func (c *crowded) Close() error { return nil }

func (c *crowded) ReadDir(n int) ([]fs.DirEntry, error) {
	if c.listed%(200*n) == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		if c.listed == 0 {
			c.first = m.HeapAlloc
		}
		c.largest = max(c.largest, m.HeapAlloc)
	}
	c.listed += n
	return slices.Repeat([]fs.DirEntry{c.entry}, n), nil
}

// A walk goes through two million entries, and holds few of them at a time.
func TestWalkOfManyFiles(t *testing.T) {
	dir, err := tree(map[string]string{"a": "12"}).Open(".")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := dir.(fs.ReadDirFile).ReadDir(1)
	if err != nil {
		t.Fatal(err)
	}
	c := &crowded{File: dir, entry: entries[0]}
	_, err = project.New(c, "", nil, nil).Usage(".")
	if err == nil || err.Error() != ".: the context has more than 2000000 files and folders" {
		t.Errorf("error %v", err)
	}
	if c.listed < 2_000_000 || c.largest > c.first+8<<20 {
		t.Errorf("%d entries were listed, with %d bytes in use, %d at first", c.listed, c.largest, c.first)
	}
}

// denied is a file system with a folder that cannot be read.
type denied struct{ fstest.MapFS }

func (d denied) Open(name string) (fs.File, error) {
	if name == "private" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return d.MapFS.Open(name)
}

func TestUnreadableFolder(t *testing.T) {
	files := map[string]string{"private/key": "x", "src/a": "1"}
	p := project.New(denied{tree(files)}, "", nil, nil)
	if _, err := p.Usage("."); err == nil || err.Error() != "private: permission denied" {
		t.Errorf("error %v", err)
	}
	if u, err := p.Usage("src"); err != nil || u.Bytes != 1 {
		t.Errorf("the folder beside it: %+v, %v", u, err)
	}
	files[".dockerignore"] = "private"
	if u, err := project.New(denied{tree(files)}, "", nil, nil).Usage("."); err != nil || u.Files != 2 {
		t.Errorf("ignored, it is of no concern: %+v, %v", u, err)
	}
}

// TestHostileContext: links that lead out of the context, or round in circles, count as links and are not followed.
func TestHostileContext(t *testing.T) {
	dir := t.TempDir()
	for name, target := range map[string]string{"etc": "/etc", "up": "..", "loop": "loop", "here": ".", ".dockerignore": "/etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	c := project.NewContext(dir)
	defer c.Close()
	p := project.New(c, "Dockerfile", nil, nil)
	if path, text := p.IgnoreFile(); path != "" || text != nil {
		t.Errorf("ignore file %q with %q", path, text)
	}
	if _, err := p.Usage("."); err == nil || err.Error() != ".dockerignore: path escapes from parent" {
		t.Errorf("error %v", err)
	}
	if err := os.Remove(filepath.Join(dir, ".dockerignore")); err != nil {
		t.Fatal(err)
	}
	p = project.New(c, "Dockerfile", nil, nil)
	for path, want := range map[string]transform.Usage{".": {Files: 4}, "etc": {Files: 1}, "loop": {Files: 1}} {
		if got, err := p.Usage(path); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", path, got, err, want)
		}
	}
	if _, err := p.Usage("etc/ssl"); err == nil {
		t.Error("a folder outside was walked")
	}
}

func TestContextReadsSoMuch(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), make([]byte, 4<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	c := project.NewContext(dir)
	defer c.Close()
	for i := range 65 {
		_, err := fs.ReadFile(c, "a")
		if (i < 64) != (err == nil) {
			t.Fatalf("reading %d MB: %v", 4*(i+1), err)
		}
	}
}

// BenchmarkWalk goes through a generated tree: 300,000 files in 3,000 folders, as the tree of a large monorepo with its
// dependencies installed.
func BenchmarkWalk(b *testing.B) {
	for _, size := range []struct{ folders, files int }{{10, 30}, {3000, 100}} {
		b.Run(fmt.Sprint(size.folders*size.files), func(b *testing.B) {
			dir := b.TempDir()
			for i := range size.folders {
				folder := filepath.Join(dir, fmt.Sprint(i%50), fmt.Sprint(i))
				if err := os.MkdirAll(folder, 0o755); err != nil {
					b.Fatal(err)
				}
				for j := range size.files {
					if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("file%d.js", j)), nil, 0o644); err != nil {
						b.Fatal(err)
					}
				}
			}
			ignore := []byte(".git\n**/*.log\n*.md\n**/__pycache__\n!README.md\n")
			if err := os.WriteFile(filepath.Join(dir, ".dockerignore"), ignore, 0o644); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				c := project.NewContext(dir)
				u, err := project.New(c, "Dockerfile", nil, nil).Usage(".")
				if err != nil || u.Files != size.folders*size.files+1 {
					b.Fatal(u, err)
				}
				c.Close()
			}
		})
	}
}
