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
