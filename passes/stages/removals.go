package stages

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform/effects"
)

// removed takes note of a path that a command removes, and that the runtime stage may have from its base or from a package: the command
// is run there, too.
func (p *plan) removed(c artifact.Command, gone effects.Path) string {
	made := func(name string) bool {
		return artifact.Within(gone.Name, name) || artifact.Within(name, gone.Name)
	}
	switch {
	case artifact.Within(gone.Name, aptSettings):
		return changesSettings
	case slices.ContainsFunc(scratchpads, func(dir string) bool { return artifact.Within(gone.Name, dir) }), p.covered(gone.Name), p.source(gone.Name):
		return ""
	case slices.ContainsFunc(p.stage.Tree.Copies, func(c artifact.Copy) bool { return made(c.Image) }):
		return ""
	}
	for _, c := range p.stage.Commands {
		if slices.ContainsFunc(effects.Of(c.Command).Makes, func(m effects.Path) bool { return made(m.Name) }) {
			return ""
		}
	}
	if text := strings.Join(c.Argv(), " "); c.Always && !c.Made && path.IsAbs(gone.Name) && text == c.Evidence.Text && strings.Contains(text, gone.Name) {
		if !slices.Contains(p.repeated, text) {
			p.repeated = append(p.repeated, text)
		}
		return ""
	}
	return "removes " + gone.Name + ", which the image may have from its base or a package"
}
