package difftest_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dopt/internal/difftest"
	"dopt/internal/testbed/testbedtest"
	"dopt/transform"
)

func TestGenerateIsDeterministic(t *testing.T) {
	for seed := range uint64(50) {
		if a, b := difftest.Generate(seed).Dockerfile(), difftest.Generate(seed).Dockerfile(); !bytes.Equal(a, b) {
			t.Errorf("seed %d gives two programs", seed)
		}
	}
}

// The generator must go on writing what the test is about, and BuildKit must take it.
func TestGenerateCoversTheTraps(t *testing.T) {
	traps := []string{
		"cd /", "set -e", "export ", "; ", " || ", "<<EOF", "# ", "\nUSER ", "\nWORKDIR ", "ARG ", "\nENV ", "\nSHELL ", "COPY --from=", "COPY --chown",
		"COPY --chmod", "ADD ", "\r\n", "# escape=`", "--mount=", "RUN <<EOF", "COPY <<EOF", " # done", "    # about the next", "\n# ", "trap ", "umask", " & ", "apt-get install", "RUN [", "ONBUILD", "HEALTHCHECK", "AS s2",
	}
	var all strings.Builder
	for seed := range uint64(300) {
		text := difftest.Generate(seed).Dockerfile()
		if _, err := parser.Parse(bytes.NewReader(text)); err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, text)
		}
		all.Write(text)
	}
	for _, trap := range traps {
		if !strings.Contains(all.String(), trap) {
			t.Errorf("300 programs, and none has %q", trap)
		}
	}
}

// naive joins neighbouring RUN instructions as tools do that do not look: by " && ".
func naive(_ *difftest.Program, dockerfile []byte, _ fs.FS) (difftest.Rewriting, error) {
	doc, err := transform.Parse("Dockerfile", dockerfile)
	if err != nil {
		return difftest.Rewriting{}, fmt.Errorf("%w: %w", difftest.ErrInvalid, err)
	}
	var out strings.Builder
	open := false
	for _, in := range doc.Stages {
		for _, in := range append([]*transform.Instruction{in.From}, in.Instructions...) {
			text := strings.TrimRight(string(dockerfile[in.Span.Start:in.Span.End]), "\r\n")
			rest, isRun := strings.CutPrefix(text, "RUN ")
			simple := isRun && !strings.Contains(text, "<<") && !strings.HasPrefix(rest, "--") && !strings.HasPrefix(rest, "[")
			switch {
			case simple && open:
				out.WriteString(" && " + rest)
			default:
				out.WriteString("\n" + text)
			}
			open = simple
		}
	}
	return difftest.Rewriting{Dockerfile: []byte(strings.TrimPrefix(out.String(), "\n") + "\n")}, nil
}

// A test that finds nothing proves nothing: a merger with every known fault must be caught, and by small programs.
func TestNaiveMergerIsCaught(t *testing.T) {
	bed := testbedtest.Start(t)
	lab, err := difftest.NewLab(t.Context(), bed, naive)
	if err != nil {
		t.Fatal(err)
	}
	caught := 0
	for seed := uint64(1); seed <= 12; seed++ {
		p := difftest.Generate(seed)
		p.Backtick, p.CRLF = false, false
		r, err := lab.Check(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != difftest.Different {
			continue
		}
		if caught++; caught > 1 {
			continue
		}
		small, r, err := lab.Minimize(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(r.Before, []byte("\n")) - 3; n > 8 { // three lines make the program's own files
			t.Errorf("seed %d: still %d lines:\n%s", seed, n, r.Before)
		}
		t.Logf("seed %d:\n%s%s", seed, small.Dockerfile(), strings.Join(r.Differences, "\n"))
	}
	if caught < 3 {
		t.Errorf("only %d of 12 programs caught it", caught)
	}
}

// The harness must not differ from itself.
func TestSameProgramBuildsTheSame(t *testing.T) {
	bed := testbedtest.Start(t)
	// Every step runs anew, and does the same.
	again := func(_ *difftest.Program, dockerfile []byte, _ fs.FS) (difftest.Rewriting, error) {
		return difftest.Rewriting{Dockerfile: bytes.ReplaceAll(dockerfile, []byte("\nRUN "), []byte("\nRUN true && "))}, nil
	}
	lab, err := difftest.NewLab(t.Context(), bed, again)
	if err != nil {
		t.Fatal(err)
	}
	p := &difftest.Program{Instructions: []difftest.Instruction{
		{Prefix: "FROM " + difftest.Base},
		{Prefix: "RUN apt-get update"},
		{Prefix: "RUN apt-get install -y git; mkdir /a /b; echo x >/a/f"},
		{Prefix: "RUN mv /a/f /b/"},
		{Prefix: "WORKDIR /c"},
		{Prefix: "COPY . ."},
	}}
	r, err := lab.Check(t.Context(), p)
	if err != nil || r.Verdict != difftest.Same {
		t.Errorf("%s: %v (%v)", r.Verdict, r.Differences, err)
	}
}
