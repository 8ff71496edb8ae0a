// Package passes lists the passes of dopt in the order in which they run.
package passes

import (
	"dopt/passes/cleanup"
	"dopt/passes/copychown"
	"dopt/passes/format"
	"dopt/passes/ignorefile"
	"dopt/passes/merge"
	"dopt/passes/modernize"
	"dopt/passes/order"
	"dopt/passes/pin"
	"dopt/passes/slim"
	"dopt/passes/stages"
	"dopt/transform"
)

// All returns the passes in pipeline order. The order is part of the specification:
//
//   - modernize first, so that the others meet one spelling (apt-get, ENV k=v);
//   - pin before stages, which needs to know the release series of what it builds on, and before cleanup, which would else clean up what
//     becomes a build stage in the next round;
//   - stages before slim, which handles what stays one stage, and before merge and cleanup, which leave build stages alone;
//   - slim before order, which then finds a place for what it copies below the packages that slim installs;
//   - order before copychown, merge and cleanup, which then meet each copy and each step where it stays;
//   - copychown before merge, so that a chmod that goes with its copy is not joined to anything first;
//   - merge before cleanup, so that a clean-up goes once into the joined RUN
//     and not into each part;
//   - ignorefile when all instructions are what they will be, since it asks what they copy and run;
//   - format last, and only when asked for (dopt fmt): the others write in the file's own
//     style, and a rewrite must not make a diff larger than the change itself.
func All() []*transform.Pass {
	return []*transform.Pass{modernize.Pass, pin.Pass, stages.Pass, slim.Pass, order.Pass, copychown.Pass, merge.Pass, cleanup.Pass, ignorefile.Pass, format.Pass}
}
