package difftest

import (
	"slices"
	"strings"

	"dopt/transform"
)

// A Program is a Dockerfile in pieces that can be left out one by one.
type Program struct {
	Seed uint64
	// Head holds the directives.
	Head         string
	Instructions []Instruction
	// CRLF, Backtick and NoFinalNewline change how the text is written.
	CRLF, Backtick, NoFinalNewline bool
	// Level is the level of the rewrite; MergeAll asks it to join whatever is lossless, CacheMounts
	// to keep downloads in cache mounts.
	Level                 transform.Level
	MergeAll, CacheMounts bool
}

// An Instruction is Prefix, the parts and Suffix.
type Instruction struct {
	Prefix string
	Parts  []Part
	Suffix string
	// Fixed instructions are never left out.
	Fixed bool
}

// A Part is a statement of a script, or the rest of another instruction.
type Part struct {
	// Join stands between the part before and this one; the first part's is not written.
	Join, Text string
}

// Dockerfile returns the program's text.
func (p *Program) Dockerfile() []byte {
	var b strings.Builder
	b.WriteString(p.Head)
	for _, in := range p.Instructions {
		b.WriteString(in.Prefix)
		for i, part := range in.Parts {
			if i > 0 {
				b.WriteString(part.Join)
			}
			b.WriteString(part.Text)
		}
		b.WriteString(in.Suffix)
		b.WriteString("\n")
	}
	text := b.String()
	if p.Backtick {
		text = "# escape=`\n" + strings.ReplaceAll(text, "\\\n", "`\n")
	}
	if p.NoFinalNewline {
		text = strings.TrimSuffix(text, "\n")
	}
	if p.CRLF {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return []byte(text)
}

// without returns a copy that lacks the instructions from start to end that can be left out.
func (p *Program) without(start, end int) *Program {
	q := *p
	q.Instructions = nil
	for i, in := range p.Instructions {
		if i < start || i >= end || in.Fixed {
			q.Instructions = append(q.Instructions, in)
		}
	}
	return &q
}

// withoutPart returns a copy that lacks one part of instruction i.
func (p *Program) withoutPart(i, part int) *Program {
	q := *p
	q.Instructions = slices.Clone(p.Instructions)
	parts := slices.Clone(p.Instructions[i].Parts)
	q.Instructions[i].Parts = slices.Delete(parts, part, part+1)
	return &q
}
