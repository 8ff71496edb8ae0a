package artifact

import (
	"path"
	"strings"

	"dopt/internal/project/makefile"
	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/shell"
)

// A Command is a simple command of a RUN, or of a recipe of a Makefile that a RUN calls.
type Command struct {
	*shell.Command
	Step *transform.Instruction
	// Evidence is the line that has it.
	Evidence transform.Evidence
	// Getenv returns a variable's value when it runs, as far as the Dockerfile, the base image and an assignment in front of the
	// command tell; known is false for one that is not set.
	Getenv func(name string) (value string, known bool)
	// Made is true for a command of a Makefile.
	Made bool
}

// maxCommands bounds how many commands are read of a stage, maxTargets how many targets of a Makefile.
const (
	maxCommands = 2000
	maxTargets  = 500
)

// commands reads the RUN instructions.
func (s *Stage) commands() {
	for _, in := range s.Stage.Instructions {
		script := in.Script()
		switch {
		case in.Keyword != "RUN":
			continue
		case script.Shell == nil:
			s.Opaque = append(s.Opaque, in)
			continue
		}
		parsed := script.Shell.In(s.DirAt(in), func(name string) (string, bool) { return s.Var(in, name) })
		for _, c := range parsed.Commands {
			line, _ := s.Doc.Position(script.Offset(c.Start))
			text := strings.Join(strings.Fields(script.Text[c.Start:c.End]), " ")
			s.command(in, c, transform.Evidence{Source: s.Doc.Name, Line: line, Text: text}, parsed, false)
		}
	}
}

// command adds a command, and those of the Makefile that it runs.
func (s *Stage) command(in *transform.Instruction, c *shell.Command, because transform.Evidence, script *shell.Script, made bool) {
	if len(s.Commands) >= maxCommands {
		return
	}
	command := Command{Command: c, Step: in, Evidence: because, Made: made, Getenv: s.getenv(in, c, script)}
	s.Tree.move(len(s.Commands), command)
	s.Commands = append(s.Commands, command)
	if name := path.Base(c.Name()); !made && (name == "make" || name == "gmake") {
		s.make(command)
	}
}

// getenv returns what tells the variables of a command: assignments in front of it, exports of the script, and the stage.
func (s *Stage) getenv(in *transform.Instruction, c *shell.Command, script *shell.Script) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, a := range c.Assigns {
			if a.Name == name && len(c.Words) > 0 {
				return a.Value.Value, true
			}
		}
		value, known := s.Var(in, name)
		for _, o := range script.Commands {
			if o.Start >= c.Start || o.Name() != "export" {
				continue
			}
			for _, w := range o.Argv()[1:] {
				if v, ok := strings.CutPrefix(w, name+"="); ok {
					value, known = v, true
				}
			}
		}
		return value, known
	}
}

// make adds the recipes of the targets that a call of make asks for.
func (s *Stage) make(c Command) {
	dir, name := c.Dir, "Makefile"
	var targets []string
	argv := c.Argv()
	for i := 1; i < len(argv); i++ {
		switch w := argv[i]; {
		case (w == "-C" || w == "--directory") && i+1 < len(argv):
			i++
			dir = c.Path(argv[i])
		case (w == "-f" || w == "--file") && i+1 < len(argv):
			i++
			name = argv[i]
		case w == "-j" && i+1 < len(argv) && strings.Trim(argv[i+1], "0123456789") == "":
			i++
		case !strings.HasPrefix(w, "-") && !strings.Contains(w, "="):
			targets = append(targets, w)
		}
	}
	file, ok := s.Tree.Context(absolute(name, dir))
	if !ok {
		return
	}
	data, err := manifest.Read(s.Files, file)
	if err != nil {
		return
	}
	m := makefile.Parse(string(data))
	if len(targets) == 0 && m.First != "" {
		targets = []string{m.First}
	}
	seen := map[string]bool{}
	var build func(target string)
	build = func(target string) {
		r, stem := m.Rule(target)
		if seen[target] || r == nil || len(seen) >= maxTargets {
			return
		}
		seen[target] = true
		for _, first := range r.After {
			build(first)
		}
		for _, recipe := range r.Recipes {
			text := m.Command(recipe, target, stem)
			s.recipe(c, text, dir, transform.Evidence{Source: file, Line: recipe.Line, Text: text})
		}
	}
	for _, target := range targets {
		build(target)
	}
}

// recipe adds the commands of a recipe.
func (s *Stage) recipe(c Command, text, dir string, because transform.Evidence) {
	script, err := shell.Parse(text, shell.POSIX, dir, shell.Env(c.Getenv))
	if err != nil {
		return
	}
	for _, inner := range script.Commands {
		s.command(c.Step, inner, because, script, true)
	}
}
