package main

import (
	"dopt/transform"
	"dopt/transform/validate/llb"
)

// validators returns what judges every change; each goroutine wants its own.
func validators() []transform.Validator { return []transform.Validator{llb.New()} }
