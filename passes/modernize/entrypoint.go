package modernize

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// inits are programs that run the command behind their options as it is. Source: the README of
// krallin/tini, Yelp/dumb-init and openSUSE/catatonit.
var inits = []string{"tini", "tini-static", "docker-init", "dumb-init", "catatonit"}

// entrypointTakes says what is known of the ENTRYPOINT that gets the words of a
// CMD, or why the CMD must go on to begin with a shell.
func entrypointTakes(c *transform.Context, in *transform.Instruction) (fact, why string) {
	own, base := inherited(c.Doc, in.Stage, "ENTRYPOINT")
	b, known := c.Bases.Base(base.Base)
	if !known {
		return "", "it is not known what the base image " + base.Base + " does with the command"
	}
	if own != nil {
		return ownEntrypointTakes(own)
	}
	switch b.Entrypoint {
	case transform.NoEntrypoint:
		return base.Base + " has no entrypoint", ""
	case transform.PassesThrough:
		return "the entrypoint of " + base.Base + " runs the command as it is", ""
	}
	return "", "the entrypoint of " + base.Base + " looks at the command"
}

// ownEntrypointTakes says the same of an ENTRYPOINT of the file.
func ownEntrypointTakes(entrypoint *transform.Instruction) (fact, why string) {
	cmd := entrypoint.Command.(*instructions.EntrypointCommand)
	if cmd.PrependShell {
		return "", "the shell-form ENTRYPOINT ignores it"
	}
	if len(cmd.CmdLine) == 0 {
		return "the empty ENTRYPOINT passes the command on", ""
	}
	name := path.Base(cmd.CmdLine[0])
	isOption := func(word string) bool { return strings.HasPrefix(word, "-") }
	if slices.Contains(inits, name) && !slices.ContainsFunc(cmd.CmdLine[1:], func(w string) bool { return !isOption(w) }) {
		return name + " runs the command as it is", ""
	}
	return "", "the ENTRYPOINT " + name + " gets it as arguments and may look at them"
}

// inherited returns the last instruction with a keyword in the stage or in those that it
// builds on, nil if there is none, and the stage at the bottom, which builds on an image.
func inherited(d *transform.Document, s *transform.Stage, keyword string) (last *transform.Instruction, bottom *transform.Stage) {
	for {
		for _, in := range slices.Backward(s.Instructions) {
			if last == nil && in.Keyword == keyword {
				last = in
			}
		}
		below := d.StageOf(s.Base, s)
		if below == nil {
			return last, s
		}
		s = below
	}
}

// commandAbsent says why no CMD reaches an ENTRYPOINT, or which one would begin to: a shell-form
// ENTRYPOINT ignores what an exec-form one gets as arguments.
func commandAbsent(c *transform.Context, in *transform.Instruction) (fact, why string) {
	_, base := inherited(c.Doc, in.Stage, "ENTRYPOINT")
	if _, known := c.Bases.Base(base.Base); !known {
		return "", "it is not known which shell and command the base image " + base.Base + " sets"
	}
	for _, s := range c.Doc.Stages[in.Stage.Index:] {
		if s == in.Stage || inheritsEntrypoint(c.Doc, s, in) {
			if cmd := lastCmd(s); cmd != nil {
				return "", "the CMD would become its arguments, which it has ignored so far"
			}
		}
	}
	// BuildKit drops the inherited CMD where a stage sets ENTRYPOINT: dockerfile2llb, dispatchEntrypoint.
	return "no CMD comes with it", ""
}

// inheritsEntrypoint reports whether in is the ENTRYPOINT that holds in stage s.
func inheritsEntrypoint(d *transform.Document, s *transform.Stage, in *transform.Instruction) bool {
	entrypoint, _ := inherited(d, s, "ENTRYPOINT")
	return entrypoint == in
}

// lastCmd returns the stage's last CMD unless it is empty.
func lastCmd(s *transform.Stage) *transform.Instruction {
	for _, in := range slices.Backward(s.Instructions) {
		if cmd, ok := in.Command.(*instructions.CmdCommand); ok {
			if len(cmd.CmdLine) == 0 {
				return nil
			}
			return in
		}
	}
	return nil
}
