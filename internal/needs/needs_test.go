package needs_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/catalog"
	"dopt/internal/needs"
	"dopt/transform"
)

var update = flag.Bool("update", false, "rewrite the want sections of the cases")

// TestCases runs the cases in testdata, one a file: the comment says what the case shows, Dockerfile is the
// input, want what "dopt needs" prints, and every other file the build context. A case whose comment ends
// in "Without a build context." has none.
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
	if len(archive.Comment) == 0 {
		t.Error("the case does not say what it shows")
	}
	var dockerfile, want []byte
	context := &txtar.Archive{}
	for _, f := range archive.Files {
		switch f.Name {
		case "Dockerfile":
			dockerfile = f.Data
		case "want":
			want = f.Data
		default:
			context.Files = append(context.Files, f)
		}
	}
	files, err := txtar.FS(context)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(strings.TrimSpace(string(archive.Comment)), "Without a build context.") {
		files = nil
	}
	got := printed(t, dockerfile, files, "text")
	if bytes.Equal(got, want) {
		return
	}
	if !*update {
		t.Errorf("needs differ:\n%s", transform.Diff("want", "got", want, got))
		return
	}
	write(t, file, archive, got)
}

func printed(t *testing.T, dockerfile []byte, files fs.FS, format string) []byte {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := needs.Print(&out, format, needs.Of(doc, needs.Options{Files: files, Bases: catalog.Bases()})); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// write puts a want section at the end of a case.
func write(t *testing.T, file string, archive *txtar.Archive, want []byte) {
	var kept []txtar.File
	for _, f := range archive.Files {
		if f.Name != "want" {
			kept = append(kept, f)
		}
	}
	archive.Files = append(kept, txtar.File{Name: "want", Data: want})
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
