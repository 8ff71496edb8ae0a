package validate

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dopt/transform"
)

var oracleRounds = flag.Int("oracle", 800, "pairs of scripts to judge in TestJoinOracle")

// tracer logs its name and what it sees of the shell that calls it, and ends as it is told.
const tracer = `#!/bin/sh
echo "$1 $PWD x=$X y=$Y $(umask)" >>"$LOG"
exit "$2"
`

// TestJoinOracle joins random scripts in random ways, right and wrong, and runs with real shells
// what Refine lets pass: the same commands must run, and see the same.
func TestJoinOracle(t *testing.T) {
	var shells []string
	for _, sh := range []string{"dash", "bash"} {
		if p, err := exec.LookPath(sh); err == nil {
			shells = append(shells, p)
		}
	}
	if len(shells) == 0 {
		t.Skip("no shell to run scripts with")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "t"), []byte(tracer), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"sub", "other"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	g := &generator{rand: rand.New(rand.NewPCG(1, 2)), dir: dir}
	passed := 0
	for range *oracleRounds {
		var before []Script
		shell := []string{shells[g.rand.IntN(len(shells))], []string{"-c", "-ec"}[g.rand.IntN(2)]}
		for range 2 + g.rand.IntN(2) {
			before = append(before, Script{Shell: shell, Text: g.script(), Dir: dir})
		}
		after := Script{Shell: shell, Text: g.join(before), Dir: dir}
		if got := Refine(before, after, transform.JoinRuns); got.Status != transform.Refines {
			continue
		}
		passed++
		want, have := runAll(t, dir, before...), runAll(t, dir, after)
		if want != have {
			t.Errorf("%q\nbefore %q\nlog %s\nafter %q\nlog %s", shell, texts(before), want, after.Text, have)
		}
	}
	t.Logf("%d of %d joins were let through and run", passed, *oracleRounds)
	if passed < *oracleRounds/100 {
		t.Errorf("only %d joins were let through: the test proves little", passed)
	}
}

func texts(scripts []Script) []string {
	var out []string
	for _, s := range scripts {
		out = append(out, s.Text)
	}
	return out
}

// runAll runs scripts as a build does, stopping at the first failure, and returns the log.
func runAll(t *testing.T, dir string, scripts ...Script) string {
	t.Helper()
	log := filepath.Join(dir, "log")
	if err := os.WriteFile(log, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	end := "ok"
	for _, s := range scripts {
		cmd := exec.Command(s.Shell[0], append(s.Shell[1:], s.Text)...)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin", "LOG=" + log}
		if cmd.Run() != nil {
			end = "failed"
			break
		}
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return string(data) + end
}

type generator struct {
	rand *rand.Rand
	dir  string
	n    int
}

func (g *generator) pick(choices ...string) string { return choices[g.rand.IntN(len(choices))] }

func (g *generator) trace() string {
	g.n++
	return fmt.Sprintf("t c%d %s", g.n, g.pick("0", "0", "0", "1"))
}

// atom is one simple command, most often one that leaves a trace.
func (g *generator) atom() string {
	if g.rand.IntN(3) > 0 {
		return g.trace()
	}
	return g.pick("cd sub", "cd "+g.dir+"/other", "export X=1", "Y=2", "umask 077", "set -e", "set +e", "exit 0", "exit 3", "true", "false",
		"trap 't trap 0' EXIT", "Y=3 t y 0", "set -f", `: "${X:=5}"`, "command cd sub", "eval X=7", "read X </dev/null", "unset X")
}

// command is an atom or a compound command.
func (g *generator) command(depth int) string {
	if depth == 0 || g.rand.IntN(3) > 0 {
		return g.pick("", "", "", "", "! ") + g.atom()
	}
	inner := func() string { return g.list(depth - 1) }
	switch g.rand.IntN(7) {
	case 0:
		return "{ " + inner() + "; }"
	case 1:
		return "(" + inner() + ")"
	case 2:
		return "if " + g.trace() + "; then " + inner() + "; fi"
	case 3:
		return "for Y in 1 2; do " + inner() + "; done"
	case 4:
		return "true | " + g.trace()
	case 5:
		return "X=$(" + inner() + ")"
	}
	return "case $X in 1) " + inner() + ";; esac"
}

// list joins commands with &&, || and ;.
func (g *generator) list(depth int) string {
	text := g.command(depth)
	for range g.rand.IntN(3) {
		text += g.pick(" && ", " && ", " || ", "; ") + g.command(depth)
	}
	return text
}

// script is most often a plain chain, as in real files, with or without options set at its start.
func (g *generator) script() string {
	prefix := g.pick("", "", "", "set -e; ", "set -e && ", "set -ex; ", "cd "+g.dir+"/sub && ")
	if g.rand.IntN(2) == 0 {
		return prefix + g.list(2)
	}
	text := g.trace()
	for range g.rand.IntN(3) {
		text += g.pick(" && ", "; ") + g.trace()
	}
	return prefix + text
}

// join joins scripts in a way that may or may not be right.
func (g *generator) join(scripts []Script) string {
	text := ""
	separator := g.pick(" && ", " && ", "; ", "\n")
	for i, s := range scripts {
		part := s.Text
		if i > 0 && g.rand.IntN(3) == 0 {
			part = strings.TrimPrefix(strings.TrimPrefix(part, "set -e; "), "set -e && ")
		}
		switch g.rand.IntN(5) {
		case 0:
			part = "{ " + part + "; }"
		case 1:
			part = "(" + part + ")"
		}
		if i > 0 {
			text += separator
		}
		text += part
	}
	return text
}
