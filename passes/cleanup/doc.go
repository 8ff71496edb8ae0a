// Package cleanup is the pass cleanup.
package cleanup

import "dopt/transform"

// Pass is the pass cleanup.
var Pass = &transform.Pass{
	Name:  "cleanup",
	Doc:   "TO BE WRITTEN.",
	Run:   func(*transform.Context) error { return nil },
}
