package cleanup

import (
	"path"
	"strings"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// A cleaner is one run of the pass over one document.
type cleaner struct {
	*transform.Context
	// steps are the RUN instructions whose scripts can be read.
	steps map[*transform.Instruction]*step
	// operandIndent is what most lines that begin with a command are indented by.
	operandIndent *string
	// keepers are the steps for which a mount with the commands that let apt keep its downloads is reported.
	keepers []*step
}

// A step is a RUN whose script can be read.
type step struct {
	*cleaner
	in       *transform.Instruction
	script   *transform.Script
	lists    *lists
	commands []command
}

// A command is a simple command with what the tables know of it.
type command struct {
	*shell.Command
	effect effects.Effect
	// use is the package manager that it runs, nil if none.
	use *pkgmgr.Use
}

// read returns the step of a RUN, nil where its script cannot be read or is empty.
func (c *cleaner) read(in *transform.Instruction) *step {
	script := in.Script()
	if script == nil || script.Shell == nil || len(script.Shell.File.Stmts) == 0 {
		return nil
	}
	if script.Form == transform.FormHeredoc && strings.Contains(script.Text, "\r") {
		return nil // the shell would see the carriage returns
	}
	return &step{
		cleaner: c, in: in, script: script,
		lists:    topLevel(script.Shell, in.State().Shell),
		commands: commandsOf(script.Shell),
	}
}

func commandsOf(s *shell.Script) []command {
	commands := make([]command, len(s.Commands))
	for i, e := range effects.OfAll(s) {
		commands[i] = command{Command: s.Commands[i], effect: e, use: e.Use}
	}
	return commands
}

// program is the name of the program that the command calls, behind sudo and the like; "" for an
// assignment alone.
func (cmd command) program() string {
	argv := behindWrappers(cmd.Argv())
	if len(argv) == 0 {
		return ""
	}
	return path.Base(argv[0])
}

// source returns the text of a word as it is written.
func (s *step) source(w shell.Word) string { return s.script.Text[w.Start:w.End] }

// wordEnd is the offset in the file at which word n of a command ends.
func (s *step) wordEnd(c command, n int) int { return s.script.EndOffset(c.Words[n].End) }

// evidence is a fact that stands in the file.
func (s *step) evidence(c command, text string) []transform.Evidence {
	line, _ := s.Doc.Position(s.script.Offset(c.Start))
	return []transform.Evidence{{Source: s.Doc.Name, Line: line, Text: text}}
}

// mounted reports whether a mount of the RUN keeps what is written to dir out of the layer.
func (s *step) mounted(dir string) bool {
	for _, target := range mountTargets(s.in) {
		if target == dir || strings.HasPrefix(dir, target+"/") || strings.Contains(target, "$") {
			return true
		}
	}
	return false
}

// mountTargets returns the targets of the mounts of a RUN, as written.
func mountTargets(in *transform.Instruction) []string {
	var targets []string
	for _, f := range in.Flags() {
		if f.Name != "mount" {
			continue
		}
		for _, field := range strings.Split(f.Value, ",") {
			switch key, value, _ := strings.Cut(field, "="); strings.ToLower(key) {
			case "target", "dst", "destination":
				targets = append(targets, path.Clean(value))
			}
		}
	}
	return targets
}
