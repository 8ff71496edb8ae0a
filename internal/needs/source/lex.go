package source

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A tokenKind says what a token is.
type tokenKind int

const (
	word    tokenKind = iota // a name or a number
	text                     // a string
	command                  // a string that a shell runs: backquotes of Ruby and PHP
	mark                     // one other character
)

// A token is a part of a source.
type token struct {
	kind tokenKind
	// text is a string's content, with Unknown for what is put into it.
	text string
	// at is its offset in the source, line is counted from 1.
	at, line int
}

// A quote is a way of writing strings.
type quote struct {
	open, close string
	// raw: a backslash means nothing. long: it may go over several lines.
	raw, long bool
	// insert begins what is put into the string: "${", "#{" or "$"; "" if nothing is.
	insert string
	// runs: a shell runs it.
	runs bool
}

// maxTokens bounds how much of a source is looked at.
const maxTokens = 300_000

// A lexer cuts a source into tokens.
type lexer struct {
	*language
	src    string
	at     int
	line   int
	tokens []token
	// dead is the offset before which a quote, by what opens it, begins no string: one before it found no end.
	// Without it a file of quotes that do not end takes quadratic time.
	dead map[string]int
}

func (l *lexer) run() []token {
	l.line, l.dead = 1, map[string]int{}
	if l.begin != "" {
		l.skipTo(l.begin)
	}
	for l.at < len(l.src) && len(l.tokens) < maxTokens {
		l.next()
	}
	return l.tokens
}

// skipTo goes behind the next s, or to the end.
func (l *lexer) skipTo(s string) {
	i := strings.Index(l.src[l.at:], s)
	if i < 0 {
		l.advance(len(l.src) - l.at)
		return
	}
	l.advance(i + len(s))
}

// advance goes n bytes on and counts the lines.
func (l *lexer) advance(n int) {
	l.line += strings.Count(l.src[l.at:l.at+n], "\n")
	l.at += n
}

func (l *lexer) add(kind tokenKind, s string, n int) {
	l.tokens = append(l.tokens, token{kind, s, l.at, l.line})
	l.advance(n)
}

func (l *lexer) next() {
	rest := l.src[l.at:]
	if l.end != "" && strings.HasPrefix(rest, l.end) {
		l.skipTo(l.begin)
		return
	}
	for _, c := range l.comments {
		if strings.HasPrefix(rest, c) {
			l.skipLine()
			return
		}
	}
	if l.block[0] != "" && strings.HasPrefix(rest, l.block[0]) {
		l.advance(len(l.block[0]))
		l.skipTo(l.block[1])
		return
	}
	for i := range l.quotes {
		if q := &l.quotes[i]; strings.HasPrefix(rest, q.open) && l.at >= l.dead[q.open] && l.string(q) {
			return
		}
	}
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case unicode.IsSpace(r):
		l.advance(size)
	case wordRune(r):
		n := strings.IndexFunc(rest, func(r rune) bool { return !wordRune(r) })
		if n < 0 {
			n = len(rest)
		}
		l.add(word, rest[:n], n)
	case r == '/' && l.patterns && l.at >= l.dead["/"] && l.beforeValue() && l.pattern(rest):
	default:
		l.add(mark, rest[:size], size)
	}
}

func wordRune(r rune) bool {
	return r == '_' || r == '$' || r == '@' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

func (l *lexer) skipLine() { l.at = l.lineEnd() }

func (l *lexer) lineEnd() int {
	if i := strings.IndexByte(l.src[l.at:], '\n'); i >= 0 {
		return l.at + i
	}
	return len(l.src)
}

// beforeValue reports whether what comes next begins a value: a slash is then no division.
func (l *lexer) beforeValue() bool {
	if len(l.tokens) == 0 {
		return true
	}
	last := l.tokens[len(l.tokens)-1]
	if last.kind == word {
		switch last.text {
		case "return", "typeof", "case", "in", "of", "if", "when", "unless", "and", "or", "not":
			return true
		}
	}
	return last.kind == mark && last.text != ")" && last.text != "]" && last.text != "}"
}

// pattern passes by a regular expression, which may hold quotes.
func (l *lexer) pattern(rest string) bool {
	class := false
	for i := 1; i < len(rest) && rest[i] != '\n'; i++ {
		switch c := rest[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			l.add(mark, "/", i+1)
			return true
		}
	}
	l.dead["/"] = l.lineEnd()
	return false
}

// string reads a string; false where the quote begins none, such as that of a lifetime.
func (l *lexer) string(q *quote) bool {
	raw, insert := q.raw, q.insert
	if n := len(l.tokens) - 1; l.prefixes && n >= 0 && l.tokens[n].kind == word && l.tokens[n].at+len(l.tokens[n].text) == l.at {
		switch p := strings.ToLower(l.tokens[n].text); p {
		case "r", "b", "f", "u", "rb", "br", "fr", "rf":
			raw = strings.Contains(p, "r")
			if strings.Contains(p, "f") {
				insert = "{"
			}
			l.tokens = l.tokens[:n]
		}
	}
	body, n := l.body(q, raw, insert)
	if n < 0 {
		l.dead[q.open] = l.lineEnd()
		if q.long {
			l.dead[q.open] = len(l.src)
		}
		return false
	}
	kind := text
	if q.runs {
		kind = command
	}
	l.add(kind, body, n)
	return true
}

// body returns a string's content and the length of all of it, -1 where it does not end.
func (l *lexer) body(q *quote, raw bool, insert string) (string, int) {
	var b strings.Builder
	rest := l.src[l.at:]
	for i := len(q.open); i < len(rest); i++ {
		switch c := rest[i]; {
		case strings.HasPrefix(rest[i:], q.close):
			return b.String(), i + len(q.close)
		case c == '\n' && !q.long:
			return "", -1
		case c == '\\' && !raw && i+1 < len(rest):
			i++
			b.WriteString(unescape(rest[i]))
		case insert == "{" && strings.HasPrefix(rest[i:], "{{"):
			i++
			b.WriteByte('{')
		case insert != "" && strings.HasPrefix(rest[i:], insert):
			b.WriteString(Unknown)
			i += inserted(rest[i:], insert) - 1
		default:
			b.WriteByte(c)
		}
	}
	return "", -1
}

// unescape returns what a backslash before c stands for, as far as it matters.
func unescape(c byte) string {
	switch c {
	case 'n', 't', 'r':
		return " "
	case '\n':
		return ""
	}
	return string(c)
}

// maxInserted is the length, in bytes, of the longest expression that is put into a string.
const maxInserted = 1000

// inserted returns the length of what is put into a string, at least that of what begins it.
func inserted(s, begin string) int {
	s = s[:min(len(s), maxInserted)]
	if !strings.HasSuffix(begin, "{") && !strings.HasPrefix(s, begin+"{") {
		n := len(begin)
		for n < len(s) && (wordRune(rune(s[n])) || s[n] == '>' || s[n] == '-' && n+1 < len(s) && s[n+1] == '>') {
			n++
		}
		return n
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '\n':
			return len(begin)
		}
	}
	return len(begin)
}
