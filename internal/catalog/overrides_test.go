package catalog

import (
	"slices"
	"strings"
	"testing"

	"dopt/internal/catalog/debian"
)

// Each line of overrides.txt is true in each release that it is for: the packages exist, and the first of them, or one that it
// depends on, holds the file that the line gives. And it is needed: the indexes alone say something else.
func TestOverrides(t *testing.T) {
	lines := 0
	for _, same := range overrides() {
		for _, o := range same {
			lines++
			if o.reason == "" || !slices.Contains(FileKinds, o.kind) || !strings.HasPrefix(o.real, "/") {
				t.Errorf("not complete: %+v", o)
			}
			for _, r := range debian.Releases {
				if o.releases == "*" || slices.Contains(strings.Split(o.releases, ","), string(r)) {
					checkOverride(t, r, o)
				}
			}
		}
	}
	if written := strings.Count(overrideText, "\n") - strings.Count(overrideText, "\n#") - 1; lines != written {
		t.Errorf("%d of %d lines are read", lines, written)
	}
}

func checkOverride(t *testing.T, r debian.Release, o override) {
	t.Helper()
	if _, _, ok := Package(r, o.packages[0]); !ok {
		t.Errorf("%s: %s %s: no package %s", r, o.kind, o.name, o.packages[0])
		return
	}
	closure, _, err := Closure(r, o.packages[:1], false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(closure.Packages, func(p debian.Package) bool { return holds(r, p.Name, o.real) }) {
		t.Errorf("%s: %s %s: %s does not hold %s", r, o.kind, o.name, o.packages[0], o.real)
	}
	if got := indexOwner(r, o.kind, o.name); slices.Equal(got.Packages, o.packages) {
		t.Errorf("%s: %s %s: the index says the same", r, o.kind, o.name)
	}
}

// holds tells whether a package has a file, or a folder with a slash at the end, of its own.
func holds(r debian.Release, name, path string) bool {
	key := strings.TrimPrefix(path, "/")
	for _, key := range []string{key, otherPath(key)} {
		if kind, base := pathKind(key); base != "" {
			return slices.Contains(indexOwner(r, kind, base).Packages, name)
		}
	}
	found := false
	_ = paths.Scan(key, func(_, value string) bool {
		found = found || slices.Contains(names(debian.In(value, r)), name)
		return !found
	})
	return found || slices.Contains(indexOwner(r, Path, path).Packages, name)
}
