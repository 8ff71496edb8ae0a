package main

import (
	"slices"
	"strings"
	"testing"

	"dopt/internal/catalog"
)

func TestDockerfile(t *testing.T) {
	n := catalog.Needs{Build: []string{"gcc", "libc6-dev", "libx-dev"}, Run: []string{"libx1"}}
	for target, want := range map[string]struct{ has, lacks []string }{
		"with":    {[]string{"install -y -qq --no-install-recommends gcc libc6-dev\n", "libx-dev", "libx1", "pip install --no-binary p p", "imports.py p"}, nil},
		"bare":    {[]string{"gcc", "libx-dev", "imports.py p &&"}, []string{"libx1"}},
		"unbuilt": {[]string{"pip install", "imports.py p --compiled &&"}, []string{"apt-get install"}},
	} {
		text := dockerfile("p", n, target)
		for _, s := range want.has {
			if !strings.Contains(text, s) {
				t.Errorf("%s lacks %q:\n%s", target, s, text)
			}
		}
		for _, s := range want.lacks {
			if strings.Contains(text, s) {
				t.Errorf("%s has %q:\n%s", target, s, text)
			}
		}
		// The last stage holds nothing but the mark, which is there only if the check ran.
		if !strings.HasSuffix(text, "FROM scratch\nCOPY --from="+target+" /checked /checked\n") {
			t.Errorf("%s:\n%s", target, text)
		}
	}
}

func TestReason(t *testing.T) {
	for output, want := range map[string]string{
		"x\nerror: subprocess-exited-with-error\n  a.c:1:10: fatal error: x.h: No such file\nerror: command failed": "a.c:1:10: fatal error: x.h: No such file",
		"ImportError: libx.so.1: cannot open shared object file: No such file | directory\nexit":                    "ImportError: libx.so.1: cannot open shared object file: No such file / directory",
		"one\ntwo\n": "two",
	} {
		if got := reason(output); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := reason(strings.Repeat("é", 200)); len(got) > maxReason+len("…") {
		t.Errorf("%d bytes", len(got))
	}
}

func TestTable(t *testing.T) {
	got := table(&results{
		Results: []result{
			{Name: "d", Drawn: true, Miss: "installs without what it is built with"},
			{Name: "b", Build: []string{"gcc"}, Run: []string{"libx1"}},
			{Name: "c", Miss: "with them: " + timedOut},
		},
	})
	_, got, _ = strings.Cut(got, "| --- | --- | --- | --- | --- |\n")
	want := `| b | chosen | gcc | libx1 | right |
| c | chosen |  |  | undecided: with them: took too long |
| d | drawn |  |  | **miss**: installs without what it is built with |

1 of 2 packages that were decided are right, 50 %.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The draw is the same each time, has none of the packages that were chosen or reviewed, and only such with something to compile.
func TestDrawn(t *testing.T) {
	first, second, other := drawn(1), drawn(1), drawn(2)
	if !slices.Equal(first, second) || slices.Equal(first, other) || len(first) < 30 {
		t.Errorf("%d, %d and %d names", len(first), len(second), len(other))
	}
	for _, name := range first {
		n, ok := need(name)
		if !ok || slices.Contains(slices.Concat(chosen, lookedAt), name) || (n.Reviewed || !n.Native) && !slices.Contains(reviewedSince, name) {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// As many are checked as are asked for, half of them drawn; an undecided one has another in its place.
func TestNames(t *testing.T) {
	found, candidates := &results{}, drawn(1)
	want := []string{chosen[0], candidates[0], chosen[1], candidates[1]}
	if got := slices.Collect(found.names(options{count: 4, seed: 1})); !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	found.Results = []result{{Name: candidates[0], Miss: "with them: " + timedOut}, {Name: candidates[1], Miss: "with them: broken"}}
	want = append(want, candidates[2])
	if got := slices.Collect(found.names(options{count: 4, seed: 1})); !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Each package that is chosen is known, and needs something: else there is nothing to check.
func TestChosen(t *testing.T) {
	for _, name := range chosen {
		if n, ok := need(name); !ok || len(n.Build)+len(n.Run) == 0 || n.Elsewhere != nil {
			t.Errorf("%s: %v %+v", name, ok, n)
		}
	}
}

// What the image has is no claim to check.
func TestNeedLeavesOutWhatTheImageHas(t *testing.T) {
	n, ok := need("m2crypto")
	if !ok || slices.Contains(n.Run, "libssl3") || !slices.Contains(n.Build, "libssl-dev") {
		t.Errorf("%v %+v", ok, n)
	}
}

func TestResultsAreKept(t *testing.T) {
	file := t.TempDir() + "/deep/results.json"
	found, err := readResults(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := found.add(result{Name: "a", Miss: "m"}, file); err != nil {
		t.Fatal(err)
	}
	again, err := readResults(file)
	if err != nil || !again.has("a") || again.has("b") || again.Results[0].Miss != "m" {
		t.Errorf("%v %+v", err, again)
	}
}
