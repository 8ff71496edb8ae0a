// Package modernize is the pass modernize.
package modernize

import "dopt/transform"

// Pass is the pass modernize.
var Pass = &transform.Pass{
	Name:  "modernize",
	Doc:   "TO BE WRITTEN.",
	Run:   func(*transform.Context) error { return nil },
}
