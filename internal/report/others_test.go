package report_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dopt/internal/report"
	"dopt/transform"
)

// withOthers is a rewrite that changes files of the build context, too.
func withOthers(t *testing.T, dockerfile bool, others ...transform.ChangedFile) report.File {
	before := parse(t, "x/Dockerfile", "FROM a\nRUN b\n")
	after := before
	if dockerfile {
		after = parse(t, "x/Dockerfile", "FROM a\nRUN c\n")
	}
	return report.File{Path: "x/Dockerfile", Context: "x", Result: &transform.Report{Before: before, After: after, Files: others}}
}

func TestDiffOfOthers(t *testing.T) {
	const dockerfile = "--- a/x/Dockerfile\n+++ b/x/Dockerfile\n@@ -1,2 +1,2 @@\n FROM a\n-RUN b\n+RUN c\n"
	fresh := transform.ChangedFile{Path: ".dockerignore", After: []byte(".git\nvenv\n")}
	longer := transform.ChangedFile{Path: ".dockerignore", Before: []byte(".git\n"), After: []byte(".git\nvenv\n")}
	empty := transform.ChangedFile{Path: ".dockerignore", Before: []byte{}, After: []byte(".git\n")}
	for name, tc := range map[string]struct {
		file report.File
		want string
	}{
		"new file":       {withOthers(t, true, fresh), dockerfile + "--- /dev/null\n+++ b/x/.dockerignore\n@@ -0,0 +1,2 @@\n+.git\n+venv\n"},
		"file extended":  {withOthers(t, false, longer), "--- a/x/.dockerignore\n+++ b/x/.dockerignore\n@@ -1 +1,2 @@\n .git\n+venv\n"},
		"file was empty": {withOthers(t, false, empty), "--- a/x/.dockerignore\n+++ b/x/.dockerignore\n@@ -0,0 +1 @@\n+.git\n"},
	} {
		t.Run(name, func(t *testing.T) {
			compare(t, tc.file.Diff(), tc.want)
			compare(t, write(t, "text", report.Options{Diff: true}, []report.File{tc.file}), tc.want)
		})
	}
}

// The diff makes what the rewrite makes: git takes it, new files included.
func TestGitAppliesOthers(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git")
	}
	t.Chdir(t.TempDir())
	if err := os.Mkdir("x", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("x/Dockerfile", []byte("FROM a\nRUN b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	f := withOthers(t, true, transform.ChangedFile{Path: ".dockerignore", After: []byte(".git\r\nvenv")})
	cmd := exec.Command("git", "apply")
	cmd.Stdin = strings.NewReader(f.Diff())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, want := range map[string]string{"Dockerfile": "FROM a\nRUN c\n", ".dockerignore": ".git\r\nvenv"} {
		if got, err := os.ReadFile(filepath.Join("x", name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestJSONOfOthers(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	f := withOthers(t, false, transform.ChangedFile{Path: ".dockerignore", After: []byte(".git\n")})
	text := write(t, "json", report.Options{}, []report.File{f})
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	compare(t, text, `{"version":1,"files":[
{"path":"x/Dockerfile","changed":true,"findings":[],"diff":"--- /dev/null\n+++ b/x/.dockerignore\n@@ -0,0 +1 @@\n+.git\n",`+
		`"after":"FROM a\nRUN b\n","others":[{"path":"x/.dockerignore","new":true,"after":".git\n"}]}
],"summary":{"files":1,"changed":1,"excluded":0,"failed":0,"changes":0,"held":0,"rejected":0}}
`)
}
