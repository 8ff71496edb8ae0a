package inspect

import (
	"slices"

	"dopt/internal/needs"
	"dopt/transform"
)

// NeedsOf returns what the image that a Dockerfile makes uses when it runs, as far as the file and its context
// tell it for certain. target is the name of the stage that is built, "" for the last one.
func NeedsOf(doc *transform.Document, target string, o needs.Options) Needs {
	var n Needs
	for _, s := range needs.Of(doc, o) {
		if s.Stage.Name != target && (target != "" || s.Stage.Index != len(doc.Stages)-1) {
			continue
		}
		for _, need := range s.Needs {
			if need.Step != nil || need.Optional || need.Certainty != needs.Certain {
				continue
			}
			switch need.Kind {
			case needs.Certificates:
				n.Certificates = true
			case needs.Zone:
				n.Zones = true
			case needs.Command, needs.Shell:
				if need.Kind == needs.Shell && need.Evidence.Source == doc.Name {
					continue // the file's own shell form is in the image's config, or has become exec form
				}
				n.Commands = append(n.Commands, need.Name)
			}
		}
	}
	slices.Sort(n.Commands)
	n.Commands = slices.Compact(n.Commands)
	return n
}
