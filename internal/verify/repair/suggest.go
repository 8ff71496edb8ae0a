package repair

import (
	"strings"

	"dopt/internal/verify/result"
	"dopt/transform"
)

// Suggestions returns what the repairs of a rewrite suggest for the catalog, as Learn does for one release.
func Suggestions(report *transform.Report, repairs []result.Repair) string {
	var b strings.Builder
	for _, r := range repairs {
		for _, stage := range report.After.Stages {
			if stageName(report.After, stage) == r.Stage {
				b.WriteString(Learn(release(report.After, stage), []result.Repair{r}))
			}
		}
	}
	return b.String()
}
