package main

import (
	_ "embed"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"dopt/internal/config"
	"dopt/internal/report"
)

// The scripts ask the program itself, by its hidden flag --generate-bash-completion.
var (
	//go:embed completion/dopt.bash
	bashCompletion string
	//go:embed completion/dopt.zsh
	zshCompletion string
)

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script that completes commands and flags in a shell",
		ArgsUsage: "bash|zsh|fish",
		Description: `   source <(dopt completion bash)                                  in ~/.bashrc
   source <(dopt completion zsh)                                   in ~/.zshrc, after compinit
   dopt completion fish > ~/.config/fish/completions/dopt.fish`,
		Action:       completion,
		BashComplete: func(c *cli.Context) { printLines(c, shells) },
		OnUsageError: usageError,
	}
}

var shells = []string{"bash", "zsh", "fish"}

func completion(c *cli.Context) error {
	script := ""
	switch shell := c.Args().First(); shell {
	case "bash":
		script = bashCompletion
	case "zsh":
		script = zshCompletion
	case "fish":
		fish, err := c.App.ToFishCompletion()
		if err != nil {
			return err
		}
		script = strings.ReplaceAll(fish, "`", "") // the marks of placeholders in the flags' usage
	default:
		return config.OneOf(shell, shells)
	}
	fmt.Fprint(c.App.Writer, script)
	return nil
}

func completePasses(c *cli.Context) { printLines(c, passNames()) }

// completeValues offers the values of the flag before the cursor, else flags.
func completeValues(c *cli.Context) {
	values := map[string][]string{
		"--level": config.Levels, "--merge": config.MergePolicies, "--declarations": config.DeclarationPolicies, "--builder": config.Builders, "--format": report.Formats,
		"--color": {"auto", "always", "never"}, "--only": passNames(), "--skip": passNames(),
	}
	if len(os.Args) > 2 {
		if names, ok := values[os.Args[len(os.Args)-2]]; ok {
			printLines(c, names)
			return
		}
	}
	cli.DefaultCompleteWithFlags(c.Command)(c)
}

func printLines(c *cli.Context, lines []string) {
	for _, l := range lines {
		fmt.Fprintln(c.App.Writer, l)
	}
}
