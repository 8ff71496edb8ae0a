package slim

import (
	"slices"
	"strings"

	"dopt/transform"
)

// mirrorSwitch returns the command that replaces the host of apt's sources where the build argument is set; "" where none is asked for, or
// the file chooses its sources itself.
func (s *slimming) mirrorSwitch() string {
	if slices.ContainsFunc(s.stage.Instructions, setsUp) || strings.Contains(string(s.Doc.Src), transform.MirrorArgument) {
		return ""
	}
	return s.Settings.SwitchMirror(s.variant.Release)
}

// update are the commands that fetch the package lists.
func (s *slimming) update() []string {
	if sw := s.mirrorSwitch(); sw != "" {
		return []string{sw, "apt-get update"}
	}
	return []string{"apt-get update"}
}
