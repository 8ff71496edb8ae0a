package edit_test

import (
	"bytes"
	"os/exec"
	"strings"
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
	for _, c := range []struct{ name, text, want string }{
		{"a/x.py", "x\n", "x\n\n# edited\n"},
		{"x.go", "x\n", "x\n\n/* edited */\n"},
		{"x.c", "no line break", "no line break\n/* edited */\n"},
		{"x.R", "x\n", "x\n\n# edited\n"},
		{"x.erl", "x.\n", "x.\n\n% edited\n"},
		{"x.vue", "<template/>\n", "<template/>\n\n<!-- edited -->\n"},
		{"x.rb", "puts DATA.read\n__END__\nleft as it is\n", "puts DATA.read\n\n# edited\n__END__\nleft as it is\n"},
		{"x.php", "<?php\ndeclare(strict_types=1);\n?>\nprinted\n", "<?php /* edited */\ndeclare(strict_types=1);\n?>\nprinted\n"},
		{"x.php", "printed\n", "printed\n\n<?php /* edited */ ?>\n"},
	} {
		text := []byte(c.text)
		if got := string(edit.Comment(c.name, text, "edited")); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if string(text) != c.text {
			t.Errorf("%s: the text itself was changed", c.name)
		}
	}
}

// Where the language's own parser is at hand, it takes an edited file, and finds the same program in it.
func TestCommentIsNoCode(t *testing.T) {
	for _, c := range []struct {
		program []string
		name    string
		text    string
	}{
		{[]string{"python3", "-"}, "x.py", "if True:\n    print('same')"},
		{[]string{"sh"}, "x.sh", "echo same"},
		{[]string{"perl", "-"}, "x.pl", "print <DATA>;\n__END__\nsame\n"},
		{[]string{"ruby", "-"}, "x.rb", "puts 'same'\n"},
		{[]string{"node", "-"}, "x.js", "console.log('same') // here"},
		{[]string{"php"}, "x.php", "same\n<?php echo 1;\n"},
	} {
		path, err := exec.LookPath(c.program[0])
		if err != nil {
			continue
		}
		run := func(text []byte) string {
			cmd := exec.Command(path, c.program[1:]...)
			cmd.Stdin = bytes.NewReader(text)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v: %s", c.name, err, out)
			}
			return string(out)
		}
		if got, want := run(edit.Comment(c.name, []byte(c.text), "edited")), run([]byte(c.text)); got != want || !strings.Contains(got, "same") {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
}
