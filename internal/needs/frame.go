package needs

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode"

	"dopt/transform"
	"dopt/transform/shell"
)

// A frame is a script that is read, and how it was called.
type frame struct {
	*walk
	// args are the words behind the script's name; known is false where they are not known.
	args  []string
	known bool
	// self is its path in the image, "" if that is not known.
	self string
	// values are what the script gives to variables once, changes the variables that it changes, functions what it
	// defines.
	values             map[string]string
	changes, functions map[string]bool
	certainty          Certainty
	// env tells the variables that are set.
	env shell.Env
	// at makes evidence of a range of the script's text.
	at func(start, end int) transform.Evidence
	// bins is true where the programs of the project's own packages come first in PATH.
	bins  bool
	depth int
}

// A command is a simple command of a script.
type command struct {
	argv []string
	// raw are the words as written.
	raw []string
	dir string
	// because is the line that calls it.
	because transform.Evidence
	// certainty is at most that of the frame.
	certainty Certainty
	// stdin is true where what it reads comes from a pipe, more where xargs adds words that the script does not show.
	stdin, more bool
}

// maxBrief is the length, in bytes, up to which a line is quoted.
const maxBrief = 80

// brief returns a text on one line, cut where it is long.
func brief(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxBrief {
		return text
	}
	cut := maxBrief
	if i := strings.LastIndexByte(text[:cut], ' '); i > maxBrief/2 {
		cut = i
	}
	return strings.ToValidUTF8(text[:cut], "") + " …"
}

// sentence is fmt.Sprintf with unknown parts of words and paths made readable.
func sentence(format string, args ...any) string {
	return strings.NewReplacer(shell.Unknown, "$…", unknownDir+"/", "…/").Replace(fmt.Sprintf(format, args...))
}

// script reads a parsed script.
func (f *frame) script(s *shell.Script) {
	f.values, f.changes = assigned(s, f.args)
	f.functions = functions(s)
	piped := pipedInto(s)
	for _, c := range s.Commands {
		if len(c.Words) == 0 {
			continue
		}
		one := command{dir: c.Dir, because: f.at(c.Start, c.End), certainty: f.certainty, stdin: piped[c.Stmt]}
		if !c.Always {
			one.certainty = Likely
		}
		for _, w := range c.Words {
			f.word(&one, s.Text[w.Start:w.End], w)
		}
		if f.depth == 0 && f.step != nil {
			f.effect(s, c)
		}
		f.run(one)
	}
}

// word adds a word of a command, with what is known of the arguments and variables of the script.
func (f *frame) word(c *command, raw string, w shell.Word) {
	bare := strings.Trim(raw, `"`)
	if f.known && (bare == "$@" || bare == "$*" || bare == "${@}") {
		c.argv = append(c.argv, f.args...)
		c.raw = append(c.raw, f.args...)
		return
	}
	value := w.Value
	if value == shell.Unknown && strings.Contains(bare, "$") {
		v, ok := f.expand(c, bare)
		if ok && raw == bare && strings.ContainsAny(v, " \t") { // unquoted: the shell splits it
			for _, part := range strings.Fields(v) {
				c.argv, c.raw = append(c.argv, part), append(c.raw, part)
			}
			return
		}
		if ok {
			value = v
		}
	}
	c.argv, c.raw = append(c.argv, value), append(c.raw, raw)
}

// expand returns a word of which the shell script alone does not tell all, with what is known besides: variables that
// the script gives one value, its arguments, those of the environment, and its own folder.
func (f *frame) expand(c *command, word string) (string, bool) {
	var b strings.Builder
	for _, own := range []string{`$(dirname "$0")`, `$(dirname $0)`, `$(dirname "${BASH_SOURCE[0]}")`} {
		if rest, ok := strings.CutPrefix(word, own); ok && f.self != "" {
			b.WriteString(path.Dir(f.self))
			word = rest
			break
		}
	}
	if strings.ContainsAny(word, "`\\'\"()*?[") {
		return "", false
	}
	for {
		before, rest, more := strings.Cut(word, "$")
		b.WriteString(before)
		if !more {
			return b.String(), true
		}
		name, after := variableName(rest)
		value, ok := f.variable(c, name)
		if !ok {
			return "", false
		}
		b.WriteString(value)
		word = after
	}
}

// variableName returns the name that an expansion begins with, behind its dollar, and what follows.
func variableName(s string) (name, rest string) {
	if inner, ok := strings.CutPrefix(s, "{"); ok {
		name, rest, _ = strings.Cut(inner, "}")
		return name, rest
	}
	end := strings.IndexFunc(s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}

// variable returns the value of a variable or an argument.
func (f *frame) variable(c *command, name string) (string, bool) {
	if n, err := strconv.Atoi(name); err == nil {
		if f.known && n > 0 && n <= len(f.args) {
			return f.args[n-1], true
		}
		return "", false
	}
	if v, ok := f.values[name]; ok {
		c.certainty = Likely
		return v, true
	}
	if f.env == nil || f.changes[name] {
		return "", false
	}
	return f.env(name)
}

// fallback returns the literal that stands in for a variable which is not set: that of ${NAME:-literal}.
func fallback(raw string) (string, bool) {
	inner, ok := strings.CutSuffix(strings.TrimPrefix(raw, "${"), "}")
	name, usual, has := strings.Cut(inner, ":-")
	if !ok || !has || !strings.HasPrefix(raw, "${") || !plainName(name) || strings.ContainsAny(usual, "$`\"'{}") {
		return "", false
	}
	return usual, true
}

// abs returns the absolute path of a word of a command, "" if it is not known.
func (c *command) abs(word string) string {
	switch {
	case word == "" || strings.Contains(word, shell.Unknown) || strings.HasPrefix(word, "~"):
		return ""
	case path.IsAbs(word):
		return path.Clean(word)
	case c.dir == "":
		return ""
	}
	return path.Join(c.dir, word)
}

// with returns the command that the words from i on are.
func (c command) with(i int) command {
	c.argv, c.raw = c.argv[i:], c.raw[min(i, len(c.raw)):]
	return c
}

// words returns a command of literal words in place of c.
func (c command) words(argv []string) command {
	c.argv, c.raw = argv, argv
	return c
}

// at makes evidence of a line of a file.
func at(name string, line int, text string) transform.Evidence {
	return transform.Evidence{Source: name, Line: line, Text: brief(text)}
}
