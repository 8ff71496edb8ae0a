package format_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"golang.org/x/tools/txtar"
	"mvdan.cc/sh/v3/syntax"

	"dopt/internal/corpus"
	"dopt/passes/format"
	"dopt/transform"
)

// TestLaws formats every real Dockerfile, with both line endings and without the last one, and
// asserts that only layout differs, and the same layout whatever the line ending.
func TestLaws(t *testing.T) {
	files, changed := 0, 0
	rules := map[string]int{}
	for _, file := range corpus.Files(t, "dockerfiles") {
		name, src := file.Name, string(file.Src)
		lf := strings.ReplaceAll(src, "\r\n", "\n")
		r := check(t, name, src)
		plain := check(t, name+" with LF", lf)
		crlf := check(t, name+" with CRLF", strings.ReplaceAll(lf, "\n", "\r\n"))
		check(t, name+" without the last line ending", strings.TrimRight(lf, "\r\n"))
		if r == nil || plain == nil || crlf == nil {
			continue
		}
		if string(crlf.After.Src) != strings.ReplaceAll(string(plain.After.Src), "\n", "\r\n") {
			t.Errorf("%s: the layout depends on the line ending", name)
		}
		files++
		if r.Changed() {
			changed++
		}
		kinds := map[string]bool{}
		for _, f := range r.Findings {
			if f.Status == transform.StatusApplied {
				kinds[f.Kind] = true
			}
		}
		for k := range kinds {
			rules[k]++
		}
	}
	t.Logf("%d of %d files change; files by rule: %v", changed, files, rules)
}

// FuzzFormat asserts the same of any text; the golden cases are its seeds.
func FuzzFormat(f *testing.F) {
	cases, err := filepath.Glob("../../golden/format/*.txtar")
	if err != nil || len(cases) == 0 {
		f.Fatal("no golden cases: ", err)
	}
	for _, path := range cases {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name == "Dockerfile" {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := transform.Parse("Dockerfile", []byte(text)); err != nil {
			t.Skip()
		}
		check(t, "Dockerfile", text)
	})
}

// check formats a text and asserts the laws: formatting again changes nothing,
// comments are all there in order, and each instruction means the same.
func check(t *testing.T, name, text string) *transform.Report {
	t.Helper()
	doc, err := transform.Parse(name, []byte(text))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	p := &transform.Pipeline{Passes: []*transform.Pass{format.Pass}, Settings: transform.Settings{FormatAll: true}}
	r, err := p.Run(doc, nil)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	for _, f := range r.Findings {
		if f.Status == transform.StatusRejected {
			t.Errorf("%s:%d: %s gives no Dockerfile: %q", name, f.Line, f.Kind, f.Reasons)
		}
	}
	failed := t.Failed()
	same(t, name, doc, r.After)
	if again, err := p.Run(r.After, nil); err != nil || again.Changed() {
		t.Errorf("%s: formatting again changes it (%v)", name, err)
	}
	if t.Failed() && !failed {
		t.Log(transform.Diff("before", "after", doc.Src, r.After.Src))
	}
	return r
}

func same(t *testing.T, name string, before, after *transform.Document) {
	t.Helper()
	if a, b := comments(before), comments(after); !slices.Equal(a, b) {
		t.Errorf("%s: comments differ:\n%q\n%q", name, a, b)
	}
	if a, b := directives(before), directives(after); !slices.Equal(a, b) {
		t.Errorf("%s: directives differ: %q %q", name, a, b)
	}
	if a, b := len(before.Instructions), len(after.Instructions); a != b {
		t.Errorf("%s: %d instructions become %d", name, a, b)
		return
	}
	for i, in := range before.Instructions {
		if a, b := meaning(in), meaning(after.Instructions[i]); a != b {
			t.Errorf("%s:%d: meaning differs:\n%s\n%s", name, in.Line(), a, b)
		}
	}
}

// comments returns the text of all comments, in and between instructions.
func comments(d *transform.Document) []string {
	var found []string
	at := 0
	outside := func(end int) {
		for line := range strings.Lines(string(d.Src[at:end])) {
			if line = strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF")); line != "" {
				found = append(found, line)
			}
		}
	}
	for _, in := range d.Instructions {
		outside(in.Span.Start)
		for _, l := range in.Lines {
			if l.Kind == transform.Comment {
				found = append(found, strings.TrimSpace(string(d.Src[l.Span.Start:l.Span.End])))
			}
		}
		at = in.Span.End
	}
	outside(len(d.Src))
	return found
}

func directives(d *transform.Document) []string {
	var found []string
	for _, dir := range d.Directives {
		found = append(found, dir.Key+"="+dir.Value)
	}
	syntax, _, _, _ := parser.DetectSyntax(d.Src)
	return append(found, syntax)
}

// meaning returns BuildKit's tree of an instruction as text: words in the case that BuildKit
// gives them, and RUN scripts as the shell's syntax tree prints them.
func meaning(in *transform.Instruction) string {
	var b strings.Builder
	b.WriteString(in.Keyword)
	for _, flag := range in.Node.Flags {
		b.WriteString("\x00flag " + flag)
	}
	for _, c := range in.Node.PrevComment {
		b.WriteString("\x00comment " + c)
	}
	script := in.Script()
	if in.Keyword == "RUN" && script.Form == transform.FormShell && script.Shell != nil {
		b.WriteString("\x00")
		if err := syntax.NewPrinter(syntax.Minify(true)).Print(&b, script.Shell.File); err != nil {
			b.WriteString(script.Text)
		}
		return b.String()
	}
	if in.Keyword == "ONBUILD" {
		b.WriteString("\x00" + strings.TrimLeft(in.Node.Original[len("ONBUILD"):], " \t"))
	}
	n := 0
	for node := in.Node.Next; node != nil; node = node.Next {
		value := node.Value
		if in.Keyword == "FROM" && n == 1 || in.Keyword == "HEALTHCHECK" && n == 0 {
			value = strings.ToUpper(value)
		}
		n++
		b.WriteString("\x00" + value)
	}
	for _, h := range in.Node.Heredocs {
		b.WriteString("\x00<<" + h.Name + "\x00" + h.Content)
	}
	return b.String()
}
