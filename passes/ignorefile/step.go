package ignorefile

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// A step is a command that a RUN runs.
type step struct {
	in   *transform.Instruction
	argv []string
	// dir is where it runs, "" if that is not known; always is true where it runs whenever the RUN succeeds.
	dir    string
	always bool
	// assigns are the variables that are set for it alone, as NAME=value.
	assigns []string
}

// stepsOf returns the commands of a document's RUN instructions, in order. Those of a script that cannot
// be read are one step, without a directory, that holds all its words.
func stepsOf(doc *transform.Document) []step {
	var steps []step
	for _, in := range doc.Instructions {
		if in.Keyword == "RUN" {
			steps = append(steps, runSteps(in)...)
		}
	}
	return steps
}

func runSteps(in *transform.Instruction) []step {
	script := in.Script()
	if script.Shell == nil {
		if run, ok := in.Command.(*instructions.RunCommand); ok && script.Form == transform.FormExec {
			return []step{{in: in, argv: run.CmdLine, dir: in.State().Dir, always: true}}
		}
		return []step{{in: in, argv: words(in.Source())}}
	}
	var steps []step
	for _, c := range script.Shell.Commands {
		s := step{in: in, argv: c.Argv(), dir: c.Dir, always: c.Always}
		for _, a := range c.Assigns {
			s.assigns = append(s.assigns, a.Name+"="+a.Value.Value)
			if text := script.Shell.Text[a.Value.Start:a.Value.End]; strings.ContainsAny(text, "(`") {
				steps = append(steps, step{in: in, argv: words(text)}) // what a substitution in it runs
			}
		}
		steps = append(steps, s)
	}
	return steps
}

// program returns the name of the program that a step calls.
func (s step) program() string {
	if len(s.argv) == 0 {
		return ""
	}
	return path.Base(s.argv[0])
}

// variable returns the value that a variable has for the step, "" if it is not set.
func (s step) variable(name string) string {
	for _, a := range s.assigns {
		if value, ok := strings.CutPrefix(a, name+"="); ok {
			return value
		}
	}
	value, _ := s.in.State().Var(name)
	return value
}

// use returns what the step asks of a package manager.
func (s step) use() (pkgmgr.Use, bool) { return pkgmgr.Identify(s.argv) }

// words cuts a text where no part of a file name is.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'`;|&<>(){}[],=:", r) })
}

// namesPath reports whether a word names a path with that base name, or something in one.
func namesPath(word, base string) bool {
	for part := range strings.SplitSeq(word, "/") {
		if part == base {
			return true
		}
		if strings.ContainsAny(part, "*?[") && part != "*" {
			if ok, _ := path.Match(part, base); ok {
				return true
			}
		}
	}
	return false
}

// mention is dockerfile.mention without its memory.
func mention(doc *transform.Document, base string) *transform.Instruction {
	for _, in := range doc.Instructions {
		switch in.Keyword {
		case "RUN":
			for _, s := range runSteps(in) {
				if s.program() == "rm" && len(s.argv) > 1 && strings.HasPrefix(s.argv[1], "-") && strings.Contains(s.argv[1], "f") {
					continue
				}
				for _, w := range append(s.argv, s.assigns...) {
					if anyNames(w, base) {
						return in
					}
				}
			}
			if redirected(in, base) {
				return in
			}
		case "CMD", "ENTRYPOINT", "HEALTHCHECK", "ENV", "ARG", "ONBUILD", "VOLUME":
			if anyNames(in.Source(), base) {
				return in
			}
		}
	}
	return nil
}

// redirected reports whether a RUN reads or writes something with that base name through a redirection.
func redirected(in *transform.Instruction, base string) bool {
	script := in.Script()
	if script.Shell == nil {
		return false
	}
	for _, c := range script.Shell.Commands {
		for _, r := range c.Redirs {
			if namesPath(r.Target.Value, base) {
				return true
			}
		}
	}
	return false
}

func anyNames(text, base string) bool {
	for _, w := range words(text) {
		if namesPath(w, base) {
			return true
		}
	}
	return false
}
