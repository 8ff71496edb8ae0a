package trial

import (
	"testing"

	"dopt/internal/verify/result"
	"dopt/transform"
)

// packages know of one need.
type packages struct{ transform.Packages }

func (packages) Needs(*transform.Context) transform.StageNeeds {
	return transform.StageNeeds{Needs: []transform.Need{{What: "command git", Packages: []string{"git"}}}}
}

// A variant runs the pipeline with more fixes disabled and more needs known, and leaves the pipeline's own settings as they are. What
// another stage than the last one lacks is no need that passes ask for.
func TestVariantApplies(t *testing.T) {
	own := map[string]bool{"a": true}
	p := &transform.Pipeline{Disabled: own, Packages: packages{}}
	Variant{Disabled: []string{"b"}, Packages: []result.Package{{Name: "libpq5"}, {Name: "libpq-dev", Stage: "build"}}}.Apply(p)
	if !p.Disabled["a"] || !p.Disabled["b"] || len(own) != 1 {
		t.Errorf("disabled %v, before %v", p.Disabled, own)
	}
	var names []string
	for _, n := range p.Packages.Needs(nil).Needs {
		names = append(names, n.Packages...)
	}
	if len(names) != 2 || names[0] != "git" || names[1] != "libpq5" {
		t.Errorf("needs %v", names)
	}
	var empty transform.Pipeline
	Variant{}.Apply(&empty)
	if empty.Packages != nil {
		t.Error("packages out of nothing")
	}
}

// Passes place what the last stage lacks where they change it; what they have not placed gets a step of its own.
func TestVariantInstalls(t *testing.T) {
	doc := func(text string) *transform.Document {
		d, err := transform.Parse("Dockerfile", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const placed = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y libpq5\n"
	for before, want := range map[string]string{
		placed:                             placed,
		"FROM debian:bookworm\nRUN make\n": "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*\nRUN make\n",
	} {
		report := &transform.Report{Before: doc("FROM debian:bookworm\n"), After: doc(before)}
		with, err := Variant{Packages: []result.Package{{Name: "libpq5"}}}.install(report)
		if err != nil || string(with.After.Src) != want || string(report.After.Src) != before {
			t.Errorf("%v: got %s, want %s", err, with.After.Src, want)
		}
	}
}
