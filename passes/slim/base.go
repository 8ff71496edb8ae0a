package slim

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// base returns the edit by which FROM names the slim variant: in FROM itself, or in the default of the one build argument that says what
// has to change.
func (s *slimming) base() (edit transform.Edit, refusal string) {
	args := s.stage.From.Args()
	written := s.stage.Base
	at := args.Span(0, len(written))
	if string(s.Doc.Src[at.Start:at.End]) != written {
		return edit, "its name is broken over lines"
	}
	name, before, behind := variable(written)
	switch {
	case name == "":
		return transform.Edit{Span: at, New: s.variant.Image}, ""
	case strings.Contains(before+behind, "$"):
		return edit, "more than one build argument names it"
	}
	value, ok := strings.CutPrefix(s.variant.Image, before)
	if ok {
		value, ok = strings.CutSuffix(value, behind)
	}
	if !ok || strings.Contains(behind, "/") {
		return edit, "the build argument " + name + " says where it comes from, and not every registry has the slim variant"
	}
	return s.argument(name, value)
}

// variable returns the name of the build argument that a text uses first, with what stands in front of it and behind it; "" if it
// uses none, or in another way than as $NAME or ${NAME}.
func variable(text string) (name, before, behind string) {
	before, rest, ok := strings.Cut(text, "$")
	if !ok {
		return "", text, ""
	}
	if inner, ok := strings.CutPrefix(rest, "{"); ok {
		if name, behind, ok = strings.Cut(inner, "}"); ok {
			return name, before, behind
		}
		return "", text, ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		end = len(rest)
	}
	return rest[:end], before, rest[end:]
}

// argument returns the edit that gives a build argument another default, where it is used for this base alone. Who sets it gets the image
// that is asked for, and what is installed on top is there already.
func (s *slimming) argument(name, value string) (edit transform.Edit, refusal string) {
	var declared *transform.Instruction
	for _, in := range s.Doc.Instructions {
		switch {
		case in == s.stage.From:
		case in.Keyword == "ARG" && declares(in, name):
			if declared != nil || in.Stage != nil {
				return edit, "the build argument " + name + " is used for more than the base"
			}
			declared = in
		case strings.Contains(in.Source(), "$"+name) || strings.Contains(in.Source(), "${"+name):
			return edit, "the build argument " + name + " is used for more than the base"
		}
	}
	if declared == nil {
		return edit, "a build argument without default names it"
	}
	text := declared.Args()
	for _, kv := range declared.Command.(*instructions.ArgCommand).Args {
		if kv.Key != name || kv.Value == nil {
			continue
		}
		plain := strings.Trim(*kv.Value, `"'`)
		at := strings.Index(text.Text, name+"="+*kv.Value)
		if at < 0 || strings.ContainsAny(plain, "$\\\"'") {
			break
		}
		at += len(name) + 1 + strings.Index(*kv.Value, plain)
		return transform.Edit{Span: text.Span(at, at+len(plain)), New: value}, ""
	}
	return edit, "the default of the build argument " + name + " is not written plainly"
}

func declares(in *transform.Instruction, name string) bool {
	c, ok := in.Command.(*instructions.ArgCommand)
	return ok && slices.ContainsFunc(c.Args, func(kv instructions.KeyValuePairOptional) bool { return kv.Key == name })
}
