package transform

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// replacer is a pass that replaces each occurrence of a word by another.
func replacer(name, old, now string, level Level) *Pass {
	return &Pass{Name: name, Doc: "Replace " + old, Level: Safe, Run: func(c *Context) error {
		for at := 0; ; {
			i := bytes.Index(c.Doc.Src[at:], []byte(old))
			if i < 0 {
				return nil
			}
			span := Span{at + i, at + i + len(old)}
			c.Report(Finding{Kind: "word", Span: span, Message: "a word", Fix: &Fix{Title: "Replace", Level: level, Edits: []Edit{{span, now}}}})
			at = span.End
		}
	}}
}

// forbid refuses results that hold a word.
type forbid struct {
	word    string
	verdict VerdictStatus
}

func (f forbid) Validate(_, after *Document, _ Environment, _ Claim) Verdict {
	if bytes.Contains(after.Src, []byte(f.word)) {
		return Verdict{f.verdict, []string{f.word + " is there"}}
	}
	return Verdict{Status: Refines}
}

func mustParse(t *testing.T, src string) *Document {
	t.Helper()
	d, err := Parse("f", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func statuses(r *Report) string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s:%d", f.Status, f.Line))
	}
	return strings.Join(out, " ")
}

func TestPipeline(t *testing.T) {
	const src = "FROM a\nRUN one\nRUN two one\nRUN three\n"
	for _, c := range []struct {
		name           string
		p              Pipeline
		want, statuses string
	}{
		{"applies", Pipeline{Passes: []*Pass{replacer("p", "one", "1", Safe)}, Level: Safe}, "FROM a\nRUN 1\nRUN two 1\nRUN three\n", "applied:2 applied:3"},
		{"one pass sees what another made", Pipeline{Passes: []*Pass{replacer("p", "one", "xx", Safe), replacer("q", "xx", "y", Safe)}, Level: Safe}, "FROM a\nRUN y\nRUN two y\nRUN three\n", "applied:2 applied:3 applied:2 applied:3"},
		{"rounds repeat", Pipeline{Passes: []*Pass{replacer("q", "xx", "y", Safe), replacer("p", "two", "xx", Safe)}, Level: Safe}, "FROM a\nRUN one\nRUN y one\nRUN three\n", "applied:3 applied:3"},
		{"above the level", Pipeline{Passes: []*Pass{replacer("p", "one", "1", Standard)}, Level: Safe}, src, "held:2 held:3"},
		{"limit", Pipeline{Passes: []*Pass{replacer("p", "one", "1", Safe)}, Level: Safe, Limit: 1}, "FROM a\nRUN 1\nRUN two one\nRUN three\n", "applied:2 disabled:3"},
		{"the wrong one is dropped", Pipeline{Passes: []*Pass{replacer("p", "one", "1", Safe), replacer("q", "three", "3", Safe)}, Level: Safe, Validators: []Validator{forbid{"two 1", Unsound}}}, "FROM a\nRUN 1\nRUN two one\nRUN 3\n", "rejected:3 applied:2 applied:4"},
		{"not proven, safe", Pipeline{Passes: []*Pass{replacer("p", "three", "3", Safe)}, Level: Standard, Validators: []Validator{forbid{"3", Unproven}}}, src, "unproven:4"},
		{"not proven, standard", Pipeline{Passes: []*Pass{replacer("p", "three", "3", Standard)}, Level: Standard, Validators: []Validator{forbid{"3", Unproven}}}, "FROM a\nRUN one\nRUN two one\nRUN 3\n", "applied:4"},
		{"a result that does not parse", Pipeline{Passes: []*Pass{replacer("p", "RUN three", "RUNN", Safe)}, Level: Safe}, src, "rejected:4"},
	} {
		r, err := c.p.Run(mustParse(t, src), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if string(r.After.Src) != c.want {
			t.Errorf("%s: result %q, want %q", c.name, r.After.Src, c.want)
		}
		if got := statuses(r); got != c.statuses {
			t.Errorf("%s: findings %s, want %s", c.name, got, c.statuses)
		}
	}
}

func TestPipelineDisablesByID(t *testing.T) {
	p := Pipeline{Passes: []*Pass{replacer("p", "one", "1", Safe)}, Level: Safe}
	const src = "FROM a\nRUN one\nRUN one\nRUN x one\n"
	first, err := p.Run(mustParse(t, src), nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range first.Findings {
		ids = append(ids, f.Fix.ID)
	}
	if sorted := slices.Compact(slices.Sorted(slices.Values(ids))); len(sorted) != 3 {
		t.Fatalf("IDs %q are not distinct", ids)
	}
	p.Disabled = map[string]bool{ids[1]: true}
	second, err := p.Run(mustParse(t, src), nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "FROM a\nRUN 1\nRUN one\nRUN x 1\n"; string(second.After.Src) != want {
		t.Errorf("result %q, want %q", second.After.Src, want)
	}
}

func TestPipelineThatDoesNotSettle(t *testing.T) {
	p := Pipeline{Passes: []*Pass{replacer("p", "one", "two", Safe), replacer("q", "two", "one", Safe)}, Level: Safe}
	if _, err := p.Run(mustParse(t, "FROM a\nRUN one\n"), nil); err == nil || !strings.Contains(err.Error(), "do not settle") {
		t.Errorf("error %v", err)
	}
}

func TestPragmas(t *testing.T) {
	for _, c := range []struct {
		name, src, statuses string
	}{
		{"instruction", "FROM a\n# dopt: ignore=p\nRUN one\nRUN one\n", "applied:4 disabled:3"},
		{"all passes", "FROM a\n# dopt: ignore reason=\"slow disk\"\nRUN one\nRUN one\n", "applied:4 disabled:3"},
		{"stage", "# dopt: ignore=p,q\nFROM a\nRUN one\nFROM b\nRUN one\n", "applied:5 disabled:3"},
		{"file", "FROM a\n# dopt: ignore-file\nRUN one\n", "disabled:3"},
		{"of a rule that the fix is for", "FROM a\n# hadolint ignore=DL3059,DL4006\nRUN one\n", "disabled:3"},
		{"of another rule", "FROM a\n# hadolint ignore=DL4006\nRUN one\n", "applied:3"},
		{"across a blank line", "FROM a\n# dopt: ignore=p\n\nRUN one\n", "disabled:4"},
		{"unused", "FROM a\n# dopt: ignore=p\nRUN two\nRUN one\n", "applied:4 missed:2"},
		{"of a pass that has not run", "FROM a\n# dopt: ignore=slim\nRUN two\n", ""},
		{"within an instruction it is data", "FROM a\nRUN x \\\n# dopt: ignore=p\n  one\n", "applied:4"},
	} {
		p := replacer("p", "one", "1", Safe)
		run := p.Run
		p.Run = func(ctx *Context) error {
			report := ctx.Report
			ctx.Report = func(f Finding) { f.Kind = "join"; report(f) }
			return run(ctx)
		}
		r, err := (&Pipeline{Passes: []*Pass{p, replacer("q", "never", "", Safe)}, Level: Safe}).Run(mustParse(t, c.src), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := statuses(r); got != c.statuses {
			t.Errorf("%s: findings %q, want %q", c.name, got, c.statuses)
		}
	}
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{"a\n", "a\n", ""},
		{"a\nb\nc\n", "a\nx\nc\n", "--- o\n+++ n\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
		{"a", "b", "--- o\n+++ n\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"},
		{"", "a\n", "--- o\n+++ n\n@@ -0,0 +1 @@\n+a\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n", "--- o\n+++ n\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -6,4 +7,3 @@\n 6\n 7\n 8\n-9\n"},
	} {
		if got := Diff("o", "n", []byte(c.old), []byte(c.now)); got != c.want {
			t.Errorf("%q → %q:\n%s\nwant\n%s", c.old, c.now, got, c.want)
		}
	}
}

func TestSupports(t *testing.T) {
	for _, c := range []struct {
		syntax  string
		builder Builder
		feature Feature
		want    bool
	}{
		{"", "", Heredocs, true},
		{"docker/dockerfile:1", "", Heredocs, true},
		{"docker/dockerfile:1.3", "", Heredocs, false},
		{"docker/dockerfile:1.3-labs", "", CacheMount, true},
		{"docker.io/docker/dockerfile:1.10@sha256:abc", "", CopyLink, true},
		{"docker/dockerfile:1.1", "", CacheMount, false},
		{"example.org/frontend", "", CacheMount, false},
		{"", BuilderKaniko, CacheMount, false},
		{"", BuilderBuildah, CacheMount, true},
		{"", BuilderBuildah, CopyLink, false},
	} {
		src := "FROM a\n"
		if c.syntax != "" {
			src = "# syntax=" + c.syntax + "\n" + src
		}
		ctx := &Context{Doc: mustParse(t, src), Settings: Settings{Builder: c.builder}}
		ok, why := ctx.Supports(c.feature)
		if ok != c.want || !ok && why == "" {
			t.Errorf("%s on %q with %q: %v (%s), want %v", c.feature, c.syntax, c.builder, ok, why, c.want)
		}
	}
}

// Every FROM sees the build arguments above the first one, and those of no stage.
func TestImageOfLaterStages(t *testing.T) {
	d := mustParse(t, "ARG V=1\nFROM a:$V\nARG V=2\nARG W=3\nFROM b:$V\nFROM c:$W\n")
	for i, want := range []string{"a:1", "b:1", ""} {
		if image, ok := d.Stages[i].Image(); ok != (want != "") || ok && image != want {
			t.Errorf("stage %d is built on %q, %v; want %q", i, image, ok, want)
		}
	}
}

func TestState(t *testing.T) {
	src := "ARG V=1\nFROM scratch AS base\nWORKDIR app\nENV A=x B=${A}y\nENV C=${A}y\nARG V\nUSER bob\nRUN here\nFROM base\nRUN here\nSHELL [\"/bin/bash\", \"-c\"]\nWORKDIR /$A/$NONE\nRUN here\nFROM unknown\nWORKDIR sub\nRUN here\n"
	d := mustParse(t, src)
	var got []string
	for _, in := range d.Instructions {
		if in.Keyword != "RUN" {
			continue
		}
		s := in.State()
		v, known := s.Var("V")
		b, _ := s.Var("B")
		c, _ := s.Var("C")
		got = append(got, fmt.Sprintf("dir=%q user=%q shell=%s V=%q,%v B=%q C=%q", s.Dir, s.User, s.Shell[0], v, known, b, c))
	}
	want := []string{
		`dir="/app" user="bob" shell=/bin/sh V="1",true B="" C="xy"`,
		`dir="/app" user="bob" shell=/bin/sh V="",false B="" C="xy"`,
		`dir="" user="bob" shell=/bin/bash V="",false B="" C="xy"`,
		`dir="" user="" shell=/bin/sh V="",false B="" C=""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("states\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
