package passes_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/transform"
)

// FuzzRewrite: whatever the input, the passes settle, the result parses, and a second run changes
// nothing. That a change is rejected is no finding here, unlike for real files: on commands that
// do not exist, such as "apk -- upgrade", a pass and a validator need not agree.
func FuzzRewrite(f *testing.F) {
	cases, err := filepath.Glob("../golden/*/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range cases {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name == "Dockerfile" {
				f.Add(string(file.Data), false)
				f.Add(string(bytes.ReplaceAll(file.Data, []byte("\n"), []byte("\r\n"))), true)
			}
		}
	}
	p, all := newPipeline(transform.Standard), newPipeline(transform.Standard)
	all.Settings = transform.Settings{Merge: transform.MergeAll, CacheMounts: true}
	f.Fuzz(func(t *testing.T, src string, more bool) {
		pipeline := p
		if more {
			pipeline = all
		}
		doc, err := transform.Parse("Dockerfile", []byte(src))
		if err != nil {
			return
		}
		r, err := pipeline.Run(doc, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := pipeline.Run(r.After, nil)
		if err != nil {
			t.Fatal(err)
		}
		if again.Changed() {
			t.Fatalf("a second run changes the file:\n%s", transform.Diff("first", "second", r.After.Src, again.After.Src))
		}
	})
}
