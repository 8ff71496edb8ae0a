package transform

import (
	"bytes"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// A Directive is a "# key=value" line at the top of a file that BuildKit obeys:
// syntax, escape or check.
type Directive struct {
	// Key is in lower case.
	Key, Value string
	// Line is 1-based.
	Line int
	Span Span
}

// directives finds the parser directives of d: an unbroken run from the first line.
func directives(d *Document) []Directive {
	var found []Directive
	var p parser.DirectiveParser
	for i, raw := range d.lines {
		text := d.Src[raw.start:raw.eol]
		if i == 0 {
			text = bytes.TrimPrefix(text, bom)
		}
		text = bytes.TrimLeft(text, " \t\v\f\r\u0085\u00a0")
		dir, err := p.ParseLine(text)
		if err != nil || dir == nil {
			break
		}
		found = append(found, Directive{Key: dir.Name, Value: dir.Value, Line: i + 1, Span: Span{raw.start, raw.end}})
	}
	return found
}

// EscapeDirective returns the line that makes a character the escape character of a file, "" for the backslash, which it is anyway:
// a directive is a regular expression more for BuildKit to compile.
func EscapeDirective(escape byte) string {
	if escape == '\\' {
		return ""
	}
	return "# escape=" + string(escape) + "\n"
}

// Directive returns the value of a parser directive, "" if the file has none.
func (d *Document) Directive(key string) string {
	for _, dir := range d.Directives {
		if dir.Key == key {
			return dir.Value
		}
	}
	return ""
}

// CommentLines returns the text of the comment lines directly above the
// instruction, each trimmed of its indentation and line break.
func (in *Instruction) CommentLines() []string {
	if in.Comment.Len() == 0 {
		return nil
	}
	lines := strings.Split(strings.TrimRight(string(in.doc.Src[in.Comment.Start:in.Comment.End]), "\r\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return lines
}
