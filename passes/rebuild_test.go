package passes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dopt/internal/project"
	"dopt/internal/verify/edit"
	"dopt/transform"
	"dopt/transform/rebuild"
)

// The table of docs/performance.md that says what an edit of each example's source runs again,
// before and after pass order, is the predicted one; -update writes it.
func TestRebuildTable(t *testing.T) {
	folders, err := filepath.Glob("../examples/*/Dockerfile")
	if err != nil || len(folders) == 0 {
		t.Fatal("no examples: ", err)
	}
	var table strings.Builder
	table.WriteString("| project | edited | steps before | after | no longer run again |\n| --- | --- | --- | --- | --- |\n")
	for _, dockerfile := range folders {
		table.WriteString(rebuildRow(t, filepath.Dir(dockerfile)))
	}
	const file, end = "../docs/performance.md", "<!-- end of rebuilds -->"
	const begin = "<!-- rebuilds: go test ./passes -run TestRebuildTable -update -->\n"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatal("docs/performance.md has no place for the table of rebuilds")
	}
	want := head + begin + table.String() + end + tail
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("docs/performance.md has another table; run: go test ./passes -run TestRebuildTable -update\n%s",
			transform.Diff("docs/performance.md", "predicted", page, []byte(want)))
	}
}

// rebuildRow predicts what an edit of an example's source runs again.
func rebuildRow(t *testing.T, folder string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(folder, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := transform.Parse("Dockerfile", src)
	if err != nil {
		t.Fatal(err)
	}
	context := project.New(os.DirFS(folder), "Dockerfile", nil, nil)
	r, err := newPipeline(transform.Standard, "order").Run(doc, context)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if f.Status == transform.StatusRejected {
			t.Errorf("%s: %s is rejected: %s", folder, f.Fix.Title, strings.Join(f.Reasons, "; "))
		}
	}
	edited, err := edit.MostEdited(context)
	if err != nil {
		t.Fatal(err)
	}
	before, after := rebuild.After(doc, edited), rebuild.After(r.After, edited)
	if len(after) > len(before) {
		t.Errorf("%s: an edit of %s runs more steps again than before", folder, edited)
	}
	var spared []string
	for _, in := range before {
		if in.Keyword == "RUN" && !has(after, in) {
			spared = append(spared, shorten(in.Args().Text))
		}
	}
	for _, in := range r.After.Instructions { // downloads in front of a step that does more
		if in.Keyword == "RUN" && !has(doc.Instructions, in) && !has(after, in) {
			spared = append(spared, "what "+shorten(in.Args().Text)+" downloads")
		}
	}
	return fmt.Sprintf("| %s | %s | %d | %d | %s |\n", filepath.Base(folder), edited, len(before), len(after), strings.Join(spared, ", "))
}

// has reports whether an instruction with the same text is in a list.
func has(list []*transform.Instruction, in *transform.Instruction) bool {
	return slices.ContainsFunc(list, func(o *transform.Instruction) bool { return o.Text().Text == in.Text().Text })
}

// shorten quotes a command such that a cell of the table stays on a line.
func shorten(text string) string {
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
	if r := []rune(text); len(r) > 50 {
		text = string(r[:47]) + "…"
	}
	return "`" + text + "`"
}
