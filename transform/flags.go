package transform

import (
	"strings"
	"unicode"
)

// A Flag is a "--name=value" in front of an instruction's arguments.
type Flag struct {
	// Name is without dashes, Value is "" where the flag has none.
	Name, Value string
	// Span is where it stands in the source.
	Span Span
}

// Flags returns the instruction's flags in order.
func (in *Instruction) Flags() []Flag {
	spans, _ := in.splitArgs()
	var flags []Flag
	for i, s := range spans {
		if i >= len(in.Node.Flags) {
			break
		}
		name, value, _ := strings.Cut(strings.TrimPrefix(in.Node.Flags[i], "--"), "=")
		flags = append(flags, Flag{Name: name, Value: value, Span: in.text.Span(s.Start, s.End)})
	}
	return flags
}

// Args returns the instruction's arguments: the joined text behind keyword and
// flags, without the blanks around it. Heredoc bodies are not part of it.
func (in *Instruction) Args() Joined {
	_, start := in.splitArgs()
	return in.text.slice(start, len(strings.TrimRightFunc(in.text.Text, unicode.IsSpace)))
}

// slice returns the part of the text between two offsets, with its map.
func (j Joined) slice(start, end int) Joined {
	end = max(start, end)
	out := Joined{Text: j.Text[start:end]}
	for _, s := range j.segments {
		from, to := max(s.text, start), min(s.text+s.n, end)
		if from < to || s.n == 0 && s.text >= start && s.text <= end {
			out.segments = append(out.segments, segment{from - start, s.src + from - s.text, max(0, to-from)})
		}
	}
	if len(out.segments) == 0 {
		out.segments = []segment{{0, j.Offset(start), 0}}
	}
	return out
}

// splitArgs returns where the flags and the arguments stand in the joined text: the rules are
// those of BuildKit's splitCommand, byte by byte.
func (in *Instruction) splitArgs() (flags []Span, args int) {
	text, at := in.text.Text, len(in.Node.Value)
	for {
		at = skipSpace(text, at)
		if !strings.HasPrefix(text[at:], "--") {
			return flags, at
		}
		end := wordEnd(text, at, in.doc.Escape)
		if text[at:end] == "--" {
			return flags, skipSpace(text, end)
		}
		flags = append(flags, Span{at, end})
		at = end
	}
}

func skipSpace(text string, at int) int {
	for at < len(text) && unicode.IsSpace(rune(text[at])) {
		at++
	}
	return at
}

// wordEnd returns where the word that begins at offset at ends: at a blank outside of quotes.
func wordEnd(text string, at int, escape byte) int {
	var quote byte
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case c == escape:
			at++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case unicode.IsSpace(rune(c)):
			return at
		}
	}
	return len(text)
}
