package cleanup

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"dopt/transform"
	"dopt/transform/shell"
)

// The scripts of the oracle: t and f stand for commands that succeed or fail as the test decides.
var oracleScripts = []string{
	"c0", "c0 && c1", "c0 || c1", "c0; c1", "c0 && c1 || c2", "c0 || c1 && c2", "c0; c1 && c2; c3",
	"! c0", "c0 && ! c1", "c0 | c1", "c0 && c1 | c2", "(c0; c1)", "(c0 && c1) || c2", "{ c0; c1; }", "c0; { c1; c2; }",
	"if c0; then c1; c2; fi", "for i in 1 2; do c0; c1; done", "c0 && for i in 1 2; do c1; c2; done",
	"c0\nc1\nc2 && c3\n", "c0 &\nc1", "c0;", "c0 && c1;", "c0 || exit 3", "c0; exit 0", "c0 && exit 0; c1",
	"g() { c0; c1; }; g", "g() { c0; c1; }; c2 && g", "c0 | (c1; c2)", "c0 || { c1; exit 4; }", "c0 && c1 || true",
	"while c0; do c1; break; done", "case x in x) c0; c1;; esac", "c0 >/dev/null 2>&1", "eval 'c0; c1'", "c0 && eval 'c1; c2'",
	"true; { c0; }", "[ -z x ] || c0; c1", "c0; set +e; c1; c2",
	"c0; set -e; c1; c2", "c0 && set -e; c1 && c2; c3", "c0 && set -e && c1",
}

// A pair is a script before and after a command was put into it.
type pair struct {
	before, after string
	// atEnd is true where the command stands behind all others.
	atEnd bool
}

// check runs all pairs with all outcomes of their commands in a real shell.
func check(t *testing.T, pairs []pair) {
	t.Helper()
	var b strings.Builder
	for i := range 4 {
		fmt.Fprintf(&b, "c%d() { echo c%d; return $(( (o >> %d & 1) * %d )); }\n", i, i, i, i+5)
	}
	b.WriteString("added() { echo added; }\n")
	for _, p := range pairs {
		for _, text := range []string{p.before, p.after} {
			fmt.Fprintf(&b, "for o in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do (\n%s\n); echo \"exit $?\"; done\necho ---\n", text)
		}
	}
	out, err := exec.Command("sh", "-c", b.String()).Output()
	if err != nil {
		t.Fatal(err)
	}
	traces := strings.Split(string(out), "---\n")
	if len(traces) != 2*len(pairs)+1 {
		t.Fatalf("%d traces of %d pairs", len(traces), len(pairs))
	}
	for i, p := range pairs {
		before, after := traces[2*i], traces[2*i+1]
		if strings.ReplaceAll(after, "added\n", "") != before {
			t.Errorf("%q became %q, which does not do the same:\n%s", p.before, p.after, transform.Diff("before", "after", []byte(before), []byte(after)))
		}
		if p.atEnd && strings.Count(after, "added\nexit 0\n") != strings.Count(after, "exit 0\n") {
			t.Errorf("%q became %q: the added command does not run whenever the script succeeds:\n%s", p.before, p.after, after)
		}
	}
}

// pairs puts a command into every script at every place that put finds for one of its operands.
func pairs(t *testing.T, put func(text string, l *lists, i int) (after string, ok bool)) (all []pair) {
	t.Helper()
	for _, options := range []string{"", "set -e\n"} {
		for _, text := range oracleScripts {
			s, err := shell.Parse(options+text, shell.POSIX, "/", nil)
			if err != nil {
				t.Fatal(err)
			}
			l := topLevel(s, []string{"/bin/sh", "-c"})
			for i := range l.operands {
				if after, ok := put(s.Text, l, i); ok {
					all = append(all, pair{s.Text, after, i == l.last()})
				}
			}
		}
	}
	if len(all) < 100 {
		t.Errorf("only %d places were found", len(all))
	}
	return all
}

// A clean-up that is put wherever it may go leaves the exit code and the commands that run as they
// were, with and without set -e; at the end it runs exactly when the script succeeds.
func TestJoinAfterKeepsWhatRuns(t *testing.T) {
	check(t, pairs(t, func(text string, l *lists, i int) (string, bool) {
		joint, refusal := l.joinAfter(i)
		at := l.operands[i].end
		return text[:at] + " " + joint + " added" + text[at:], refusal == ""
	}))
}

// An update that is put before a command and succeeds changes nothing else.
func TestJoinBeforeKeepsWhatRuns(t *testing.T) {
	all := pairs(t, func(text string, l *lists, i int) (string, bool) {
		joint, refusal := l.joinBefore(i)
		at := l.operands[i].start
		return text[:at] + "added " + joint + " " + text[at:], refusal == ""
	})
	for i := range all {
		all[i].atEnd = false
	}
	check(t, all)
}

func TestErrexit(t *testing.T) {
	for script, want := range map[string]ternary{
		"make": no, "set -e; make": yes, "set -ex && make": yes, "set -o errexit; make": yes, "set -euo pipefail\nmake": yes,
		"set +e; make": maybe, "set -e; set +e; make": maybe, "make; set -e": yes, "make && set -e && ls": yes, "make || set -e; ls": maybe, "if make; then ls; fi; set -e": maybe, "(set -e; make); ls": maybe,
		"set -o pipefail; make": no, "set -- -e; make": no, "set $OPTS; make": maybe, "set -x; make": no,
		"set -e; set +o errexit; make": maybe,
	} {
		s, err := shell.Parse(script, shell.POSIX, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := errexit(s, []string{"/bin/sh", "-c"}); got != want {
			t.Errorf("%q: %d, want %d", script, got, want)
		}
	}
	s, _ := shell.Parse("make", shell.Bash, "/", nil)
	for sh, want := range map[string]ternary{"/bin/bash -c": no, "/bin/bash -ec": yes, "/bin/bash -o errexit -c": yes, "/bin/bash -o pipefail -c": no, "/bin/bash --login -c": no} {
		if got, _ := errexit(s, strings.Fields(sh)); got != want {
			t.Errorf("%s: %d, want %d", sh, got, want)
		}
	}
}
