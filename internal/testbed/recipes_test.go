package testbed

import (
	"bytes"
	"slices"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Each recipe must be a Dockerfile, and start from nothing but what another recipe or an own stage makes.
func TestRecipesAreComplete(t *testing.T) {
	b := &baker{byName: map[string]recipe{}, host: &host{
		files: map[string]map[string][]byte{"debian": {"etc/x": nil}, "node": {"etc/x": nil}}, env: map[string]string{"python": "ENV A=b\n"},
	}}
	layouts := map[string]bool{}
	for _, r := range recipes() {
		if layouts[r.layout] {
			t.Errorf("two recipes make %s", r.layout)
		}
		layouts[r.layout] = true
		for _, name := range r.names {
			if other, ok := b.byName[name]; ok {
				t.Errorf("%s and %s both make %s", other.layout, r.layout, name)
			}
			b.byName[name] = r
		}
	}
	for _, r := range recipes() {
		text, err := r.render(withPlaceholders(b.vars(r)))
		if err != nil {
			t.Error(err)
			continue
		}
		file, err := parser.Parse(bytes.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v\n%s", r.layout, err, text)
			continue
		}
		var stages []string
		for _, in := range file.AST.Children {
			if in.Value == "FROM" && in.Next.Next != nil {
				stages = append(stages, in.Next.Next.Next.Value)
			}
		}
		for _, ref := range references(text) {
			name, err := familiar(ref)
			if err != nil {
				t.Errorf("%s: %v", r.layout, err)
			}
			if _, ok := b.byName[name]; !ok && !slices.Contains(stages, ref) {
				t.Errorf("%s starts from %s, which no recipe makes", r.layout, ref)
			}
		}
	}
}

func TestFamiliar(t *testing.T) {
	for ref, want := range map[string]string{
		"busybox":                             "busybox:latest",
		"docker.io/library/python:3.11":       "python:3.11",
		"index.docker.io/library/python:3.11": "python:3.11",
		"gcr.io/distroless/static":            "gcr.io/distroless/static:latest",
		"node:20@sha256:" + zeros64:           "node:20",
		"localhost:5000/team/app:1":           "localhost:5000/team/app:1",
	} {
		if got, err := familiar(ref); err != nil || got != want {
			t.Errorf("%s: got %q (%v), want %q", ref, got, err, want)
		}
	}
	if _, err := familiar("No Image"); err == nil {
		t.Error("a bad reference is no error")
	}
}

const zeros64 = "0000000000000000000000000000000000000000000000000000000000000000"

func TestCompareVersions(t *testing.T) {
	ordered := []string{"", "1.9", "1.22", "1.22.3", "1.22.12", "20.1.0"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := compareVersions(a, b); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}

func TestMatching(t *testing.T) {
	text := "global.index-url='https://example.org/simple'\nglobal.cert='/x'\nuser.timeout='9'\n"
	want := "index-url = https://example.org/simple\ntimeout = 9\n"
	if got := matching(text, `^(?:global|user)\.(index-url|timeout)='(.*)'$`, "$1 = $2"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
