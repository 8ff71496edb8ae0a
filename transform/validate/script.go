package validate

import (
	"errors"
	"path"
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// A Script is what one RUN step gives to its shell, with what the shell starts with.
type Script struct {
	// Shell is the command line in front of the script: ["/bin/sh", "-c"].
	Shell []string
	Text  string
	// Dir is the working directory.
	Dir string
	// Env is the environment, "NAME=value" each.
	Env []string
	// User is the user, "" for that of a base image that is not known.
	User string
	// Mounted are the targets of the step's cache mounts.
	Mounted []string

	// syntax is shared by the copies of a script; nil where it is not kept.
	syntax *parsed
}

// A parsed is what a script has been parsed to.
type parsed struct {
	file *syntax.File
	err  error
	// commands is the number of simple commands, substitutions included.
	commands int
	// assigned are the variables that the script itself sets.
	assigned map[string]bool
}

// NewScript takes the arguments of a step apart. Where they call no shell that can be read,
// ok is false, and the script is the one command that they are.
func NewScript(args []string) (s Script, ok bool) {
	last := len(args) - 1
	if last >= 2 && strings.HasPrefix(args[last-1], "-") && strings.HasSuffix(args[last-1], "c") {
		if s = (Script{Shell: args[:last], Text: args[last], syntax: &parsed{}}); s.posix() {
			return s, true
		}
	}
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
	}
	return Script{Shell: []string{"/bin/sh", "-c"}, Text: strings.Join(words, " "), syntax: &parsed{}}, false
}

// posixShells are the shells whose language package syntax reads.
var posixShells = []string{"sh", "bash", "ash", "dash", "ksh"}

func (s Script) posix() bool {
	return len(s.Shell) > 0 && slices.Contains(posixShells, path.Base(s.Shell[0]))
}

// Root reports whether the step runs as root, as far as the Dockerfile tells.
func (s Script) Root() bool {
	name, _, _ := strings.Cut(s.User, ":")
	return name == "" || name == "root" || name == "0"
}

// errexit reports whether the shell is started with the option -e.
func (s Script) errexit() bool {
	for _, flag := range s.Shell[1:] {
		if strings.HasPrefix(flag, "-") && !strings.HasPrefix(flag, "--") && strings.Contains(flag, "e") {
			return true
		}
	}
	return slices.Contains(s.Shell, "errexit")
}

// variable returns the value of a variable wherever the script uses it; known is false for one that the script itself sets.
func (s Script) variable(name string) (value string, known bool) {
	if s.syntax == nil || s.syntax.assigned[name] {
		return "", false
	}
	return s.env(name)
}

// env returns the value of a variable at the start of the script.
func (s Script) env(name string) (string, bool) {
	for _, kv := range s.Env {
		if k, v, _ := strings.Cut(kv, "="); k == name {
			return v, true
		}
	}
	return "", false
}

var parsers = sync.Pool{New: func() any { return syntax.NewParser() }}

// parse reads the script once.
func (s Script) parse() (*syntax.File, error) {
	if s.syntax == nil {
		s.syntax = &parsed{}
	}
	if p := s.syntax; p.file == nil && p.err == nil {
		if p.file, p.err = s.read(); p.err == nil {
			p.assigned = map[string]bool{}
			syntax.Walk(p.file, p.note)
		}
	}
	return s.syntax.file, s.syntax.err
}

// setters are commands that set the variables that they name.
var setters = []string{"export", "readonly", "local", "declare", "typeset", "read", "unset", "getopts", "mapfile", "readarray", "printf"}

// note counts a command, and notes the variables that a node sets.
func (p *parsed) note(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.CallExpr:
		p.commands++
		if len(n.Args) > 0 && slices.Contains(setters, n.Args[0].Lit()) {
			for _, arg := range n.Args[1:] {
				if lit, ok := arg.Parts[0].(*syntax.Lit); ok {
					name, _, _ := strings.Cut(lit.Value, "=")
					p.assigned[name] = true
				}
			}
		}
	case *syntax.Assign:
		if n.Name != nil {
			p.assigned[n.Name.Value] = true
		}
	case *syntax.WordIter:
		p.assigned[n.Name.Value] = true
	case *syntax.ParamExp:
		if n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
			p.assigned[n.Param.Value] = true
		}
	}
	return true
}

// read parses the script, as POSIX shell where that works and as bash where it does not:
// in many images /bin/sh is bash.
func (s Script) read() (*syntax.File, error) {
	if strings.Contains(s.Text, "\r") { // package syntax drops it, a shell makes it part of the word
		return nil, errors.New("a carriage return")
	}
	p := parsers.Get().(*syntax.Parser)
	defer parsers.Put(p)
	variants := []syntax.LangVariant{syntax.LangBash}
	if path.Base(s.Shell[0]) != "bash" {
		variants = []syntax.LangVariant{syntax.LangPOSIX, syntax.LangBash}
	}
	var first error
	for _, v := range variants {
		syntax.Variant(v)(p)
		file, err := p.Parse(strings.NewReader(s.Text), "")
		if err == nil {
			return file, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// source returns the text of a node on one line, short enough for a message.
func (s Script) source(n syntax.Node) string {
	start, end := int(n.Pos().Offset()), min(int(n.End().Offset()), len(s.Text))
	if start > end {
		return ""
	}
	text := strings.Join(strings.Fields(s.Text[start:end]), " ")
	text = strings.TrimSuffix(text, ";")
	if r := []rune(text); len(r) > 60 {
		text = string(r[:57]) + "..."
	}
	return text
}
