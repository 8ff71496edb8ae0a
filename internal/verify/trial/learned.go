package trial

import (
	"dopt/internal/verify/result"
	"dopt/transform"
)

// learned adds packages that a build or a test asked for to those that passes know are needed.
type learned struct {
	transform.Packages
	packages []result.Package
}

func (l learned) Needs(c *transform.Context) transform.StageNeeds {
	needs := l.Packages.Needs(c)
	for _, p := range l.packages {
		needs.Needs = append(needs.Needs, transform.Need{
			What: "package " + p.Name, Packages: []string{p.Name},
			Evidence: transform.Evidence{Source: "dopt verify", Text: "a build or a test failed without it"},
		})
	}
	return needs
}
