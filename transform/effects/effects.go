// Package effects says what a simple shell command does to the files of an
// image: what it makes, changes and removes, and whether it costs next to nothing. It knows the
// commands of a table; any other is unknown and may do anything.
package effects

import (
	"path"
	"strings"

	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// A Path is an absolute path that a command touches. It may hold glob characters.
type Path struct {
	Name string
	// Tree is true when everything below is meant, too.
	Tree bool
}

// An Effect is what one command does.
type Effect struct {
	// Known is false for a command that the tables do not have.
	Known bool
	// Cheap is true when it takes no time to speak of: no network, compiler or package manager.
	Cheap bool
	// Fetches is true when it downloads.
	Fetches bool
	// Makes are paths that it creates or fills, Changes those whose content, mode or owner it
	// changes (each is then stored once more if an earlier layer has it), Removes those it deletes.
	// Paths that cannot be told are left out.
	Makes, Changes, Removes []Path
	// Unpacks is the archive that it unpacks, as an absolute path.
	Unpacks string
	// Into is the folder that it unpacks an archive into, as an absolute path; "" where it unpacks none, or that cannot be told. Folders
	// that hold far more are not in Makes.
	Into string
	// Use is the package manager that it runs; nil if none.
	Use *pkgmgr.Use
}

// Of returns the effect of a command.
func Of(c *shell.Command) Effect {
	e := Effect{}
	if use, ok := pkgmgr.Identify(c.Argv()); ok {
		e.Known, e.Use, e.Fetches = true, &use, true
	} else {
		e.ofProgram(c)
	}
	for _, r := range c.Redirs {
		e.redirect(c, r)
	}
	return e
}

// OfAll returns the effects of a script's commands, in their order. They are looked up once, however often it is asked: nobody may change
// them.
func OfAll(s *shell.Script) []Effect {
	return s.Derive(func(s *shell.Script) any {
		all := make([]Effect, len(s.Commands))
		for i, c := range s.Commands {
			all[i] = Of(c)
		}
		return all
	}).([]Effect)
}

// ofProgram looks the command up in the table.
func (e *Effect) ofProgram(c *shell.Command) {
	argv := c.Argv()
	if len(argv) > 0 && argv[0] == "sudo" && len(argv) > 1 && !strings.HasPrefix(argv[1], "-") {
		argv = argv[1:]
	}
	if len(argv) == 0 {
		e.Known, e.Cheap = true, true // an assignment
		return
	}
	p, ok := programs[path.Base(argv[0])]
	if !ok {
		return
	}
	e.Known, e.Cheap, e.Fetches = true, p.cheap, p.fetches
	if p.effect != nil {
		p.effect(e, c, parseArgs(argv[1:], p.valued))
	}
}

func (e *Effect) redirect(c *shell.Command, r shell.Redir) {
	target := c.Path(r.Target.Value)
	if target == "" || strings.HasPrefix(target, "/dev/") {
		return
	}
	switch r.Op {
	case ">", ">|", "&>":
		e.Makes = append(e.Makes, Path{Name: target})
	case ">>", "&>>":
		e.Changes = append(e.Changes, Path{Name: target})
	}
}

// args are the arguments of a command, sorted.
type args struct {
	flags []flag
	words []string
}

type flag struct{ name, value string }

// parseArgs splits arguments into flags and words. valued names the flags that take a value,
// separated by blanks: "-o" may be written "-o x", "-ox" or at the end of a cluster, "--output" also "--output=x".
func parseArgs(argv []string, valued string) args {
	var a args
	takes := map[string]bool{}
	for _, f := range strings.Fields(valued) {
		takes[f] = true
	}
	for i := 0; i < len(argv); i++ {
		w := argv[i]
		switch {
		case w == "--":
			a.words = append(a.words, argv[i+1:]...)
			return a
		case !strings.HasPrefix(w, "-") || w == "-":
			a.words = append(a.words, w)
		case strings.HasPrefix(w, "--"):
			name, value, given := strings.Cut(w, "=")
			if takes[name] && !given && i+1 < len(argv) {
				i++
				value = argv[i]
			}
			a.flags = append(a.flags, flag{name, value})
		default:
			i += a.cluster(w, argv[i+1:], takes)
		}
	}
	return a
}

// cluster reads short flags such as "-xzf file"; it returns how many further arguments it took.
func (a *args) cluster(w string, rest []string, takes map[string]bool) int {
	for j := 1; j < len(w); j++ {
		name := "-" + w[j:j+1]
		if !takes[name] {
			a.flags = append(a.flags, flag{name: name})
			continue
		}
		if value := w[j+1:]; value != "" || len(rest) == 0 {
			a.flags = append(a.flags, flag{name, strings.TrimPrefix(value, "=")})
			return 0
		}
		a.flags = append(a.flags, flag{name, rest[0]})
		return 1
	}
	return 0
}

// value returns the value of the first of the named flags.
func (a args) value(names ...string) (string, bool) {
	for _, f := range a.flags {
		for _, n := range names {
			if f.name == n {
				return f.value, true
			}
		}
	}
	return "", false
}

func (a args) has(names ...string) bool {
	_, ok := a.value(names...)
	return ok
}
