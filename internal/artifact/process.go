package artifact

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/shell"
)

// A Process is what ENTRYPOINT and CMD start.
type Process struct {
	// Entrypoint and Cmd are the instructions that count; nil where the base image's own does, or there is none.
	Entrypoint, Cmd *transform.Instruction
	// Argv are the words, those of ENTRYPOINT first. Where Shell is true they are a shell, its options and a script.
	Argv  []string
	Shell bool
	// Program is the first word of Argv, or of the script where that is one plain command: as a path it is absolute. "" where
	// it is not known. Args are the words behind it.
	Program string
	Args    []string
	// Words are Program, as it is written, and Args. Exact is true where a shell only passes them on as they are.
	Words []string
	Exact bool
}

// start finds out what the image starts.
func (s *Stage) start() {
	var entry, cmd []string
	if c := s.Base.Config; c != nil {
		entry, cmd = c.Entrypoint, c.Cmd
	}
	for _, in := range s.Stage.Instructions {
		switch c := in.Command.(type) {
		case *instructions.EntrypointCommand:
			s.Start.Entrypoint, entry = in, line(in, c.ShellDependantCmdLine)
			if s.Start.Cmd == nil { // the base image's own does not go with another entrypoint
				cmd = nil
			}
		case *instructions.CmdCommand:
			s.Start.Cmd, cmd = in, line(in, c.ShellDependantCmdLine)
		}
	}
	if s.Start.Entrypoint == nil && s.Base.Entrypoint == transform.PassesThrough && len(cmd) > 0 {
		entry = nil // it starts the words of CMD as they are
	}
	s.Start.Argv = slices.Concat(entry, cmd)
	if len(s.Start.Argv) == 0 {
		return
	}
	argv := s.Start.Argv
	if len(argv) > 2 && slices.Contains(shells, path.Base(argv[0])) && strings.HasSuffix(argv[1], "c") {
		s.Start.Shell = true
		argv, s.Start.Exact = s.Plain(argv[2])
	}
	if len(argv) == 0 {
		return
	}
	s.Start.Program, s.Start.Args, s.Start.Words = argv[0], argv[1:], argv
	if strings.Contains(argv[0], "/") {
		s.Start.Program = absolute(argv[0], s.Dir)
	}
}

// shells are programs that run what stands behind -c.
var shells = []string{"sh", "bash", "dash", "ash"}

// line returns the words of an instruction, those of the shell in front of a script.
func line(in *transform.Instruction, c instructions.ShellDependantCmdLine) []string {
	if c.PrependShell {
		return append(slices.Clone(in.State().Shell), c.CmdLine...)
	}
	return c.CmdLine
}

// Plain returns the words of a script of POSIX shell that is one plain command, nil if it is not; exact is true where the shell expands none of them, and sets
// no variable.
func (s *Stage) Plain(text string) (argv []string, exact bool) {
	script, err := shell.Parse(text, shell.POSIX, s.Dir, nil)
	if err != nil || len(script.Commands) != 1 {
		return nil, false
	}
	c := script.Commands[0]
	if !c.Top || !c.Always || len(c.Redirs) > 0 || len(c.Words) == 0 {
		return nil, false
	}
	argv = c.Argv()
	if argv[0] == "exec" && len(argv) > 1 {
		argv = argv[1:]
	}
	return argv, len(c.Assigns) == 0 && !slices.ContainsFunc(c.Words, func(w shell.Word) bool {
		return !w.Plain || strings.Contains(w.Value, "=~") || strings.Contains(w.Value, ":~") // bash expands a tilde there, too
	})
}

// Starts reports whether a program is what the image starts: named by its path, or by a name that PATH leads to.
func (s *Stage) Starts(program string) bool {
	switch {
	case s.Start.Program == "":
		return false
	case strings.Contains(s.Start.Program, "/"):
		return s.Start.Program == program
	}
	return s.Start.Program == path.Base(program) && slices.Contains(s.Path(), path.Dir(program))
}

// Path returns the folders in which the image looks for programs.
func (s *Stage) Path() []string {
	final := s.Final
	last := final.Stage.From
	if n := len(final.Stage.Instructions); n > 0 {
		last = final.Stage.Instructions[n-1]
	}
	value, _ := final.Var(last, "PATH")
	if value == "" {
		value = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	}
	return strings.Split(value, ":")
}

// StartedBy returns the line that says what the image starts, FROM where the base image does.
func (s *Stage) StartedBy() transform.Evidence {
	switch {
	case s.Start.Cmd != nil:
		return s.Evidence(s.Start.Cmd)
	case s.Start.Entrypoint != nil:
		return s.Evidence(s.Start.Entrypoint)
	}
	return s.Evidence(s.Final.Stage.From)
}
