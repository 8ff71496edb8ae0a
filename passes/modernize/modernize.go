package modernize

import (
	"fmt"

	"dopt/transform"
)

// rewrites says what is looked at in which instruction.
var rewrites = []struct {
	keyword string
	rewrite func(*transform.Context, *transform.Instruction)
}{
	{"MAINTAINER", maintainer},
	{"ENV", legacyEnv},
	{"LABEL", legacyEnv},
	{"ADD", addToCopy},
	{"RUN", aptGet},
	{"RUN", cdToWorkdir},
	{"CMD", execFormCmd},
	{"ENTRYPOINT", execFormEntrypoint},
	{"WORKDIR", absoluteWorkdir},
}

func run(c *transform.Context) error {
	for _, s := range c.Doc.Stages {
		for _, in := range s.Instructions {
			for _, r := range rewrites {
				if r.keyword == in.Keyword {
					r.rewrite(c, in)
				}
			}
		}
	}
	return nil
}

// made reports a fix of one instruction.
func made(c *transform.Context, in *transform.Instruction, kind string, fix transform.Fix) {
	c.Report(transform.Finding{Kind: kind, Span: in.Span, Message: fix.Title, Fix: &fix})
}

// because is evidence from the Dockerfile itself.
func because(in *transform.Instruction, format string, args ...any) []transform.Evidence {
	return []transform.Evidence{{Source: in.Document().Name, Line: in.Line(), Text: fmt.Sprintf(format, args...)}}
}

// edited returns the instruction as BuildKit reads it once the edits are made:
// alone, so that checking one costs the same in a file of any length.
func edited(in *transform.Instruction, edits []transform.Edit) (*transform.Instruction, error) {
	d := in.Document()
	shifted := make([]transform.Edit, len(edits))
	for i, e := range edits {
		shifted[i] = transform.Edit{Span: transform.Span{Start: e.Start - in.Span.Start, End: e.End - in.Span.Start}, New: e.New}
	}
	src, err := (&transform.Document{Name: d.Name, Src: []byte(in.Source())}).Rewrite(shifted...)
	if err != nil {
		return nil, err
	}
	head := transform.EscapeDirective(d.Escape) + "FROM scratch\n"
	after, err := transform.Parse(d.Name, append([]byte(head), src...))
	if err != nil {
		return nil, err
	}
	if len(after.Instructions) != 2 {
		return nil, fmt.Errorf("%s:%d: the edits make %d instructions of one", d.Name, in.Line(), len(after.Instructions)-1)
	}
	return after.Instructions[1], nil
}

// keyword returns an upper-case keyword in the case of most others of the file; BuildKit's check
// ConsistentInstructionCasing warns about any other.
func keyword(in *transform.Instruction, word string) string {
	return in.Document().Style().Keyword(word)
}

// keywordEdit replaces the instruction's keyword.
func keywordEdit(in *transform.Instruction, word string) transform.Edit {
	return transform.Edit{Span: in.Text().Span(0, len(in.Node.Value)), New: keyword(in, word)}
}

// hasComment reports whether a comment line stands within a span of the instruction.
func hasComment(in *transform.Instruction, s transform.Span) bool {
	for _, l := range in.Lines {
		if l.Kind == transform.Comment && s.Contains(l.Span) {
			return true
		}
	}
	return false
}
