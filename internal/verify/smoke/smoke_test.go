package smoke

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
)

func TestParseCommand(t *testing.T) {
	for text, want := range map[string][]string{
		`python -c "import MySQLdb"`: {"python", "-c", "import MySQLdb"},
		`/app/bin --version`:         {"/app/bin", "--version"},
		`echo 'a b' c"d"e`:           {"echo", "a b", "cde"},
		`echo $HOME`:                 {"/bin/sh", "-c", "echo $HOME"},
		`a && b`:                     {"/bin/sh", "-c", "a && b"},
		`a > /b`:                     {"/bin/sh", "-c", "a > /b"},
		`A=1 a`:                      {"/bin/sh", "-c", "A=1 a"},
		`! a`:                        {"/bin/sh", "-c", "! a"},
		`ls *.py`:                    {"/bin/sh", "-c", "ls *.py"},
		`echo "a\"b"`:                {"/bin/sh", "-c", `echo "a\"b"`},
		"a\nb":                       {"/bin/sh", "-c", "a\nb"},
		`echo "$(id)"`:               {"/bin/sh", "-c", `echo "$(id)"`},
	} {
		if c, err := ParseCommand(text); err != nil || !slices.Equal(c.Entrypoint, want) || c.String() != text {
			t.Errorf("%s: got %q (%v), want %q", text, c.Entrypoint, err, want)
		}
	}
	for _, text := range []string{"", "  ", `echo "a`, "a &&"} {
		if c, err := ParseCommand(text); err == nil {
			t.Errorf("%q is %q, want an error", text, c.Entrypoint)
		}
	}
}

func TestParseProbe(t *testing.T) {
	for text, want := range map[string]Probe{
		"http://:8000/health?a=b": {Port: 8000, Path: "/health?a=b"}, "http://localhost:80": {Port: 80, Path: "/"},
		"tcp://:5432": {Port: 5432}, "10": {Alive: 10}, "10s": {Alive: 10},
	} {
		if c, err := ParseProbe(text); err != nil || *c.Probe != want {
			t.Errorf("%s: got %+v (%v), want %+v", text, c.Probe, err, want)
		}
	}
	for _, text := range []string{"", "0", "https://:443/", "http:///x", "http://example.org:80/", "http://:0/", "http://:70000/", "health"} {
		if c, err := ParseProbe(text); err == nil {
			t.Errorf("%q is %+v, want an error", text, c.Probe)
		}
	}
}

// A box gives the outcomes of an image, one a check.
type box struct {
	outcomes []verify.Outcome
	answers  []verify.Answer
	err      error
	ran      int
	config   ocispecs.ImageConfig
	// probes are what was asked.
	probes []verify.Probe
	steps  []verify.Step
}

func (b *box) Config() ocispecs.ImageConfig { return b.config }

func (b *box) Run(context.Context, verify.Step) (verify.Outcome, error) {
	b.ran++
	return b.outcomes[b.ran-1], b.err
}

func (b *box) Probe(_ context.Context, step verify.Step, probe verify.Probe) (verify.Answer, verify.Outcome, error) {
	b.ran++
	b.probes, b.steps = append(b.probes, probe), append(b.steps, step)
	return b.answers[b.ran-1], b.outcomes[b.ran-1], b.err
}

func TestJudge(t *testing.T) {
	command := Check{Entrypoint: []string{"x"}, Exit: 3, Stdout: "out", Stderr: "err"}
	server := Check{Probe: &Probe{Port: 80, Path: "/", Expect: "hello"}}
	for _, c := range []struct {
		name    string
		check   Check
		outcome verify.Outcome
		answer  verify.Answer
		want    string
	}{
		{"as wanted", command, verify.Outcome{Exit: 3, Stdout: "an out", Stderr: "an err"}, verify.Answer{}, ""},
		{"status", command, verify.Outcome{Stdout: "out", Stderr: "err"}, verify.Answer{}, "exit status 0, want 3"},
		{"output", command, verify.Outcome{Exit: 3, Stderr: "err"}, verify.Answer{}, `standard output lacks "out"`},
		{"error", command, verify.Outcome{Exit: 3, Stdout: "out"}, verify.Answer{}, `standard error lacks "err"`},
		{"hangs", command, verify.Outcome{Exit: -1, TimedOut: true}, verify.Answer{}, "it hangs: stopped by its time limit"},
		{"answers", server, verify.Outcome{}, verify.Answer{Answered: true, Status: 200, Body: "hello you"}, ""},
		{"answers wrong", server, verify.Outcome{}, verify.Answer{Answered: true, Status: 200, Body: "no"}, `/: the answer lacks "hello": "no"`},
		{"answers an error", server, verify.Outcome{}, verify.Answer{Answered: true, Status: 500, Body: "no"}, `/: status 500, want 200: "no"`},
		{"ends", server, verify.Outcome{Exit: 1}, verify.Answer{}, "the server ended with exit status 1"},
		{"is silent", server, verify.Outcome{Exit: -1, TimedOut: true}, verify.Answer{}, "no answer at port 80 in time"},
		{"listens", Check{Probe: &Probe{Port: 80}}, verify.Outcome{}, verify.Answer{Answered: true}, ""},
	} {
		o, err := c.check.run(t.Context(), &box{outcomes: []verify.Outcome{c.outcome}, answers: []verify.Answer{c.answer}}, 1, nil)
		if err != nil || o.reason != c.want {
			t.Errorf("%s: got %q (%v), want %q", c.name, o.reason, err, c.want)
		}
	}
}

func TestAsOriginal(t *testing.T) {
	runs, ends := verify.Answer{Answered: true}, verify.Answer{}
	for _, c := range []struct {
		name          string
		before, after observation
		same          bool
		conclusive    bool
	}{
		{"both run", observation{answer: runs}, observation{answer: runs}, true, true},
		{"it no longer runs", observation{answer: runs}, observation{answer: ends, Outcome: verify.Outcome{Exit: 127}}, false, true},
		{"it ends well, as before", observation{}, observation{}, true, true},
		{"it fails as before", observation{Outcome: verify.Outcome{Exit: 1}}, observation{Outcome: verify.Outcome{Exit: 1}}, true, false},
		{"it fails in another way", observation{Outcome: verify.Outcome{Exit: 1}}, observation{Outcome: verify.Outcome{Exit: 127}}, false, false},
		{"it runs where the original failed", observation{Outcome: verify.Outcome{Exit: 1}}, observation{answer: runs}, true, false},
		{"it hangs", observation{}, observation{Outcome: verify.Outcome{TimedOut: true, Exit: -1}}, false, true},
		{"another status", observation{answer: verify.Answer{Answered: true, Status: 200}}, observation{answer: verify.Answer{Answered: true, Status: 500}}, false, true},
		{"the same status", observation{answer: verify.Answer{Answered: true, Status: 404}}, observation{answer: verify.Answer{Answered: true, Status: 404}, Outcome: verify.Outcome{Stdout: "answered\nx: y"}}, true, true},
		{"both hang", observation{Outcome: verify.Outcome{TimedOut: true}}, observation{Outcome: verify.Outcome{TimedOut: true}}, true, false},
		{"no complaint is new", observation{Outcome: verify.Outcome{Stdout: "a: x\nb: y\n"}}, observation{Outcome: verify.Outcome{Stdout: "b: z\n"}}, true, true},
		{"a complaint is new", observation{Outcome: verify.Outcome{Stdout: "a: x\n"}}, observation{Outcome: verify.Outcome{Stdout: "a: x\ncv2: ImportError: libGL.so.1\n"}}, false, true},
	} {
		if reason := c.after.unlike(c.before); (reason == "") != c.same {
			t.Errorf("%s: %q", c.name, reason)
		}
		if got := (Check{AsOriginal: true}).conclusive(c.before); got != c.conclusive {
			t.Errorf("%s: conclusive %t", c.name, got)
		}
	}
}

func TestSuite(t *testing.T) {
	s := &Suite{Checks: []Check{{Entrypoint: []string{"fails"}}, {Entrypoint: []string{"passes"}}, {Entrypoint: []string{"never"}}}}
	ok, failed := verify.Outcome{}, verify.Outcome{Exit: 1, Stderr: "why\n"}
	if err := s.Before(t.Context(), &box{outcomes: []verify.Outcome{failed, ok, ok}}); err != nil {
		t.Fatal(err)
	}
	after := &box{outcomes: []verify.Outcome{failed, failed, ok}}
	tests, err := s.After(t.Context(), after)
	if err != nil || after.ran != 2 || tests[2].After != nil {
		t.Errorf("%d checks ran after the failure (%v)", after.ran, err)
	}
	if !tests[0].Inconclusive || Counts(tests[0]) || tests[1].Inconclusive || !Counts(tests[1]) || tests[1].After.Output != "why" {
		t.Errorf("got %+v", tests)
	}
}

// The lowest TCP port that the original exposes is asked, on both images, and a rewrite has time enough; without one nothing is asked.
func TestExposed(t *testing.T) {
	s := &Suite{Checks: []Check{{Exposed: true, AsOriginal: true, Seconds: 1}}}
	before := &box{answers: []verify.Answer{{Answered: true, Status: 200}}, outcomes: []verify.Outcome{{Seconds: 7}}}
	before.config.ExposedPorts = map[string]struct{}{"9000/tcp": {}, "8000/tcp": {}, "53/udp": {}, "x": {}}
	if err := s.Before(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	after := &box{answers: []verify.Answer{{Answered: true, Status: 500}}, outcomes: make([]verify.Outcome, 1)}
	tests, err := s.After(t.Context(), after)
	if err != nil || len(tests) != 1 || tests[0].After.Passed || !Counts(tests[0]) {
		t.Errorf("%v: %+v", err, tests)
	}
	want := verify.Probe{Port: 8000, Path: "/", Status: 200}
	if len(before.probes) != 1 || before.probes[0] != want || after.probes[0] != want {
		t.Errorf("asked %+v and %+v", before.probes, after.probes)
	}
	if before.steps[0].Timeout != time.Second || after.steps[0].Timeout != 21*time.Second {
		t.Errorf("time limits %s and %s", before.steps[0].Timeout, after.steps[0].Timeout)
	}
	s = &Suite{Checks: []Check{{Exposed: true, AsOriginal: true}}}
	none := &box{}
	none.config.ExposedPorts = map[string]struct{}{"53/udp": {}}
	if err := s.Before(t.Context(), none); err != nil || len(s.Checks) != 0 || none.ran != 0 {
		t.Errorf("%v: %d checks, %d ran", err, len(s.Checks), none.ran)
	}
}

// An image without a command cannot start as the original does, and that is no fault.
func TestNoCommand(t *testing.T) {
	s := &Suite{Checks: Defaults(nil)}
	if err := s.Before(t.Context(), &box{outcomes: make([]verify.Outcome, 1), answers: make([]verify.Answer, 1), err: verify.ErrNoCommand}); err != nil || len(s.Checks) != 0 {
		t.Errorf("%v, %d checks", err, len(s.Checks))
	}
	s = &Suite{Checks: []Check{{Command: []string{"x"}}}}
	if err := s.Before(t.Context(), &box{outcomes: make([]verify.Outcome, 1), err: verify.ErrNoCommand}); !errors.Is(err, verify.ErrNoCommand) {
		t.Errorf("a test that was asked for: %v", err)
	}
}

func TestDefaults(t *testing.T) {
	for name, want := range map[string]int{"go.mod": 2, "requirements.txt": 3, "package.json": 3} {
		if got := Defaults(fstest.MapFS{name: {}}); len(got) != want || !got[0].AsOriginal {
			t.Errorf("%s: %v", name, got)
		}
	}
}
