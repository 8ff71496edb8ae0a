package pkgmgr

import "strings"

// Unknown stands for a word whose value is not known before the script runs: it has an expansion.
// Within a longer word it stands for the part that is not known.
const Unknown = "\x00"

// Identify tells which package manager a simple command runs and what it asks of it. argv holds
// the command's words in order, quotes removed, leading assignments excluded.
func Identify(argv []string) (Use, bool) {
	c, ok := findProgram(argv)
	if !ok {
		return Use{}, false
	}
	r := reader{argv: argv, m: c.manager, open: true, use: Use{
		Manager: c.manager, Program: c.at, VerbAt: -1, Sudo: c.sudo, User: c.user, More: c.more,
	}}
	r.readWords(c.runner)
	r.decide(c.runner)
	if r.wraps && len(r.args) > 0 {
		if inner, ok := Identify(argv[r.args[0]:]); ok {
			return inner.behind(r.use, r.args[0]), true
		}
	}
	return r.use, true
}

// A reader reads the words of one command of a manager.
type reader struct {
	argv []string
	m    *Manager
	use  Use

	// open is true as long as the next word may belong to the verb. words is the number of words
	// that do, fits has bit n set where those begin command n; no row has more than 64.
	open  bool
	fits  uint64
	words int
	// args are the words after the verb, dashes is the number of them before "--", -1 without.
	args   []int
	dashes int
	// wraps is true where args are a command line of their own.
	wraps bool
}

// readWords sorts the words behind the program into flags, verb and arguments.
func (r *reader) readWords(runner bool) {
	table := flagTable{syntax: r.m.Syntax, values: [2][]string{r.m.Values, r.m.GlobalValues}}
	r.dashes = -1
	if runner || r.m.Goals {
		r.open = false
	}
	for i := r.use.Program + 1; i < len(r.argv); {
		word := r.argv[i]
		switch {
		case r.open && r.words == 0 && choosesVersion(word):
		case word == "--" && r.dashes < 0:
			r.dashes = len(r.args)
		case r.dashes < 0 && isFlag(word):
			r.use.Flags, i = table.read(r.use.Flags, r.argv, i)
			continue
		case r.open && r.extend(i, word):
			table.values[1] = r.verbValues()
		default:
			r.open = false
			if runner || r.runs() {
				// What a Run runs has flags of its own.
				r.args = []int{i}
				return
			}
			if r.args == nil {
				r.args = make([]int, 0, len(r.argv)-i)
			}
			r.args = append(r.args, i)
		}
		i++
	}
}

// extend takes word i as the next word of the verb, if some command has it there.
func (r *reader) extend(i int, word string) bool {
	unknown := strings.Contains(word, Unknown)
	var fits uint64
	for n := range r.m.Commands {
		c := &r.m.Commands[n]
		if c.Words == "" || r.words > 0 && (r.fits&(1<<n) == 0 || c.length() <= r.words) {
			continue
		}
		if unknown || c.matches(r.words, word) {
			fits |= 1 << n
		}
	}
	if fits == 0 {
		return false
	}
	r.use.VerbAt = i
	if unknown {
		r.use.Verb, r.open = Unclear, false
		return true
	}
	r.fits, r.words = fits, r.words+1
	return true
}

// choosesVersion reports whether a word before the verb chooses a version of the program: cargo
// +nightly, bundle _2.4_.
func choosesVersion(word string) bool {
	return len(word) > 2 && (word[0] == '+' || word[0] == '_' && word[len(word)-1] == '_')
}

// full returns the first command that has just the words read, nil if there is none.
func (r *reader) full() *Command {
	for n := range r.m.Commands {
		if c := &r.m.Commands[n]; r.fits&(1<<n) != 0 && c.length() == r.words {
			return c
		}
	}
	return nil
}

// verbValues returns the flags that take a value after the words read. Commands that differ in
// their conditions alone share them, and one of them lists them.
func (r *reader) verbValues() []string {
	for n := range r.m.Commands {
		if c := &r.m.Commands[n]; r.fits&(1<<n) != 0 && c.length() == r.words && c.Values != nil {
			return c.Values
		}
	}
	return nil
}

// runs reports whether the words read make a Run.
func (r *reader) runs() bool {
	if r.words == 0 {
		return r.m.Fallback == Run && !r.m.Goals
	}
	c := r.full()
	return c != nil && c.Verb == Run
}

// decide sets the verb and what follows from it.
func (r *reader) decide(runner bool) {
	switch {
	case r.use.Verb == Unclear:
	case runner:
		r.use.Verb, r.wraps = Run, true
	case r.m.Goals:
		r.decideGoals()
	case r.m.Expressions != nil && r.words == 0:
		r.decideExpression()
	default:
		r.decideCommand()
	}
}

// decideCommand picks the first command that has the words read, and whose conditions hold.
func (r *reader) decideCommand() {
	for n := range r.m.Commands {
		c := &r.m.Commands[n]
		if r.words > 0 && r.fits&(1<<n) == 0 || c.length() != r.words || !r.holds(c) {
			continue
		}
		r.apply(c)
		return
	}
	switch {
	case r.words == 0 && len(r.args) == 0:
		r.use.Verb = Other
	case r.words == 0 && r.m.Fallback != "" && !strings.Contains(r.argv[r.args[0]], Unknown):
		r.use.Verb, r.use.VerbAt = r.m.Fallback, r.args[0]
	case r.words == 0:
		r.use.Verb, r.use.VerbAt = Unclear, r.args[0]
	default:
		r.use.Verb = Unclear
	}
}

// holds reports whether the conditions of c hold.
func (r *reader) holds(c *Command) bool {
	// Without a verb word, arguments are a verb that the table lacks unless they are packages.
	if len(r.args) > 0 && (c.Bare || c.Words == "" && c.args() != Names) {
		return false
	}
	for _, names := range c.With {
		if !r.use.HasFlag(names...) {
			return false
		}
	}
	return true
}

// apply makes c the command that was given.
func (r *reader) apply(c *Command) {
	r.use.Verb, r.use.Empties = c.Verb, c.Empties
	r.wraps = c.Wraps
	if c.Edition != "" {
		r.use.Manager = Find(c.Edition)
	}
	if c.Words == "" && len(c.With) > 0 {
		f, _ := r.use.Flag(c.With[0]...)
		r.use.VerbAt = f.At
	}
	r.use.Packages = r.packages(c.args())
	r.use.Global = c.Global || c.Verb == Install && r.use.HasFlag(r.m.GlobalFlags...)
}

// packages returns those of the arguments that name packages.
func (r *reader) packages(args Args) []int {
	switch {
	case args == Nothing || len(r.args) == 0:
		return nil
	case args == FirstName:
		return r.args[:1]
	case args == NamesBeforeDashes && r.dashes >= 0:
		return r.args[:r.dashes]
	case args == NamesNotSettings:
		var names []int
		for _, i := range r.args {
			if !strings.Contains(r.argv[i], "=") {
				names = append(names, i)
			}
		}
		return names
	}
	return r.args
}

// decideGoals picks the first command that names one of the goals. A goal that the table lacks can
// do anything, as the row's Fallback; only where each is known to be Other, so are all.
func (r *reader) decideGoals() {
	named, namedAt, loose, other := len(r.m.Commands), -1, -1, -1
	for _, i := range r.args {
		switch n := r.goal(r.argv[i]); {
		case n == len(r.m.Commands):
			if loose < 0 || strings.Contains(r.argv[i], Unknown) {
				loose = i
			}
		case r.m.Commands[n].Verb == Other:
			other = i
		case n < named:
			named, namedAt = n, i
		}
	}
	switch {
	case namedAt >= 0:
		r.use.Verb, r.use.VerbAt = r.m.Commands[named].Verb, namedAt
	case loose >= 0 && strings.Contains(r.argv[loose], Unknown):
		r.use.Verb, r.use.VerbAt = Unclear, loose
	case loose >= 0:
		r.use.Verb, r.use.VerbAt = r.m.Fallback, loose
	case other >= 0 || r.use.HasFlag(infoFlags...):
		r.use.Verb, r.use.VerbAt = Other, other
	default:
		r.use.Verb = r.m.Fallback
	}
}

// goal returns the index of the command that has the word as its goal, the number of commands if
// there is none. The words of "mix do" end in commas.
func (r *reader) goal(word string) int {
	word = strings.TrimRight(word, ",")
	for n := range r.m.Commands {
		if r.m.Commands[n].matches(0, word) {
			return n
		}
	}
	return len(r.m.Commands)
}

// infoFlags make a program tell something about itself instead of doing its work.
var infoFlags = []string{"-h", "--help", "-help", "-v", "--version", "-version"}

// decideExpression looks for an install in the program texts of an interpreter.
func (r *reader) decideExpression() {
	r.use.Verb = Unclear
	if len(r.args) == 0 && r.use.HasFlag(infoFlags...) {
		r.use.Verb = Other
	}
	for _, f := range r.use.Flags {
		if f.Name != "-e" {
			continue
		}
		for _, e := range r.m.Expressions {
			if strings.Contains(f.Value, e.Call) {
				r.use.Verb = e.Verb
				r.use.VerbAt = f.At
				if r.argv[f.At] == f.Name {
					r.use.VerbAt++
				}
				return
			}
		}
	}
}
