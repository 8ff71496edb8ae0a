package inspect

import (
	"debug/elf"
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/needs"
	"dopt/transform/shell"
)

// A program is something that the image starts.
type program struct {
	// from is the instruction that starts it: "the command" for ENTRYPOINT with CMD, or "HEALTHCHECK".
	from  string
	check Check
	argv  []string
	// maybe is true where it runs under a condition only.
	maybe bool
}

// commands returns what the image starts, and what a shell that it starts calls.
func (c *checker) commands() []program {
	var list []program
	if argv := slices.Concat(c.Config.Entrypoint, c.Config.Cmd); len(argv) > 0 {
		list = append(list, c.withScript(program{from: "the command", check: Command, argv: argv})...)
	}
	if test := c.Healthcheck; len(test) > 1 {
		argv := test[1:]
		if test[0] == "CMD-SHELL" {
			argv = append(slices.Clone(c.shell()), argv...)
		}
		list = append(list, c.withScript(program{from: "HEALTHCHECK", check: Healthcheck, argv: argv})...)
	}
	for _, name := range c.needs.Commands {
		list = append(list, program{from: "the program", check: Command, argv: []string{name}})
	}
	return list
}

func (c *checker) shell() []string {
	if len(c.Shell) > 0 {
		return c.Shell
	}
	return []string{"/bin/sh", "-c"}
}

// withScript adds to a program the commands of the script that it is given, if it is a shell.
func (c *checker) withScript(p program) []program {
	list := []program{p}
	i := slices.IndexFunc(p.argv, func(w string) bool { return strings.HasPrefix(w, "-") && strings.HasSuffix(w, "c") })
	if i < 1 || i+1 >= len(p.argv) || !strings.HasSuffix(path.Base(p.argv[i-1]), "sh") {
		return list
	}
	script, err := shell.Parse(p.argv[i+1], shell.Bash, c.workingDir(), func(name string) (string, bool) {
		value := c.env(name)
		return value, value != ""
	})
	if err != nil {
		return list // the shell tells more when it runs
	}
	for _, command := range script.Commands {
		argv := command.Argv()
		for len(argv) > 0 && (argv[0] == "exec" || argv[0] == "command") {
			argv = argv[1:]
		}
		if len(argv) == 0 || strings.Contains(argv[0], shell.Unknown) || needs.Builtin(argv[0]) {
			continue
		}
		list = append(list, program{from: p.from, check: p.check, argv: argv, maybe: !command.Always})
	}
	return list
}

// starts checks that what the image starts is there, and that its user may execute it.
func (c *checker) starts() {
	for _, p := range c.programs {
		severity := Broken
		if p.maybe {
			severity = Suspect
		}
		at, f := c.lookup(p.argv[0])
		switch {
		case at == "" || f.Mode.IsDir():
			c.add(Finding{
				Check: p.check, Severity: severity, Missing: p.argv[0],
				Message: fmt.Sprintf("%s starts %s, which is not there", p.from, p.argv[0]),
			})
			continue
		case !c.may(c.user, at, execute):
			c.add(Finding{
				Check: Permission, Severity: severity, Path: at, Missing: p.argv[0],
				Message: fmt.Sprintf("%s starts %s, which user %s may not execute", p.from, at, c.user.name),
			})
		}
		if f.Facts != nil && f.Facts.ELF != nil && !c.ownMachine(f.Facts.ELF) {
			c.add(Finding{
				Check: Architecture, Severity: severity, Path: at, Missing: c.Architecture,
				Message: fmt.Sprintf("%s starts %s, which is for %s, and the image is for %s", p.from, at, f.Facts.ELF.Machine, c.Architecture),
			})
		}
	}
}

// machines are those that an image's architecture runs, by Go's names, which image configs use.
var machines = map[string][]elf.Machine{
	"amd64": {elf.EM_X86_64, elf.EM_386}, "386": {elf.EM_386}, "arm64": {elf.EM_AARCH64, elf.EM_ARM}, "arm": {elf.EM_ARM},
	"ppc64le": {elf.EM_PPC64}, "s390x": {elf.EM_S390}, "riscv64": {elf.EM_RISCV},
}

func (c *checker) ownMachine(e *ELF) bool {
	own := machines[c.Architecture]
	return own == nil || slices.Contains(own, e.Machine)
}

// workdir checks that the working directory is there, and open to the image's user.
func (c *checker) workdir() {
	dir := c.workingDir()
	switch at, f := c.tree.find(dir); {
	case at == "":
		c.add(Finding{Check: WorkingDir, Missing: dir, Message: "the working directory " + dir + " is not there"})
	case !f.Mode.IsDir():
		c.add(Finding{Check: WorkingDir, Missing: dir, Message: "the working directory " + dir + " is no folder"})
	case !c.may(c.user, dir, execute):
		c.add(Finding{
			Check: Permission, Path: dir, Missing: "execute",
			Message: fmt.Sprintf("user %s may not enter the working directory %s", c.user.name, dir),
		})
	}
}
