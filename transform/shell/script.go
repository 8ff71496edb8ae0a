package shell

import (
	"path"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// A Lang is a shell language.
type Lang int

// The languages that Parse reads.
const (
	POSIX Lang = iota
	Bash
)

// Unknown is the value of a word that is not known before the script runs.
const Unknown = "\x00"

// An Env tells the value of a variable that is set before the script runs.
type Env func(name string) (value string, known bool)

// A Script is a parsed shell script.
type Script struct {
	Text string
	File *syntax.File
	// Commands are the simple commands in source order, those of subshells, functions,
	// loops and conditions included; those of command substitutions too.
	Commands []*Command

	// dir is where the script starts, answers what the environment has said of the variables that it was asked for.
	dir     string
	answers map[string]answer
	// elsewhere is the script as In has returned it last, derived what Derive has.
	elsewhere *Script
	derived   any
}

// An answer is what is known of a variable.
type answer struct {
	value string
	known bool
}

// A Command is a simple command: a call of a program, a builtin or a function,
// or an assignment alone.
type Command struct {
	// Start and End are offsets in the text: of the first assignment or word, and the end of the last.
	Start, End int
	Assigns    []Assign
	Words      []Word
	Redirs     []Redir
	// Always is true when the command runs whenever the script ends in success.
	Always bool
	// Top is true when the command is an operand of a list at the script's top level:
	// outside of any subshell, group, loop, condition or pipeline.
	Top bool
	// Captured is true when its output becomes part of another command: within $( ) or <( ).
	Captured bool
	// Dir is the directory in which it runs; "" if that is not known.
	Dir string
	// Stmt is the statement that holds the command.
	Stmt *syntax.Stmt
}

// An Assign is an assignment in front of a command, or alone.
type Assign struct {
	Name  string
	Value Word
}

// A Word is one word of a command.
type Word struct {
	Start, End int
	// Value is the word without quotes and with known variables expanded; Unknown if it has other expansions.
	Value string
	// Plain is true when the word stands for exactly one argument, Value: nothing of it is
	// expanded by the shell, be it a variable, a glob, a brace or a tilde.
	Plain bool
	// Quoted is true when any part of the word is quoted or escaped.
	Quoted bool
}

// A Redir is a redirection such as ">file".
type Redir struct {
	Op     string
	Target Word
	// Start and End cover operator and target.
	Start, End int
}

// Name returns the program that the command calls, "" for an assignment alone.
func (c *Command) Name() string {
	if len(c.Words) == 0 {
		return ""
	}
	return c.Words[0].Value
}

// Argv returns the values of the command's words; Unknown stands for those that are not known.
func (c *Command) Argv() []string {
	argv := make([]string, len(c.Words))
	for i, w := range c.Words {
		argv[i] = w.Value
	}
	return argv
}

// Path returns an absolute path for a word of the command, "" if it is not known.
func (c *Command) Path(word string) string {
	switch {
	case word == "" || strings.Contains(word, Unknown) || strings.HasPrefix(word, "~"):
		return ""
	case path.IsAbs(word):
		return path.Clean(word)
	case c.Dir == "":
		return ""
	}
	return path.Join(c.Dir, word)
}

var parsers = [2]sync.Pool{
	POSIX: {New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangPOSIX), syntax.KeepComments(true)) }},
	Bash:  {New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(true)) }},
}

// Parse reads a script that starts in directory dir ("" if unknown) with the variables of env, which may be nil.
func Parse(text string, lang Lang, dir string, env Env) (*Script, error) {
	p := parsers[lang].Get().(*syntax.Parser)
	defer parsers[lang].Put(p)
	file, err := p.Parse(strings.NewReader(text), "")
	if err != nil {
		return nil, err
	}
	return walk(text, file, dir, env), nil
}

// In returns the script as it is when it starts in another directory or with other variables. It is not parsed again, and is s itself
// if nothing differs.
func (s *Script) In(dir string, env Env) *Script {
	switch {
	case s.startsIn(dir, env):
		return s
	case s.elsewhere == nil || !s.elsewhere.startsIn(dir, env):
		s.elsewhere = walk(s.Text, s.File, dir, env)
	}
	return s.elsewhere
}

// startsIn reports whether the script has been read with a directory and variables.
func (s *Script) startsIn(dir string, env Env) bool {
	for name, before := range s.answers {
		if env.ask(name) != before {
			return false
		}
	}
	return dir == s.dir
}

// Derive returns what find returns for the script. It is asked once: there is room for one thing that another package finds out, which
// must not be changed.
func (s *Script) Derive(find func(*Script) any) any {
	if s.derived == nil {
		s.derived = find(s)
	}
	return s.derived
}

// walk finds the commands of a parsed script.
func walk(text string, file *syntax.File, dir string, env Env) *Script {
	s := &Script{Text: text, File: file, dir: dir}
	remember := func(name string) (string, bool) {
		if s.answers == nil {
			s.answers = map[string]answer{}
		}
		a := env.ask(name)
		s.answers[name] = a
		return a.value, a.known
	}
	w := walker{script: s, env: remember, dir: dir, always: true, top: true, tail: true, set: map[string]bool{}}
	w.stmts(file.Stmts)
	return s
}

// ask returns what the environment tells of a variable; without an environment nothing is known.
func (e Env) ask(name string) answer {
	if e != nil {
		if value, known := e(name); known {
			return answer{value, true}
		}
	}
	return answer{}
}

// HasComment reports whether the script has a shell comment.
func (s *Script) HasComment() bool {
	found := false
	syntax.Walk(s.File, func(n syntax.Node) bool {
		if _, ok := n.(*syntax.Comment); ok {
			found = true
		}
		return !found
	})
	return found
}

// Operands returns the statements that "&&" joins at the top of stmt, in order:
// for "a && b || c && d" they are "a && b || c" and "d".
func Operands(stmt *syntax.Stmt) []*syntax.Stmt {
	bin, ok := stmt.Cmd.(*syntax.BinaryCmd)
	if !ok || bin.Op != syntax.AndStmt || stmt.Negated || stmt.Background || len(stmt.Redirs) > 0 {
		return []*syntax.Stmt{stmt}
	}
	return append(Operands(bin.X), bin.Y)
}
