package transform

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// MaxSize is the largest source, in bytes, that Parse takes. BuildKit itself
// limits a line to 65,535 bytes; the largest real file seen has 400 KB.
const MaxSize = 4 << 20

// A ParseError says why a file is no Dockerfile that BuildKit would build.
type ParseError struct {
	Name string
	// Line and Column are 1-based; Column counts bytes.
	Line, Column int
	Message      string
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Line, e.Column, e.Message)
}

// checkText refuses what cannot be a Dockerfile before the parser is asked.
func checkText(name string, src []byte) error {
	if len(src) > MaxSize {
		return &ParseError{name, 1, 1, fmt.Sprintf("file is too large: %d bytes, the limit is %d", len(src), MaxSize)}
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		line, col := position(src, i)
		return &ParseError{name, line, col, "binary data: a NUL byte"}
	}
	return nil
}

// position turns an offset into a 1-based line and byte column.
func position(src []byte, offset int) (line, column int) {
	before := src[:offset]
	return 1 + bytes.Count(before, []byte("\n")), offset - bytes.LastIndexByte(before, '\n')
}

// Position returns the 1-based line and byte column of an offset.
func (d *Document) Position(offset int) (line, column int) { return position(d.Src, offset) }

func errBeforeFrom(keyword string) error {
	return fmt.Errorf("%s before the first FROM: only ARG may stand there", keyword)
}

// newParseError puts BuildKit's error into one line for people.
func newParseError(name string, src []byte, err error) *ParseError {
	e := &ParseError{Name: name, Line: 1, Column: 1, Message: err.Error()}
	var loc *parser.LocationError
	if errors.As(err, &loc) && len(loc.Locations) > 0 && len(loc.Locations[0]) > 0 {
		e.Line = max(1, loc.Locations[0][0].Start.Line)
	}
	if strings.Contains(e.Message, "line greater than") {
		e.Line++ // the scanner counts the lines that it has read whole
	}
	if lines := bytes.SplitAfterN(src, []byte("\n"), e.Line+1); e.Line <= len(lines) {
		text := lines[e.Line-1]
		e.Column = 1 + len(text) - len(bytes.TrimLeft(text, " \t"))
	}
	if _, after, ok := strings.Cut(e.Message, "dockerfile parse error on line "); ok {
		if _, rest, ok := strings.Cut(after, ": "); ok {
			e.Message = rest
		}
	}
	if after, ok := strings.CutPrefix(e.Message, "unknown instruction: "); ok {
		word, hint, _ := strings.Cut(after, " ")
		e.Message = strings.TrimSpace(fmt.Sprintf("unknown instruction %q %s", word, hint))
	}
	e.Message = oneLine(e.Message)
	return e
}

// oneLine keeps a message to one printable line of bounded length.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if r < ' ' || r == utf8.RuneError || r == 0x7f {
			return '?'
		}
		return r
	}, s)
	if len(s) > 200 {
		cut := 200
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return s
}
