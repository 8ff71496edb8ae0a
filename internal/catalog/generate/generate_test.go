package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// small is the case in testdata/small.txtar: mirror/SUITE/INDEX, data, recipes, explained, and below want the lines of
// each table.
func small(t *testing.T) fs.FS {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/small.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func text(t *testing.T, files fs.FS, name string) string {
	t.Helper()
	b, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A folderMirror is a mirror of plain files.
type folderMirror struct{ fs.FS }

func (m folderMirror) about(suite string) (map[string]string, error) {
	fields := map[string]string{}
	b, err := fs.ReadFile(m, suite+"/about")
	if err != nil {
		return nil, err
	}
	return fields, debian.Stanzas(bytes.NewReader(b), func(f map[string]string) error {
		for name, value := range f {
			fields[name] = value
		}
		return nil
	})
}

func (m folderMirror) read(_ context.Context, index indexFile, read func(io.Reader) error) error {
	f, err := m.Open(index.suite + "/" + index.name)
	if err != nil {
		return err
	}
	defer f.Close()
	return read(f)
}

// generated makes the facts of the small case in a new folder.
func generated(t *testing.T, files fs.FS) (options, *facts) {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
	o := options{
		data: filepath.Join(folder, "data"), out: filepath.Join(folder, "out"), report: filepath.Join(folder, "truth.md"),
		recipes: text(t, files, "recipes"), explained: text(t, files, "explained"), log: io.Discard,
	}
	mirror, err := fs.Sub(files, "mirror")
	if err != nil {
		t.Fatal(err)
	}
	f, err := collect(t.Context(), o, folderMirror{mirror})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.write(o); err != nil {
		t.Fatal(err)
	}
	return o, f
}

func TestGenerate(t *testing.T) {
	files := small(t)
	o, f := generated(t, files)
	for name := range f.tables {
		data := text(t, os.DirFS(o.out), name+".tbl")
		var got strings.Builder
		err := table.New(data).Scan("", func(key, value string) bool {
			got.WriteString(key + "\t" + value + "\n")
			return true
		})
		if want := text(t, files, "want/"+name); err != nil || got.String() != want {
			t.Errorf("%s: %v\ngot:\n%s\nwant:\n%s", name, err, got.String(), want)
		}
	}
	if got, want := text(t, os.DirFS(o.out), "releases.txt"), text(t, files, "want/releases.txt"); got != want {
		t.Errorf("releases.txt: got\n%s\nwant\n%s", got, want)
	}
}

func TestTruthReport(t *testing.T) {
	o, _ := generated(t, small(t))
	report, err := os.ReadFile(o.report)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"| debian_bookworm | observed 2024-12-02 | 2 | 1 |  | extra | put there by hand |",
		"| debian_trixie | derived 2026-08-10 | 1 | 1 |  |  |  |",
		"1 of 2 lists are equal; of those that were observed, 0 of 1.",
	} {
		if !strings.Contains(string(report), line+"\n") {
			t.Errorf("the report lacks %q:\n%s", line, report)
		}
	}
}

// What slim lacks is compared between lists of the same version, whatever either has more than was computed.
func TestFullMinusSlim(t *testing.T) {
	of := func(file, version, variant, packages string) list {
		return list{file: file, family: "python", release: "bookworm", variant: variant, version: version, packages: strings.Fields(packages)}
	}
	lists := []list{
		of("python_3.12-bookworm", "3.12", "full", "base both extra libx-dev"), of("python_3.12-slim-bookworm", "3.12", "slim", "base both"),
		of("python_3.13-bookworm", "3.13", "full", "base"), of("python_3.12-alpine", "3.12", "alpine", "base"),
	}
	r := &release{name: "bookworm", packages: map[string]debian.Package{"libx-dev": {InstalledSize: 2048}, "more": {InstalledSize: 1024}}}
	computed := map[debian.Release]map[string][]string{"bookworm": {"python/full": {"base", "libx-dev", "more"}, "python/slim": {"base"}}}
	why := []explanation{{[]string{"python_3.12-slim-bookworm"}, []string{"more"}, "because"}}
	got := fullMinusSlim(lists, []*release{r}, computed, why)
	want := "| python_3.12-bookworm | python_3.12-slim-bookworm | 2 | 2 | 3 MB | more | extra | because; UNEXPLAINED: extra |\n"
	if rows := strings.Count(got, "| python_"); !strings.HasSuffix(got, want) || rows != 2 {
		t.Errorf("got\n%s\nwant at the end, and nothing else\n%s", got, want)
	}
}

// Two runs on the same inputs give the same bytes, and the check says that nothing changed.
func TestDeterministic(t *testing.T) {
	files := small(t)
	first, _ := generated(t, files)
	second, f := generated(t, files)
	found, err := os.ReadDir(first.out)
	if err != nil || len(found) != len(f.tables)+1 {
		t.Fatalf("%d files, %v", len(found), err)
	}
	for _, file := range found {
		if text(t, os.DirFS(first.out), file.Name()) != text(t, os.DirFS(second.out), file.Name()) {
			t.Errorf("%s differs between two runs", file.Name())
		}
	}
	var log strings.Builder
	second.log = &log
	if err := f.compare(second); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(log.String(), ": 0 new, 0 changed, 0 gone\n"); got != len(f.tables) {
		t.Errorf("the check of what was just written says\n%s", log.String())
	}
}

func TestCheckTellsChanges(t *testing.T) {
	o, f := generated(t, small(t))
	f.tables["commands"] = []table.Entry{{Key: "app", Value: "other"}, {Key: "new", Value: "app"}}
	f.tables["pkgconfig"] = nil
	var log strings.Builder
	o.log = &log
	if err := f.compare(o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"commands: 1 new, 1 changed, 0 gone\n  new: new\n  changed: app\n", "pkgconfig: 0 new, 0 changed, 1 gone\n  gone: thing\n"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the check lacks %q:\n%s", want, log.String())
		}
	}
}

func TestRecipesAreRefused(t *testing.T) {
	for name, recipes := range map[string]string{
		"no source":    "Image: a/b\n",
		"unknown base": "Image: a/b\nFrom: c/d\nSource: s\n",
	} {
		if _, err := readRecipes(recipes); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// What others stand on is written in full, the others as their difference from the nearest.
func TestImageTable(t *testing.T) {
	entries := imageTable([]image{
		{key: "debian/bookworm/full", packages: []string{"a", "b", "c"}},
		{key: "buildpack-deps/bookworm/curl", packages: []string{"a", "b", "c", "d"}},
		{key: "python/bookworm/full", packages: []string{"a", "b", "d", "e"}},
		{key: "python/trixie/full", packages: []string{"a"}},
	})
	for i, want := range []debian.ImageRecord{
		{Added: []string{"a", "b", "c"}},
		{Added: []string{"a", "b", "c", "d"}},
		{From: "buildpack-deps/bookworm/curl", Added: []string{"e"}, Removed: []string{"c"}},
		{Added: []string{"a"}},
	} {
		if entries[i].Value != want.String() {
			t.Errorf("%s: got %q, want %q", entries[i].Key, entries[i].Value, want.String())
		}
	}
}
