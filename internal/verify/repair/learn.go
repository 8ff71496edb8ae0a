package repair

import (
	"fmt"
	"slices"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// Learn returns what the repairs of a Dockerfile suggest for the catalog: lines in the form of internal/catalog/overrides.txt, for somebody to
// look at. The column that says where the package has it is "?" where the catalog does not know. What is about no file
// suggests nothing.
func Learn(doc *transform.Document, repairs []result.Repair) string {
	var b strings.Builder
	for _, r := range repairs {
		release := releaseOf(doc, result.Stage(doc, r.Stage))
		word, name, _ := strings.Cut(r.Need, " ")
		kind := catalog.FileKind(word)
		if kind == catalog.FileKind(Link) {
			kind, name = catalog.Library, "lib"+name+".so"
		}
		if !slices.Contains(catalog.FileKinds, kind) || name == "" {
			continue
		}
		real := "?"
		if owner, _ := catalog.FileOwner(release, kind, name); strings.HasPrefix(owner.Match, "/") {
			real = owner.Match
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%s\n", kind, name, release, r.Name, real, "a build asked for it: "+strings.Join(strings.Fields(r.Evidence), " "))
	}
	return b.String()
}
