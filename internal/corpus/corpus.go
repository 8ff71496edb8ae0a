// Package corpus gives tests Dockerfiles: the real ones that lie beside the repository, and those of
// the golden cases.
package corpus

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A File is a real Dockerfile.
type File struct {
	// Name is without its folder.
	Name string
	Src  []byte
}

// Files returns the files of a folder of the corpus, "dockerfiles" (BuildKit takes them) or
// "invalid" (it refuses them), by name. It skips the test where the corpus is not at hand.
func Files(tb testing.TB, folder string) []File {
	tb.Helper()
	archive, err := os.Open(filepath.Join(root(tb), "..", "shared", "corpus", "dockerfiles.tar.gz"))
	if err != nil {
		tb.Skip("no corpus of real Dockerfiles beside the repository: ", err)
	}
	defer archive.Close()
	z, err := gzip.NewReader(archive)
	if err != nil {
		tb.Fatal(err)
	}
	var files []File
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		name, ok := strings.CutPrefix(h.Name, folder+"/")
		if !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		src, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		files = append(files, File{name, src})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// Golden returns the Dockerfiles of all golden cases, those of the validators included.
func Golden(tb testing.TB) []string {
	tb.Helper()
	cases, err := filepath.Glob(filepath.Join(root(tb), "golden", "*", "*.txtar"))
	if err != nil || len(cases) == 0 {
		tb.Fatal("no golden cases: ", err)
	}
	var found []string
	for _, name := range cases {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name == "Dockerfile" || f.Name == "before" {
				found = append(found, string(f.Data))
			}
		}
	}
	return found
}

// root is the folder of the module: the nearest one above with a go.mod.
func root(tb testing.TB) string {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	tb.Fatal("no go.mod above: ", err)
	return ""
}
