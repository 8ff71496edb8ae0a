// Package format is the pass format.
package format

import "dopt/transform"

// Pass is the pass format.
var Pass = &transform.Pass{
	Name:  "format",
	Doc:   "TO BE WRITTEN.",
	Run:   func(*transform.Context) error { return nil },
}
