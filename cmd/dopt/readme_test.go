package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the README's diff anew")

// The README shows the diff that the command beside it prints.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(readme), "```diff\n")
	_, tail, closed := strings.Cut(rest, "\n```\n")
	if !ok || !closed || !strings.Contains(head, "dopt rewrite examples/flask-postgres ") {
		t.Fatal("README.md has no diff of examples/flask-postgres")
	}
	var diff, errs bytes.Buffer
	if code := run([]string{"dopt", "rewrite", "--color", "never", "--format", "diff", "examples/flask-postgres"}, nil, &diff, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	want := head + "```diff\n" + strings.TrimSuffix(diff.String(), "\n") + "\n```\n" + tail
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(readme) {
		t.Error("README.md has another diff; run: go test ./cmd/dopt -run TestReadme -update")
	}
}
