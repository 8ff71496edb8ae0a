package modernize_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/catalog"
	"dopt/passes/modernize"
	"dopt/transform"
)

// variants are other bytes for the same file, which a txtar case cannot show.
var variants = map[string]func(string) string{
	"CRLF": func(s string) string {
		return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
	},
	"byte order mark":  func(s string) string { return "\xEF\xBB\xBF" + s },
	"no final newline": func(s string) string { return strings.TrimRight(s, "\r\n") },
}

// A golden case stays right with other line endings, with a byte order mark and without a final newline.
func TestGoldenCasesInOtherBytes(t *testing.T) {
	cases, err := filepath.Glob("../../golden/modernize/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no golden cases: ", err)
	}
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source, want := section(archive, "Dockerfile"), section(archive, "want/Dockerfile")
		if want == "" {
			want = source
		}
		files, err := txtar.FS(archive)
		if err != nil {
			t.Fatal(err)
		}
		p := &transform.Pipeline{Passes: []*transform.Pass{modernize.Pass}, Bases: catalog.Bases(), Level: transform.Standard}
		if strings.Contains(string(archive.Comment), "level: safe") {
			p.Level = transform.Safe
		}
		for name, variant := range variants {
			if name == "CRLF" && strings.Contains(source, "<<") {
				continue // the carriage returns of a here-document are a part of its script
			}
			doc, err := transform.Parse("Dockerfile", []byte(variant(source)))
			if err != nil {
				t.Errorf("%s with %s: %v", file, name, err)
				continue
			}
			r, err := p.Run(doc, files)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(r.After.Src); got != variant(want) {
				t.Errorf("%s with %s:\n%s", file, name, transform.Diff("want", "got", []byte(variant(want)), []byte(got)))
			}
		}
	}
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}
