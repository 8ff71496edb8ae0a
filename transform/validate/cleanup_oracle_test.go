package validate

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dopt/transform"
)

// apt stands in for apt-get: an install fails without the lists that an update fetches.
const apt = `#!/bin/sh
case "$*" in
update) touch "$(dirname "$0")/lists" ;;
clean) exit 0 ;;
*) test -e "$(dirname "$0")/lists" || { echo "no lists for $*" >>"$LOG"; exit 100; } ;;
esac
echo "apt-get $*" >>"$LOG"
`

// rm stands in for the one rm that is added.
const rm = `#!/bin/sh
/bin/rm -f "$(dirname "$0")/lists"
`

// TestCleanUpOracle adds clean-ups to random scripts at random places, right and wrong, and
// runs with real shells what Refine and UsedBy let pass: nothing but the clean-ups may differ.
func TestCleanUpOracle(t *testing.T) { runCleanUps(t, transform.CleanUp) }

// TestUpdateOracle moves, adds and drops updates as well: where all installs worked before, they still do.
func TestUpdateOracle(t *testing.T) { runCleanUps(t, transform.CleanUp|transform.JoinUpdate) }

func runCleanUps(t *testing.T, claim transform.Claim) {
	t.Helper()
	shell, err := exec.LookPath("dash")
	if err != nil {
		t.Skip("no dash to run scripts with")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"t": tracer, "apt-get": apt, "rm": rm} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	g := &cleanUps{generator{rand: rand.New(rand.NewPCG(3, 4)), dir: dir}, claim.Allows(transform.JoinUpdate)}
	passed := 0
	for range *oracleRounds {
		flags := g.pick("-c", "-c", "-ec")
		before, after := g.script()
		later := g.pick("t later 0", "apt-get install b", "apt-get update && apt-get install b", "t x 1 || apt-get install c")
		step := func(text string) Script { return Script{Shell: []string{shell, flags}, Text: text, Dir: dir} }
		judged := Refine([]Script{step(before)}, step(after), claim)
		for _, l := range judged.Losses {
			used, over := l.UsedBy(step(later))
			judged.Verdict = judged.Worse(used)
			if l.Moved && !over {
				judged.Status = transform.Unsound // as for a whole image: no later step has the update
			}
		}
		if judged.Status != transform.Refines || before == after {
			continue
		}
		passed++
		want, have := g.run(t, step(before), step(later)), g.run(t, step(after), step(later))
		if g.updates && strings.Contains(want, "no lists") {
			continue // an update may mend an install
		}
		if want != have {
			t.Errorf("%s\nbefore %q\nlog %s\nafter  %q\nlog %s\nlater %q", flags, before, want, after, have, later)
		}
	}
	t.Logf("%d of %d clean-ups were let through and run", passed, *oracleRounds)
	if passed < *oracleRounds/50 {
		t.Errorf("only %d clean-ups were let through: the test proves little", passed)
	}
}

// run runs scripts on an image that has no lists.
func (g *cleanUps) run(t *testing.T, scripts ...Script) string {
	t.Helper()
	_ = os.Remove(filepath.Join(g.dir, "lists"))
	log := runAll(t, g.dir, scripts...)
	if g.updates {
		log = strings.ReplaceAll(log, "apt-get update\n", "")
	}
	return log
}

// cleanUps generates pairs of scripts, the second with clean-ups.
type cleanUps struct {
	generator
	updates bool
}

func (g *cleanUps) script() (before, after string) {
	b, a := g.pair(2)
	prefix := g.pick("", "", "set -e; ")
	return prefix + b, prefix + a
}

// pair joins commands with &&, || and ;, the same in both texts but for the clean-ups.
func (g *cleanUps) pair(depth int) (before, after string) {
	for i := range 1 + g.rand.IntN(4) {
		b, a := g.step(depth)
		if i > 0 {
			op := g.pick(" && ", " && ", " || ", "; ")
			b, a = op+b, op+a
		}
		before, after = before+b, after+a
		if g.rand.IntN(4) == 0 {
			after += g.pick(" && ", " && ", "; ", " || ") + g.pick("rm -rf /var/lib/apt/lists/*", "apt-get clean")
		}
	}
	return before, after
}

func (g *cleanUps) step(depth int) (before, after string) {
	both := func(text string) (string, string) { return text, text }
	if depth > 0 && g.rand.IntN(3) == 0 {
		b, a := g.pair(depth - 1)
		open, end, _ := strings.Cut(g.pick("{ |; }", "(|)", "if t if 0; then |; fi", "if t if 1; then |; fi", "if t if 1; then true; else |; fi", "for i in 1 2; do |; done"), "|")
		return open + b + end, open + a + end
	}
	install, updated := "apt-get install a", "apt-get update && apt-get install a"
	n := g.rand.IntN(5)
	if g.updates && n < 3 && g.rand.IntN(3) == 0 {
		n += 5
	}
	switch n {
	case 0:
		return both("apt-get update")
	case 1:
		return both(updated)
	case 2:
		return both(install)
	case 5:
		return install, updated
	case 6:
		return updated, install
	case 7:
		return "apt-get update && t moved 0", "t moved 0 && apt-get update"
	}
	return both(g.pick("", "", "! ") + g.trace())
}
