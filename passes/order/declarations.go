package order

import (
	"slices"
	"strings"

	"dopt/transform"
)

// declarations brings EXPOSE, LABEL, CMD and ENTRYPOINT to the place that the user has chosen. They
// keep their order among themselves: ENTRYPOINT takes back a CMD of the base image, and of two of
// a kind the last one counts.
func (o *orderer) declarations(s *transform.Stage) {
	policy := o.Settings.Declarations
	if policy != transform.DeclarationsEarly && policy != transform.DeclarationsLate {
		return
	}
	movable := o.movable(s)
	var anchor *transform.Instruction
	var moved []*transform.Instruction
	if policy == transform.DeclarationsEarly {
		anchor, moved = early(s, movable)
	} else {
		anchor, moved = late(s, movable)
	}
	if len(moved) == 0 {
		return
	}
	var lines []string
	for _, in := range moved {
		lines = append(lines, movedText(in))
	}
	place := map[transform.DeclarationPolicy]string{transform.DeclarationsEarly: "below FROM", transform.DeclarationsLate: "at the end of the stage"}[policy]
	o.Report(transform.Finding{
		Kind: "declarations", Span: moved[0].Span, Message: "declarations are asked for " + place,
		Fix: &transform.Fix{
			Title: "Put " + list(keywords(moved)) + " " + place, Level: transform.Standard,
			Evidence: []transform.Evidence{{Source: o.Doc.Name, Line: moved[0].Line(), Text: "it only says something about the image: no step depends on it"}},
			Edits:    append(removals(moved), anchor.InsertAfter(strings.Join(lines, "\n"))...),
		},
	})
}

// movable returns the declarations of a stage that depend on no other instruction. Of those of one
// kind all may move, or none.
func (o *orderer) movable(s *transform.Stage) []*transform.Instruction {
	fixed := map[string]bool{}
	for _, in := range s.Instructions {
		switch in.Keyword {
		case "LABEL", "EXPOSE":
			fixed[in.Keyword] = fixed[in.Keyword] || strings.Contains(in.Source(), "$")
		case "SHELL": // a shell-form CMD is run by the shell that holds where it stands
			fixed["CMD"], fixed["ENTRYPOINT"] = true, true
		}
	}
	if fixed["CMD"] || fixed["ENTRYPOINT"] { // they count together
		fixed["CMD"], fixed["ENTRYPOINT"] = true, true
	}
	var list []*transform.Instruction
	for _, in := range s.Instructions {
		switch in.Keyword {
		case "LABEL", "EXPOSE", "CMD", "ENTRYPOINT":
			if !fixed[in.Keyword] && len(in.Pragmas()) == 0 && !dangling(in) {
				list = append(list, in)
			}
		}
	}
	return list
}

// early returns the declarations that do not stand directly below FROM, and what they go below.
func early(s *transform.Stage, movable []*transform.Instruction) (anchor *transform.Instruction, moved []*transform.Instruction) {
	anchor = s.From
	for len(movable) > 0 && anchor.Index+1 == movable[0].Index {
		anchor, movable = movable[0], movable[1:]
	}
	return anchor, movable
}

// late returns the declarations that have something else below them, and what they go below.
func late(s *transform.Stage, movable []*transform.Instruction) (anchor *transform.Instruction, moved []*transform.Instruction) {
	anchor = s.From
	for _, in := range s.Instructions {
		if !slices.Contains(movable, in) {
			anchor = in
		}
	}
	return anchor, slices.DeleteFunc(movable, func(in *transform.Instruction) bool { return in.Index > anchor.Index })
}

func keywords(list []*transform.Instruction) []string {
	var words []string
	for _, in := range list {
		if !slices.Contains(words, in.Keyword) {
			words = append(words, in.Keyword)
		}
	}
	return words
}
