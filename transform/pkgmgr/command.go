package pkgmgr

import "strings"

// A Verb is what a command asks of its package manager.
type Verb string

// The verbs.
const (
	// Install puts packages in place: those that are named, or those of the manifest.
	Install Verb = "install"
	// Update refreshes the package index.
	Update Verb = "update"
	// Upgrade replaces what is installed by newer versions.
	Upgrade Verb = "upgrade"
	// Remove uninstalls.
	Remove Verb = "remove"
	// Clean empties one cache or more: see Use.Empties.
	Clean Verb = "clean"
	// Download fetches packages without installing or building them.
	Download Verb = "download"
	// Build compiles, and fetches what that needs.
	Build Verb = "build"
	// Run runs a script of the project or another program.
	Run Verb = "run"
	// Other is anything else; it neither fills nor empties a cache.
	Other Verb = "other"
	// Unclear is a command that the table does not know, or whose verb has an unknown value.
	Unclear Verb = "unclear"
)

// A Command is one thing that a manager can be asked.
type Command struct {
	// Words are the words that ask for it, in order, flags between them aside; a word may be
	// "*" (any), end a longer one ("*:resolve"), or have alternatives ("install|i|add"). "" is
	// the manager called without a verb.
	Words string
	// With are flags that must all be given; each entry lists alternatives.
	With [][]string
	// Bare is true for a command that has no words after the verb.
	Bare bool
	Verb Verb
	// Args says what the words after the verb are.
	Args Args
	// Values are flags that take a value after this verb only.
	Values []string
	// Empties are the Paths of the caches that a Clean empties.
	Empties []string
	// Global is true for an install for the whole machine.
	Global bool
	// Edition is the row that is meant in place of the one whose program it is.
	Edition string
	// Wraps is true for a Run whose words are a command line of their own.
	Wraps bool
}

// Args says what the words after a verb are.
type Args int

// The kinds of words.
const (
	// ByVerb is Names for Install, Download, Upgrade and Remove, and Nothing for the other verbs.
	ByVerb Args = iota
	// Names: each word names a package.
	Names
	// FirstName: the first word names a package, the others do not.
	FirstName
	// Nothing: no word names a package.
	Nothing
	// NamesBeforeDashes: each word names a package, up to "--".
	NamesBeforeDashes
	// NamesNotSettings: each word names a package, those of the form NAME=value aside.
	NamesNotSettings
)

// An Expression is a call that makes a program text an install.
type Expression struct {
	// Call is a part of the text.
	Call string
	Verb Verb
}

// Syntax says how the flags of a manager are written.
type Syntax int

// The ways to write flags.
const (
	// ShortAndLong: -y, -yq, -o value, -ovalue, --name, --name value, --name=value.
	ShortAndLong Syntax = iota
	// SingleDash: -name, -name value, -name=value; -yq and -Dname are one flag each.
	SingleDash
)

// matches reports whether word n of c.Words, counted from 0, is word.
func (c *Command) matches(n int, word string) bool {
	rest := c.Words
	for ; n > 0; n-- {
		_, rest, _ = strings.Cut(rest, " ")
	}
	want, _, _ := strings.Cut(rest, " ")
	return hasAlternative(want, word)
}

// hasAlternative reports whether word is one of the alternatives of want. It searches the text for
// the word, since lists are long and most words are in none.
func hasAlternative(want, word string) bool {
	for from := 0; word != ""; {
		i := strings.Index(want[from:], word)
		if i < 0 {
			break
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || want[start-1] == '|') && (end == len(want) || want[end] == '|') {
			return true
		}
		from = start + 1
	}
	if strings.IndexByte(want, '*') < 0 {
		return false
	}
	for want != "" {
		var alternative string
		alternative, want, _ = strings.Cut(want, "|")
		if alternative[0] == '*' && strings.HasSuffix(word, alternative[1:]) {
			return true
		}
	}
	return false
}

// length returns the number of words of c.Words.
func (c *Command) length() int {
	if c.Words == "" {
		return 0
	}
	return 1 + strings.Count(c.Words, " ")
}

// args returns what the words after c's verb are, never ByVerb.
func (c *Command) args() Args {
	if c.Args != ByVerb {
		return c.Args
	}
	switch c.Verb {
	case Install, Download, Upgrade, Remove:
		return Names
	}
	return Nothing
}
