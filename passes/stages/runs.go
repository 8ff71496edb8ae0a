package stages

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/internal/needs"
	"dopt/transform"
	"dopt/transform/shell"
)

// absent says which program that the image runs, to start or to tell its health, no package and no file is known to bring; "" if there is none.
func (p *plan) absent() string {
	in, tools := p.healthcheck()
	for _, tool := range tools {
		if !p.brings(tool) {
			return fmt.Sprintf("line %d runs %s, and nothing is known to bring that into the image", in.Line(), tool)
		}
	}
	if s := p.stage.Start; !p.brings(s.Program) {
		return fmt.Sprintf("it starts %s, and nothing is known to bring that into the image", s.Program)
	}
	return ""
}

// healthcheck returns the instruction that tells the health of the image, nil if there is none, and the programs that it runs.
func (p *plan) healthcheck() (in *transform.Instruction, tools []string) {
	for _, in := range slices.Backward(p.stage.Final.Stage.Instructions) {
		c, ok := in.Command.(*instructions.HealthCheckCommand)
		if !ok {
			continue
		}
		if c.Health == nil || len(c.Health.Test) < 2 {
			return nil, nil
		}
		if c.Health.Test[0] != "CMD-SHELL" {
			return in, c.Health.Test[1:2]
		}
		script, err := shell.Parse(c.Health.Test[1], shell.Bash, p.stage.Dir, nil)
		if err != nil {
			return nil, nil // the analysis of needs says so
		}
		for _, cmd := range script.Commands {
			tools = append(tools, cmd.Name())
		}
		return in, tools
	}
	return nil, nil
}

// brings reports whether a program may be in the image: a file that it gets, what an image with an interpreter has of its own, or a program
// of a package that is there.
func (p *plan) brings(tool string) bool {
	if tool == "" || strings.Contains(tool, shell.Unknown) || needs.Builtin(tool) || p.there == nil {
		return true
	}
	places := []string{path.Join("/", p.stage.Dir, tool)}
	if path.IsAbs(tool) {
		places[0] = path.Clean(tool)
	} else if !strings.Contains(tool, "/") {
		places = nil
		for _, dir := range p.stage.Path() {
			places = append(places, path.Join(dir, tool))
		}
	}
	if slices.ContainsFunc(places, p.covered) || slices.ContainsFunc(places, p.stage.Tree.Linked) {
		return true
	}
	i := slices.IndexFunc(p.needs, func(n transform.Need) bool { return n.Step == nil && n.What == "command "+path.Base(tool) })
	if i >= 0 {
		return slices.ContainsFunc(p.needs[i].Packages, func(name string) bool { return p.there[name] })
	}
	return !slices.ContainsFunc(p.artifact.Bases, func(b artifact.Base) bool { return family(b.Image) == "debian" })
}
