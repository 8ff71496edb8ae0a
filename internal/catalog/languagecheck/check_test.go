package main

import (
	"slices"
	"strings"
	"testing"

	"dopt/internal/catalog"
)

func TestDockerfile(t *testing.T) {
	n := catalog.Needs{Build: []string{"gcc", "libc6-dev", "libx-dev"}, Run: []string{"libx1"}, Elsewhere: []string{"liby-dev>=2"}}
	for target, want := range map[string]struct{ has, lacks []string }{
		"with":    {[]string{"install -y -qq --no-install-recommends gcc libc6-dev\n", " libx-dev liby-dev\n", "libx1", "pip install --no-binary p p", "imports.py p"}, nil},
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

// lxml comes with xmlsec, and both are linked to libxml2; what comes with gssapi shares nothing with it.
func TestWithShared(t *testing.T) {
	n, _ := need("xmlsec")
	names, all := withShared("xmlsec", n)
	if !slices.Equal(names, []string{"xmlsec", "lxml"}) || !slices.Contains(all.Build, "libxslt1-dev") || !slices.Contains(all.Build, "libxmlsec1-dev") || !slices.Contains(all.Run, "libxslt1.1") {
		t.Errorf("%q %+v", names, all)
	}
	if slices.Contains(n.Build, "libxslt1-dev") {
		t.Error("the needs of the package alone were changed")
	}
	n, _ = need("gssapi")
	if names, all := withShared("gssapi", n); len(names) != 1 || !slices.Equal(all.Build, n.Build) {
		t.Errorf("%q %+v", names, all)
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
			{Name: "h", Group: heldOut, Miss: "with them: broken"},
			{Name: "d", Group: inDrawn, First: "installs without what it is built with"},
			{Name: "b", Group: inChosen, Build: []string{"gcc"}, Run: []string{"libx1"}},
			{Name: "c", Group: inChosen, Miss: "with them: " + timedOut},
		},
	})
	_, got, _ = strings.Cut(got, "| --- | --- | --- | --- | --- |\n")
	want := `| b | chosen | gcc | libx1 | right |
| c | chosen |  |  | undecided: with them: took too long |
| d | drawn |  |  | right; at first: installs without what it is built with |
| h | held out |  |  | **miss**: with them: broken |

| packages | decided | right | right at first |
| --- | --- | --- | --- |
| chosen and drawn | 2 | 2, 100 % | 1, 50 % |
| chosen | 1 | 1, 100 % | 1, 100 % |
| drawn | 1 | 1, 100 % | 0, 0 % |
| held out | 1 | 0, 0 % | 0, 0 % |
`
	got, left, _ := strings.Cut(got, "\nNot counted")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(left, "\n- `scipy`: compiles for longer") {
		t.Errorf("what is left out is not named: %s", left)
	}
}

// The draw is the same each time, has none of the packages that were chosen, reviewed or left out, and only such with something to compile;
// those of named.txt come first.
func TestDrawn(t *testing.T) {
	first, second, other := drawn(1), drawn(1), drawn(2)
	if !slices.Equal(first, second) || slices.Equal(first, other) || len(first) < 300 {
		t.Errorf("%d, %d and %d names", len(first), len(second), len(other))
	}
	others := false
	for i, name := range first {
		n, ok := need(name)
		if !ok || slices.Contains(chosen, name) || left[name] != "" || (n.Reviewed || !n.Native) && !slices.Contains(reviewedSince, name) || slices.Contains(first[:i], name) {
			t.Errorf("%s: %+v", name, n)
		}
		inNamed := strings.Contains(named, "\n"+name+"\n")
		if inNamed && others {
			t.Errorf("%s is late", name)
		}
		others = !inNamed
	}
}

// As many are checked as are asked for, half of them drawn; an undecided one has another in its place.
func TestNames(t *testing.T) {
	names := func(found *results, o options) (names []string) {
		for name, g := range found.names(o) {
			names = append(names, name+" "+string(g))
		}
		return names
	}
	found, candidates := &results{}, drawn(1)
	want := []string{chosen[0] + " chosen", candidates[0] + " drawn", chosen[1] + " chosen", candidates[1] + " drawn"}
	if got := names(found, options{count: 4, seed: 1}); !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	found.Results = []result{{Name: candidates[0], Miss: "with them: " + timedOut}, {Name: candidates[1], Miss: "with them: broken"}}
	want = append(want, candidates[2]+" drawn")
	if got := names(found, options{count: 4, seed: 1}); !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	held := slices.DeleteFunc(drawn(2), func(name string) bool { return slices.Contains(candidates[:3], name) })
	want = append(want, held[0]+" held out")
	if got := names(found, options{count: 4, seed: 1, heldOut: 1}); !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Each package that is chosen is known, and needs something: else there is nothing to check.
func TestChosen(t *testing.T) {
	for _, name := range chosen {
		if n, ok := need(name); !ok || len(claimed(n))+len(n.Run) == 0 {
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

// What was found of other packages than the catalog names now is checked again, and the first miss stays on record.
func TestOutdatedResults(t *testing.T) {
	file := t.TempDir() + "/results.json"
	n, _ := need("m2crypto")
	old := result{Name: "m2crypto", Group: inDrawn, Build: []string{"gcc"}, Miss: "with them: no swig"}
	found := &results{Results: []result{old}}
	if found.has("m2crypto") {
		t.Error("a result for other packages counts")
	}
	for range 2 {
		if err := found.add(result{Name: "m2crypto", Group: heldOut, Build: n.Build, Run: n.Run}, file); err != nil {
			t.Fatal(err)
		}
		if r := found.Results[0]; len(found.Results) != 1 || r.Miss != "" || r.First != old.Miss || r.Group != inDrawn || !found.has("m2crypto") {
			t.Errorf("%+v", found.Results)
		}
	}
	undecided := &results{Results: []result{{Name: "m2crypto", Miss: timedOut}}}
	if err := undecided.add(result{Name: "m2crypto"}, file); err != nil || undecided.Results[0].First != "" {
		t.Errorf("%v %+v: that nothing was known is no miss", err, undecided.Results)
	}
}
