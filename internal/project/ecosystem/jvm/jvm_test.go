package jvm_test

import (
	"fmt"
	"testing"

	"dopt/internal/project/ecosystem/jvm"
	"dopt/internal/project/manifest/manifesttest"
)

// checkDependency checks one dependency of a context; source is path:line.
func checkDependency(t *testing.T, context, name, version, group, source string) {
	t.Helper()
	all, err := jvm.Dependencies(manifesttest.Context(context), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Name != name {
			continue
		}
		at := fmt.Sprintf("%s:%d", d.Source.Source, d.Source.Line)
		if d.Version != version || d.Group != group || at != source {
			t.Errorf("%s: version %q, group %q at %s, want %q, %q, %s", name, d.Version, d.Group, at, version, group, source)
		}
		return
	}
	t.Errorf("%s is not among %+v", name, all)
}
