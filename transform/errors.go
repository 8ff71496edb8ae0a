package transform

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
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
	if line, n := longLine(src); line > 0 {
		// BuildKit stops reading there and complains about what it then misses.
		e.Line, e.Message = line, fmt.Sprintf("line of %d bytes: BuildKit's limit is %d", n, bufio.MaxScanTokenSize-1)
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
	var unknown *instructions.UnknownInstructionError
	if errors.As(err, &unknown) {
		e.Message = fmt.Sprintf("unknown instruction %q%s", unknown.Instruction, didYouMean(unknown.Instruction))
	}
	e.Message = oneLine(e.Message)
	return e
}

// longLine returns the 1-based number and the length of the first line that is too long for BuildKit's parser.
func longLine(src []byte) (line, n int) {
	for text := range bytes.Lines(src) {
		if line++; len(text) >= bufio.MaxScanTokenSize {
			return line, len(text)
		}
	}
	return 0, 0
}

// didYouMean suggests the instruction that is nearest to a word, in parentheses; "" if none is
// near. Of several the one with the same letters wins, then the first by the alphabet.
func didYouMean(word string) string {
	const near = 2 // edits
	word = strings.ToUpper(word)
	best, distance := "", near+1
	for _, keyword := range slices.Sorted(maps.Keys(command.Commands)) {
		keyword = strings.ToUpper(keyword)
		d := levenshtein.Distance(word, keyword, nil)
		if d < distance || d == distance && d <= near && letters(keyword) == letters(word) {
			best, distance = keyword, d
		}
	}
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}

func letters(word string) string {
	return string(slices.Sorted(slices.Values([]byte(word))))
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
