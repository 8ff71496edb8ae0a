package inspect

import "testing"

// A package of Python that is gone is a fault, unless a step has removed it by name.
func TestUninstalled(t *testing.T) {
	const base = "FROM debian\n"
	before, _ := parseImage(t, base+
		"644 0:0 /usr/local/lib/python3.11/site-packages/jaraco.classes-3.4.dist-info/RECORD text jaraco/classes.py,,\n"+
		"644 0:0 /usr/local/lib/python3.11/site-packages/jaraco/classes.py text x\n")
	after, needs := parseImage(t, base)
	if found := Compare(before, after, needs); len(found) != 1 || found[0].Missing != "jaraco.classes" {
		t.Errorf("lost: got %v, want jaraco.classes", found)
	}
	needs.Uninstalled = []string{"jaraco-classes"}
	if found := Compare(before, after, needs); len(found) > 0 {
		t.Errorf("removed by name: got %v, want nothing", found)
	}
}

// A base has a version of its own of what a step removes, whose files have other modes.
func TestUninstalledRights(t *testing.T) {
	const file = " 0:0 /usr/local/lib/python3.11/site-packages/pip/__init__.py text x\n"
	before, _ := parseImage(t, "FROM debian\n755"+file)
	after, needs := parseImage(t, "FROM debian\n644"+file)
	if found := Compare(before, after, needs); len(found) != 1 || found[0].Check != Permission {
		t.Errorf("another mode: got %v, want a fault", found)
	}
	needs.Uninstalled = []string{"pip"}
	if found := Compare(before, after, needs); len(found) > 0 {
		t.Errorf("another version: got %v, want nothing", found)
	}
}
