package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"dopt/internal/catalog/debian"
)

//go:embed overrides.txt
var overrideText string

// reviewed is when overrides.txt was last gone through.
const reviewed = "2026-11-21"

// An override is a line of overrides.txt.
type override struct {
	kind         FileKind
	name         string
	releases     string // "*" for all
	packages     []string
	real, reason string
}

var overrides = sync.OnceValue(func() map[string][]override {
	all := map[string][]override{}
	for line := range strings.Lines(overrideText) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 6 {
			continue
		}
		o := override{FileKind(f[0]), f[1], f[2], strings.Split(f[3], ","), f[4], f[5]}
		all[f[0]+" "+f[1]] = append(all[f[0]+" "+f[1]], o)
	}
	return all
})

// overridden returns what overrides.txt says of a file.
func overridden(r debian.Release, kind FileKind, name string) (Owner, bool) {
	if kind == Path {
		name = strings.TrimRight(name, "/")
	}
	for _, o := range overrides()[string(kind)+" "+name] {
		if o.releases == "*" && slices.Contains(debian.Releases, r) || slices.Contains(strings.Split(o.releases, ","), string(r)) {
			return Owner{Packages: slices.Clone(o.packages), Match: o.reason, Source: Source{Name: "reviewed by hand", Date: reviewed}}, true
		}
	}
	return Owner{}, false
}
