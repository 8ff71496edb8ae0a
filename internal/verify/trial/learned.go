package trial

import (
	"dopt/internal/verify/repair"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// install returns the rewrite with the packages that the passes have not placed: they look after the last stage, and leave it alone
// where they change nothing else of it.
func (v Variant) install(report *transform.Report) (*transform.Report, error) {
	after, err := repair.Install(report.After, v.Packages)
	if err != nil || after == report.After {
		return report, err
	}
	with := *report
	with.After = after
	return &with, nil
}

// learned adds packages that a build or a test asked for to those that passes know are needed of the last stage.
type learned struct {
	transform.Packages
	packages []result.Package
}

func (l learned) Needs(c *transform.Context) transform.StageNeeds {
	needs := l.Packages.Needs(c)
	for _, p := range l.packages {
		if p.Stage != "" {
			continue // passes do not ask what other stages need
		}
		needs.Needs = append(needs.Needs, transform.Need{
			What: "package " + p.Name, Packages: []string{p.Name},
			Evidence: transform.Evidence{Source: "dopt verify", Text: "a build or a test failed without it"},
		})
	}
	return needs
}
