// Package merge is the pass merge.
package merge

import "dopt/transform"

// Pass is the pass merge.
var Pass = &transform.Pass{
	Name:  "merge",
	Doc:   "TO BE WRITTEN.",
	Run:   func(*transform.Context) error { return nil },
}
