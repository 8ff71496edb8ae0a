package source

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/transform"
)

var update = flag.Bool("update", false, "rewrite the want sections of the cases")

// TestCases runs the cases in testdata: sources, and in want what they ask for, a line each.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runCase(t, file) })
	}
}

func runCase(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	var got bytes.Buffer
	var sources []txtar.File
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = f.Data
			continue
		}
		sources = append(sources, f)
		for _, u := range Scan(f.Name, f.Data) {
			fmt.Fprintf(&got, "%s:%d: %s\n", f.Name, u.Line, describe(u))
		}
	}
	if bytes.Equal(got.Bytes(), want) {
		return
	}
	if !*update {
		t.Errorf("uses differ:\n%s", transform.Diff("want", "got", want, got.Bytes()))
		return
	}
	archive.Files = append(sources, txtar.File{Name: "want", Data: got.Bytes()})
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func describe(u Use) string {
	if u.Problem != "" {
		return "unknown: " + u.Problem
	}
	words := append([]string{string(u.Kind), u.Name}, u.Args...)
	if u.Optional {
		words = append(words, "(optional)")
	}
	if u.Inferred {
		words = append(words, "(inferred)")
	}
	return strings.ReplaceAll(strings.Join(words, " "), Unknown, "?")
}

func FuzzScan(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, source := range archive.Files {
			f.Add(filepath.Ext(source.Name), source.Data)
		}
	}
	f.Fuzz(func(t *testing.T, ext string, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, u := range Scan("a"+ext, data) {
			if u.Line < 1 || u.Line > lines {
				t.Errorf("line %d of %d", u.Line, lines)
			}
			if (u.Name == "") != (u.Problem != "") && u.Kind != Zone {
				t.Errorf("neither a name nor a problem, or both: %+v", u)
			}
		}
	})
}
