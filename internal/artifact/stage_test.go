package artifact

import (
	"testing"

	"dopt/transform"
)

// TestVar checks that a variable which the file extends has what the base image gives it.
func TestVar(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("FROM b\nARG V\nENV PATH=/venv/bin:$PATH A=\"x y\"\nENV PATH=$HOME/bin:$PATH W=$V A=z$A\nRUN true\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := &Stage{Doc: doc, Stage: doc.Stages[0], Base: transform.Base{Config: &transform.ImageConfig{Env: []transform.ImageVariable{
		{Name: "PATH", Value: "/usr/bin"}, {Name: "HOME", Value: "/root"}, {Name: "VERSION", Volatile: true},
	}}}}
	run := doc.Instructions[len(doc.Instructions)-1]
	for name, want := range map[string]string{"PATH": "/root/bin:/venv/bin:/usr/bin", "A": "zx y", "HOME": "/root"} {
		if got, known := s.Var(run, name); got != want || !known {
			t.Errorf("%s is %q, %v; want %q", name, got, known, want)
		}
	}
	for _, name := range []string{"W", "V", "VERSION", "NONE"} {
		if got, known := s.Var(run, name); known {
			t.Errorf("%s is %q, want it unknown", name, got)
		}
	}
}
