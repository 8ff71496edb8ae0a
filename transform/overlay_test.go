package transform_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"dopt/transform"
)

// The file system that a rewrite leaves is one like any other.
func TestOverlay(t *testing.T) {
	base := fstest.MapFS{
		".dockerignore": {Data: []byte("old\n")},
		"app.py":        {Data: []byte("print()\n")},
		"web/index.js":  {Data: []byte("1\n")},
	}
	o := transform.Overlay(base, []transform.FileChange{
		{Path: ".dockerignore", Data: []byte("old\n.git\n")},
		{Path: "web/new.txt", Data: []byte("new")},
	})
	if err := fstest.TestFS(o, ".dockerignore", "app.py", "web/index.js", "web/new.txt"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{".dockerignore": "old\n.git\n", "app.py": "print()\n", "web/new.txt": "new"} {
		if got, err := fs.ReadFile(o, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if got, _ := fs.ReadFile(base, ".dockerignore"); string(got) != "old\n" {
		t.Errorf("the file below has changed: %q", got)
	}
}
