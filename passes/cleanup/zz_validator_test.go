//go:build validate

package cleanup

import (
	"dopt/transform"
	"dopt/transform/validate/llb"
)

var theValidator = llb.New()

func init() { newValidator = func() transform.Validator { return theValidator } }
