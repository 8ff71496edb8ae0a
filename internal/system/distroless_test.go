package system

import (
	"testing"

	"dopt/internal/catalog"
	"dopt/internal/catalog/debian"
)

// The tables are by hand: each package has to be one of its release.
func TestDistrolessPackages(t *testing.T) {
	for number, on := range distrolessOf {
		for name := range on.images {
			i, ok := distrolessPackages(name, number)
			if !ok || i.Release != on.release {
				t.Fatalf("distroless/%s-debian%s: %v, %v", name, number, i.Release, ok)
			}
			for _, p := range i.Names {
				if _, _, ok := catalog.Package(debian.Release(on.release), p); !ok {
					t.Errorf("distroless/%s-debian%s has %s, which %s does not have", name, number, p, on.release)
				}
			}
		}
	}
}
