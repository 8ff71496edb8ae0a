package modernize

import (
	"strings"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

const (
	kindMaintainer = "maintainer"
	// authorsLabel is OCI's name for who is responsible for an image.
	// Source: opencontainers/image-spec, annotations.md, "Pre-Defined Annotation Keys".
	authorsLabel = "org.opencontainers.image.authors"
)

// maintainer writes MAINTAINER as a label.
func maintainer(c *transform.Context, in *transform.Instruction) {
	name, whole := unquote(in.Args().Text)
	for _, why := range []struct {
		holds  bool
		reason string
	}{
		{strings.TrimSpace(name) == "", "it names nobody"},
		{!whole, "it is several texts in quotes"},
		{!utf8.ValidString(name), "it is not valid UTF-8, which a label must be"},
		{count(in.Stage, "MAINTAINER") > 1, "the stage has several MAINTAINER lines, of which only the last counts: say who is meant"},
		{setsAuthors(c.Doc, in.Stage), "the label " + authorsLabel + " is set elsewhere in the stage"},
		{hasComment(in, in.Span), "a comment stands in the middle of it"},
	} {
		if why.holds {
			c.Missed(in, kindMaintainer, "%s", why.reason)
			return
		}
	}
	args := in.Args()
	made(c, in, kindMaintainer, transform.Fix{
		Title:    "Write MAINTAINER as the label " + authorsLabel,
		Level:    transform.Standard,
		Evidence: because(in, "MAINTAINER is deprecated; the label holds the same text"),
		Edits: []transform.Edit{
			keywordEdit(in, "LABEL"),
			{Span: args.Span(0, len(args.Text)), New: authorsLabel + "=" + quoted(name, c.Doc.Escape)},
		},
	})
}

// unquote takes away quotes that stand around the whole text. Ok is false for several quoted
// texts: whether the quotes are part of the name is then for the author to say.
func unquote(text string) (name string, ok bool) {
	for _, quote := range []string{`"`, `'`} {
		inner, opened := strings.CutPrefix(text, quote)
		inner, closed := strings.CutSuffix(inner, quote)
		if opened && closed {
			return inner, !strings.Contains(inner, quote)
		}
	}
	return text, true
}

func count(s *transform.Stage, keyword string) int {
	n := 0
	for _, in := range s.Instructions {
		if in.Keyword == keyword {
			n++
		}
	}
	return n
}

// setsAuthors reports whether the stage, or one that it builds on, sets the authors' label or a
// label whose name is not known.
func setsAuthors(d *transform.Document, s *transform.Stage) bool {
	for ; s != nil; s = d.StageOf(s.Base, s) {
		for _, in := range s.Instructions {
			label, ok := in.Command.(*instructions.LabelCommand)
			if !ok {
				continue
			}
			for _, kv := range label.Labels {
				if strings.Contains(kv.Key, authorsLabel) || strings.Contains(kv.Key, "$") {
					return true
				}
			}
		}
	}
	return false
}
