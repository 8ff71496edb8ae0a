package transform

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	dfshell "github.com/moby/buildkit/frontend/dockerfile/shell"
)

// A State is what holds when an instruction runs, as far as the file tells.
type State struct {
	// Dir is the working directory, "" where it depends on an unknown base or argument.
	Dir string
	// User is the USER as written, "" where the file has set none.
	User string
	// Shell is the shell that runs shell-form scripts, such as ["/bin/sh", "-c"]; nil
	// where it is not a POSIX shell by default (Windows).
	Shell []string
	vars  *variable
}

// A variable is an entry of the linked list of what ENV and ARG have set, newest first.
type variable struct {
	name, value string
	known, arg  bool
	next        *variable
}

var defaultShell = []string{"/bin/sh", "-c"}

// Var returns the value that an ENV, or an ARG's default, gives a variable.
func (s State) Var(name string) (string, bool) {
	// An ENV hides an ARG of the same name wherever it stands.
	var arg *variable
	for v := s.vars; v != nil; v = v.next {
		if v.name != name {
			continue
		}
		if !v.arg {
			return v.value, v.known
		}
		if arg == nil {
			arg = v
		}
	}
	if arg != nil {
		return arg.value, arg.known
	}
	return "", false
}

// Args returns the names of the build arguments that are declared.
func (s State) Args() []string {
	var names []string
	for v := s.vars; v != nil; v = v.next {
		if v.arg {
			names = append(names, v.name)
		}
	}
	return names
}

// State returns what holds just before the instruction runs.
func (in *Instruction) State() State {
	d := in.doc
	if d.states == nil {
		d.computeStates()
	}
	return d.states[in.Index]
}

func (d *Document) computeStates() {
	d.states = make([]State, len(d.Instructions))
	after := make([]State, len(d.Stages))
	var cur, head State // head is what the build arguments above the first FROM are: every FROM sees them
	for i, in := range d.Instructions {
		if in.Keyword == "FROM" && in.Stage.Index > 0 {
			cur = head
		}
		d.states[i] = cur
		if in.Keyword == "FROM" {
			head = cur
			cur = d.initialState(in.Stage, after)
		} else {
			cur = d.step(in, cur)
		}
		if in.Stage != nil {
			after[in.Stage.Index] = cur
		}
	}
}

// initialState is what holds after FROM.
func (d *Document) initialState(s *Stage, after []State) State {
	if base := d.StageOf(s.Base, s); base != nil {
		st := after[base.Index]
		st.vars = withoutArgs(st.vars)
		return st
	}
	var st State
	if strings.EqualFold(s.Base, "scratch") {
		st.Dir = "/"
	}
	if !d.windows(s) {
		st.Shell = defaultShell
	}
	return st
}

// Image returns what FROM names once build arguments have their defaults; ok is false where one has none.
func (s *Stage) Image() (image string, ok bool) { return s.From.doc.expand(s.Base, s.From.State()) }

// windows reports whether a stage builds on a Windows image, whose default shell is cmd.
func (d *Document) windows(s *Stage) bool {
	if d.Escape == '`' || strings.HasPrefix(s.Platform, "windows") {
		return true
	}
	base := strings.ToLower(s.Base)
	for _, word := range []string{"windows", "nanoserver", "servercore"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return false
}

func withoutArgs(v *variable) *variable {
	if v == nil {
		return nil
	}
	if rest := withoutArgs(v.next); v.arg {
		return rest
	} else {
		return &variable{v.name, v.value, v.known, false, rest}
	}
}

// step is what holds after an instruction.
func (d *Document) step(in *Instruction, s State) State {
	switch c := in.Command.(type) {
	case *instructions.WorkdirCommand:
		dir, known := d.expand(c.Path, s)
		switch {
		case !known:
			s.Dir = ""
		case path.IsAbs(dir):
			s.Dir = path.Clean(dir)
		case s.Dir != "":
			s.Dir = path.Join(s.Dir, dir)
		}
	case *instructions.UserCommand:
		s.User = c.User
	case *instructions.ShellCommand:
		s.Shell = c.Shell
	case *instructions.EnvCommand:
		before := s
		for _, kv := range c.Env {
			value, known := d.expand(kv.Value, before)
			s.vars = &variable{kv.Key, value, known, false, s.vars}
		}
	case *instructions.ArgCommand:
		for _, a := range c.Args {
			v := &variable{name: a.Key, arg: true, next: s.vars}
			if a.Value != nil {
				v.value, v.known = d.expand(*a.Value, s)
			} else if in.Stage != nil {
				v.value, v.known = d.headArg(a.Key)
			}
			s.vars = v
		}
	}
	return s
}

// headArg returns the default that an ARG above the first FROM gives: a stage that
// declares the argument without a value takes it.
func (d *Document) headArg(name string) (string, bool) {
	if len(d.Stages) == 0 {
		return "", false
	}
	return d.states[d.Stages[0].From.Index].Var(name)
}

// expand returns a word after BuildKit's expansion, and whether all of it is known.
func (d *Document) expand(word string, s State) (string, bool) {
	if !strings.ContainsAny(word, "$\\`'\"") {
		return word, true
	}
	res, err := dfshell.NewLex(rune(d.Escape)).ProcessWordWithMatches(word, lookup{s})
	if err != nil || len(res.Unmatched) > 0 {
		return "", false
	}
	return res.Result, true
}

// lookup shows a State to BuildKit's lexer.
type lookup struct{ s State }

func (l lookup) Get(name string) (string, bool) { return l.s.Var(name) }

func (l lookup) Keys() []string {
	var keys []string
	for v := l.s.vars; v != nil; v = v.next {
		keys = append(keys, v.name)
	}
	return keys
}
