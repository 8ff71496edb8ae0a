package manifest

import (
	"errors"
	"strings"

	"dopt/transform/pkgmgr"
)

// A Command is what the words of an install ask for.
type Command struct {
	pkgmgr.Use
	// Asks are the words of its verb, joined by blanks: "mod download"; "" if none says it.
	Asks string
	// Operands are the words behind the verb that are neither flags nor their values. One may have
	// parts that are not known (pkgmgr.Unknown), but its beginning is.
	Operands []string
}

// Command reads the words of the command. It is an error where they are not those of a package
// manager, or not all known before the build: one of them might name a file.
func (i Install) Command() (Command, error) {
	use, ok := pkgmgr.Identify(i.Argv)
	if !ok {
		return Command{}, errors.New("not the command of a known package manager")
	}
	c := Command{Use: use}
	if use.More {
		return c, errors.New("xargs adds words that the command does not show")
	}
	values := map[int]bool{}
	for _, f := range use.Flags {
		if next := f.At + 1; next < len(i.Argv) && i.Argv[next] == f.Value && !strings.HasSuffix(i.Argv[f.At], f.Value) {
			values[next] = true
		}
	}
	var verb []string
	dashes := false
	for n := use.Program + 1; n < len(i.Argv); n++ {
		word := i.Argv[n]
		switch {
		case values[n]:
		case strings.HasPrefix(word, pkgmgr.Unknown):
			return c, errors.New("a word of the command is not known before the build")
		case word == "--" && !dashes:
			dashes = true
		case !dashes && len(word) > 1 && word[0] == '-':
		case n <= use.VerbAt:
			verb = append(verb, word)
		default:
			c.Operands = append(c.Operands, word)
		}
	}
	c.Asks = strings.Join(verb, " ")
	return c, nil
}

// Values returns the values of all flags given that have one of the names.
func (c Command) Values(names ...string) []string {
	var values []string
	for _, f := range c.Flags {
		for _, name := range names {
			if f.Name == name {
				values = append(values, f.Value)
			}
		}
	}
	return values
}
