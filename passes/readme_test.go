package passes_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"dopt/passes"
	"dopt/transform"
)

// The README's table of passes is the one that the passes themselves give; -update writes it.
func TestReadme(t *testing.T) {
	if err := transform.CheckPasses(passes.All()); err != nil {
		t.Fatal(err)
	}
	table := "| pass | what it does | from level |\n| --- | --- | --- |\n"
	for _, p := range passes.All() {
		table += fmt.Sprintf("| `%s` | %s | `%s` |\n", p.Name, p.Title(), p.Level)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const end = "<!-- end of passes -->"
	head, rest, ok := strings.Cut(string(readme), "-update -->\n")
	_, tail, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatal("README.md has no place for the table of passes")
	}
	want := head + "-update -->\n" + table + end + tail
	if *update {
		if err := os.WriteFile("../README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(readme) {
		t.Error("README.md has another table of passes; run: go test ./passes -run TestReadme -update")
	}
}
