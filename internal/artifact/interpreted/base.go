package interpreted

import (
	"fmt"
	"slices"

	"dopt/internal/artifact"
	"dopt/transform"
)

// Variable returns a variable of the image below a stage; ok is false where it has none of that name, or where its config is not known.
func Variable(s *artifact.Stage, name string) (v transform.ImageVariable, ok bool) {
	if s.Base.Config == nil {
		return v, false
	}
	i := slices.IndexFunc(s.Base.Config.Env, func(v transform.ImageVariable) bool { return v.Name == name })
	if i < 0 {
		return v, false
	}
	return s.Base.Config.Env[i], true
}

// Foreign says why nothing can be told of what is installed on the image below a stage, "" if that can be told: it has to be an official
// image of the language, which official says, built on Debian. what names what is installed there.
func Foreign(s *artifact.Stage, official bool, language, what string) string {
	switch {
	case !official:
		return fmt.Sprintf("is no official image of %s: where its %s are is not known", language, what)
	case s.Base.Distro != "debian":
		return "is not built on Debian"
	}
	return ""
}

// Slim returns the slim variant of the image below a stage, that image where there is none.
func Slim(s *artifact.Stage) string {
	if s.Base.Slim == "" {
		return s.Image
	}
	return s.Base.Slim
}

// On returns an image to run on, at level standard, for a reason that rests on the facts of the image below a stage.
func On(s *artifact.Stage, image, why string) artifact.Base {
	return artifact.Base{Image: image, Level: transform.Standard, Because: transform.Evidence{Source: s.Base.Source, Text: why}}
}
