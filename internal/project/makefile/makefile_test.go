package makefile_test

import (
	"testing"

	"dopt/internal/project/makefile"
)

func TestRule(t *testing.T) {
	m := makefile.Parse("NAME = app\nall: bin/$(NAME)\n\nbin/%: main.go\n\t@go build -o $@ ./cmd/$* $(FLAGS)\n\techo $$HOME\n")
	if m.First != "all" {
		t.Errorf("the first target is %q, want all", m.First)
	}
	all, _ := m.Rule("all")
	if all == nil || len(all.After) != 1 || all.After[0] != "bin/app" {
		t.Fatalf("all is made after %v, want bin/app", all)
	}
	r, stem := m.Rule("bin/app")
	if r == nil || stem != "app" || len(r.Recipes) != 2 {
		t.Fatalf("the rule of bin/app is %v, its stem %q", r, stem)
	}
	for i, want := range []string{"go build -o bin/app ./cmd/app $FLAGS", "echo $HOME"} {
		if got := m.Command(r.Recipes[i], "bin/app", stem); got != want {
			t.Errorf("recipe %d is %q, want %q", i+1, got, want)
		}
	}
	if r, _ := m.Rule("test"); r != nil {
		t.Error("there is a rule for test")
	}
}
