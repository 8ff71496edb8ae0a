package edit_test

import (
	"testing"
	"testing/fstest"

	"dopt/internal/project"
	"dopt/internal/verify/edit"
)

func TestMostEdited(t *testing.T) {
	file := func(size int) *fstest.MapFile { return &fstest.MapFile{Data: make([]byte, size)} }
	context := fstest.MapFS{
		"app/main.py": file(20), "app/small.py": file(10), "data.csv": file(90), "tests/test_main.py": file(80),
		"node_modules/x/x.js": file(70), "main_test.go": file(60), "old/main.py": file(50),
		".dockerignore": &fstest.MapFile{Data: []byte("old\n")},
	}
	if name, err := edit.MostEdited(project.New(context, "Dockerfile", nil, nil)); name != "app/main.py" || err != nil {
		t.Errorf("got %q (%v), want app/main.py", name, err)
	}
	if name, err := edit.MostEdited(project.New(fstest.MapFS{"README.md": file(1)}, "Dockerfile", nil, nil)); err == nil {
		t.Errorf("a context without source code has %q", name)
	}
}

func TestComment(t *testing.T) {
	for name, want := range map[string]string{
		"a/x.py": "x\n\n# edited\n", "x.go": "x\n\n/* edited */\n", "x.c": "x\n\n/* edited */\n",
	} {
		if got := string(edit.Comment(name, []byte("x\n"), "edited")); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
