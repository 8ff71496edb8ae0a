package trial

import (
	"context"
	"fmt"

	"dopt/internal/verify/compare"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
)

// noise is by how much two builds of one Dockerfile may differ in size: files that carry the time of
// their making, and the order in which compiled files are written. A part of the size, and bytes on top.
const (
	noiseParts = 10_000
	noiseBytes = 8 << 10
)

// judge finds what is wrong with an image of a rewrite and not with the original's.
func (t *Trial) judge(ctx context.Context, a *attempt) error {
	for _, test := range a.tests {
		if test.After != nil && !test.After.Passed && smoke.Counts(test) {
			a.faults = append(a.faults, result.Fault{Check: "test", Message: test.Name + ": " + test.After.Reason, Output: test.After.Output})
		}
	}
	before := t.before
	a.faults = append(a.faults, compare.ConfigFaults(a.report.Before, t.Request.Target, before.built.Image, a.built.Image)...)
	if grown := a.built.Size() - before.built.Size(); t.Sizes && grown > before.built.Size()/noiseParts+noiseBytes {
		a.faults = append(a.faults, result.Fault{Check: "size", Message: fmt.Sprintf("the image grew by %d bytes", grown)})
	}
	return nil
}
