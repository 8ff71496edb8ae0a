package passes_test

import (
	"strings"
	"testing"

	"dopt/internal/corpus"
	"dopt/transform"
)

// FuzzRewrite: whatever the input, the passes settle, the result parses, and a second run changes
// nothing. That a change is rejected is no finding here, unlike for real files: on commands that
// do not exist, such as "apk -- upgrade", a pass and a validator need not agree.
func FuzzRewrite(f *testing.F) {
	for _, s := range corpus.Golden(f) {
		f.Add(s, false)
		f.Add(strings.ReplaceAll(s, "\n", "\r\n"), true)
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
