package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// flagsFirst puts the flags of a command before its arguments. The flag parser stops at the first
// argument and would take the flags in "dopt rewrite Dockerfile --check" for files.
func flagsFirst(args []string, commands []*cli.Command) []string {
	if len(args) < 3 || args[len(args)-1] == "--generate-bash-completion" {
		return args
	}
	i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[1]) })
	if i < 0 {
		return args
	}
	flags, rest := slices.Clone(args[:2]), []string{}
	for j := 2; j < len(args); j++ {
		arg := args[j]
		switch {
		case arg == "--":
			rest = append(rest, args[j+1:]...)
			j = len(args)
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			rest = append(rest, arg)
		default:
			flags = append(flags, arg)
			if takesValue(commands[i].Flags, arg) {
				if j++; j == len(args) {
					return flags // the parser says that the value is missing
				}
				flags = append(flags, args[j])
			}
		}
	}
	return append(append(flags, "--"), rest...)
}

// takesValue reports whether the value of a flag is the next argument.
func takesValue(flags []cli.Flag, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if strings.Contains(name, "=") {
		return false
	}
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			_, isBool := f.(*cli.BoolFlag)
			return !isBool
		}
	}
	return false
}
