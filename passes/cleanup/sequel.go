package cleanup

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/shell"
)

// A sequel is a script that runs on top of a layer: a later RUN, a trigger of
// ONBUILD, or what the container starts.
type sequel struct {
	in       *transform.Instruction
	commands []command
	// text is the script, the whole instruction where opaque is set.
	text   string
	opaque bool
	// starts is true for CMD and ENTRYPOINT.
	starts bool
}

// sequels returns what runs on top of the layer of an instruction, in order:
// the rest of its stage, then the stages that are built from it.
func (c *cleaner) sequels(in *transform.Instruction) []sequel {
	var found []sequel
	stage := in.Stage
	for _, o := range stage.Instructions {
		// A trigger runs in the builds of children, wherever it stands.
		if o.Index > in.Index || o.Keyword == "ONBUILD" {
			found = c.appendSequel(found, o)
		}
	}
	return c.appendChildren(found, stage)
}

func (c *cleaner) appendChildren(found []sequel, parent *transform.Stage) []sequel {
	for _, stage := range c.Doc.Stages[parent.Index+1:] {
		if c.Doc.StageOf(stage.Base, stage) != parent {
			continue
		}
		for _, o := range stage.Instructions {
			found = c.appendSequel(found, o)
		}
		found = c.appendChildren(found, stage)
	}
	return found
}

func (c *cleaner) appendSequel(found []sequel, in *transform.Instruction) []sequel {
	switch in.Keyword {
	case "RUN", "CMD", "ENTRYPOINT":
		return append(found, c.sequel(in, in))
	case "ONBUILD":
		trigger, ok := in.Command.(*instructions.OnbuildCommand)
		if !ok {
			return found
		}
		d, err := transform.Parse(c.Doc.Name, []byte("FROM scratch\n"+trigger.Expression+"\n"))
		if err != nil || len(d.Instructions) != 2 {
			return append(found, sequel{in: in, text: trigger.Expression, opaque: true})
		}
		if run := d.Instructions[1]; run.Keyword == "RUN" {
			return append(found, c.sequel(in, run))
		}
	}
	return found
}

// sequel reads the script of an instruction; at is where it stands in the file.
func (c *cleaner) sequel(at, in *transform.Instruction) sequel {
	sq := sequel{in: at, text: in.Source(), starts: in.Keyword != "RUN"}
	if s := c.steps[in]; s != nil {
		sq.commands, sq.text = s.commands, s.script.Text
		return sq
	}
	script := in.Script().Shell
	if in.Script().Form == transform.FormExec {
		script, _ = shell.Parse(quoteArgs(in), shell.POSIX, in.State().Dir, in.State().Var)
	}
	if sq.opaque = script == nil; !sq.opaque {
		sq.commands, sq.text = commandsOf(script), script.Text
	}
	return sq
}

// quoteArgs writes the words of an exec form as a shell would read them.
func quoteArgs(in *transform.Instruction) string {
	var words []string
	for n := in.Node.Next; n != nil; n = n.Next {
		if word, err := syntax.Quote(n.Value, syntax.LangPOSIX); err == nil {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
