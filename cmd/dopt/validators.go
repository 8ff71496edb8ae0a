package main

import (
	"dopt/transform"
	"dopt/transform/validate/ignore"
	"dopt/transform/validate/llb"
)

// validators returns what judges every change of a file.
func validators() []transform.Validator { return []transform.Validator{llb.New(), ignore.New()} }
