package modernize

import (
	"regexp"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

const kindLegacyEnv = "legacy-env"

// blanks are what separates the name from the value in "ENV k v". Source: BuildKit's
// frontend/dockerfile/parser, reWhitespace.
const blanks = " \t\v\f\r"

// newVariable is what a line of a value reads like where its author meant several variables, or
// where a stray continuation has swallowed the next instruction.
var newVariable = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*[A-Za-z_][\w.-]*\s*=|^\s*[A-Z][A-Z_]*\d*\s+\S|="`)
})

// legacyEnv writes "ENV k v" and "LABEL k v" as k=v. Only the blank between them and what quoting
// asks for changes, so that the lines and comments of a long value stay.
func legacyEnv(c *transform.Context, in *transform.Instruction) {
	old, ok := legacyPair(in)
	if !ok {
		return
	}
	why := misread(in, old)
	var edits []transform.Edit
	if why == "" {
		edits, why = pairEdits(in, old)
	}
	if why != "" {
		c.Missed(in, kindLegacyEnv, "%s", why)
		return
	}
	made(c, in, kindLegacyEnv, transform.Fix{
		Title:    "Write " + in.Keyword + " " + old.Key + " with an equals sign",
		Level:    transform.Safe,
		Evidence: because(in, "BuildKit's lexer gives the same value for both spellings"),
		Edits:    edits,
	})
}

// pairs returns the names and values of an ENV or LABEL.
func pairs(in *transform.Instruction) instructions.KeyValuePairs {
	switch cmd := in.Command.(type) {
	case *instructions.EnvCommand:
		return cmd.Env
	case *instructions.LabelCommand:
		return cmd.Labels
	}
	return nil
}

// legacyPair returns the only pair of an instruction without an equals sign.
func legacyPair(in *transform.Instruction) (instructions.KeyValuePair, bool) {
	kvs := pairs(in)
	if len(kvs) != 1 || !kvs[0].NoDelim {
		return instructions.KeyValuePair{}, false
	}
	return kvs[0], true
}

// misread says why the author of a pair has hardly meant what BuildKit reads. To write the
// misunderstanding down in quotes would hide it.
func misread(in *transform.Instruction, pair instructions.KeyValuePair) string {
	if strings.HasPrefix(pair.Value, "=") {
		return "with a blank before the equals sign, all behind the name is the value, the sign included"
	}
	for _, l := range in.Lines[1:] {
		if l.Kind == transform.Text && newVariable().Match(in.Document().Src[l.Body.Start:l.Body.End]) {
			return "the lines below read like more variables, but are part of the value of " + pair.Key
		}
	}
	return ""
}

// pairEdits returns the edits that write a legacy pair with an equals sign, or why there are none.
func pairEdits(in *transform.Instruction, old instructions.KeyValuePair) ([]transform.Edit, string) {
	args := in.Args()
	nameEnd := strings.IndexAny(args.Text, blanks)
	value := args.Text[nameEnd:]
	at := nameEnd + len(value) - len(strings.TrimLeft(value, blanks))
	gap := transform.Span{Start: args.EndOffset(nameEnd), End: args.Offset(at)}
	if hasComment(in, gap) {
		return nil, "a comment stands between the name and the value"
	}
	asIs := []transform.Edit{{Span: gap, New: "="}}
	if samePair(in, asIs, old) {
		return asIs, ""
	}
	end := args.EndOffset(len(args.Text))
	inQuotes := []transform.Edit{{Span: gap, New: `="`}}
	for _, e := range requote(args.Text[at:], in.Document().Escape) {
		inQuotes = append(inQuotes, transform.Edit{Span: sourceSpan(args, at+e.Start, at+e.End), New: e.New})
	}
	inQuotes = append(inQuotes, transform.Edit{Span: transform.Span{Start: end, End: end}, New: `"`})
	if samePair(in, inQuotes, old) {
		return inQuotes, ""
	}
	return nil, "the value cannot be written with an equals sign so that it is surely the same"
}

// sourceSpan maps a range of bytes of one line; an empty one is the place before the byte.
func sourceSpan(j transform.Joined, start, end int) transform.Span {
	if start == end {
		return transform.Span{Start: j.Offset(start), End: j.Offset(start)}
	}
	return j.Span(start, end)
}

// samePair reports whether the edits give one pair with an equals sign and the
// name and value that BuildKit gave before.
func samePair(in *transform.Instruction, edits []transform.Edit, old instructions.KeyValuePair) bool {
	after, err := edited(in, edits)
	if err != nil {
		return false
	}
	kvs := pairs(after)
	escape := in.Document().Escape
	return len(kvs) == 1 && !kvs[0].NoDelim &&
		sameWord(old.Key, kvs[0].Key, escape) && sameWord(old.Value, kvs[0].Value, escape)
}

// requote returns the edits, as offsets of value, after which it means between
// double quotes what it means without them. It covers the usual; the caller proves the result.
func requote(value string, escape byte) []transform.Edit {
	var edits []transform.Edit
	edit := func(start, end int, text string) {
		edits = append(edits, transform.Edit{Span: transform.Span{Start: start, End: end}, New: text})
	}
	var quote byte
	for i := 0; i < len(value); i++ {
		switch ch := value[i]; {
		case quote == '\'' && ch != '\'':
			if ch == '"' || ch == '$' || ch == escape {
				edit(i, i, string(escape))
			}
		case ch == escape:
			i++
			// Between double quotes an escape character before anything else is a character itself.
			if quote == 0 && i < len(value) && value[i] != '"' && value[i] != '$' && value[i] != escape {
				edit(i-1, i, "")
			}
		case ch == quote:
			quote = 0
			edit(i, i+1, "")
		case quote == 0 && (ch == '"' || ch == '\''):
			quote = ch
			edit(i, i+1, "")
		}
	}
	return edits
}
