package driver_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dopt/internal/config"
	"dopt/internal/driver"
	"dopt/internal/report"
	"dopt/transform"
)

// upper is a pass that writes keywords in upper case. It panics at a stage called "bug", and
// is slow at one called "slow".
var upper = &transform.Pass{Name: "upper", Doc: "Upper case.", Run: func(c *transform.Context) error {
	switch c.Doc.Stages[0].Name {
	case "bug":
		panic("a bug")
	case "slow":
		time.Sleep(20 * time.Millisecond)
	}
	for _, in := range c.Doc.Instructions {
		if in.Node.Value != strings.ToUpper(in.Node.Value) {
			end := in.Span.Start + len(in.Node.Value)
			c.Report(transform.Finding{Kind: "case", Span: in.Span, Fix: &transform.Fix{
				Title: "Write the keyword in upper case",
				Edits: []transform.Edit{{Span: transform.Span{Start: in.Span.Start, End: end}, New: strings.ToUpper(in.Node.Value)}},
			}})
		}
	}
	return nil
}}

func options() driver.Options {
	return driver.Options{Passes: []*transform.Pass{upper}, Validators: func() []transform.Validator { return nil }, Jobs: 4}
}

// tree makes files in a new current folder.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// run returns the results for the files in the current folder.
func run(t *testing.T, o driver.Options) []report.File {
	t.Helper()
	inputs, errs := driver.Inputs([]string{"."}, "")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return slices.Collect(driver.Run(t.Context(), inputs, o))
}

func TestOrderDoesNotDependOnJobs(t *testing.T) {
	files := map[string]string{}
	for i := range 60 {
		stage := "fast"
		if i%7 == 0 {
			stage = "slow"
		}
		files[fmt.Sprintf("d%02d/Dockerfile", i)] = "from a as " + stage + "\n"
	}
	tree(t, files)
	var want []string
	for name := range files {
		want = append(want, name)
	}
	slices.Sort(want)
	for _, jobs := range []int{1, 3, 100} {
		o := options()
		o.Jobs = jobs
		var got []string
		for _, f := range run(t, o) {
			got = append(got, f.Path)
			if !f.Changed() {
				t.Errorf("%s: not rewritten: %v", f.Path, f.Err)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d jobs: order %q", jobs, got)
		}
	}
}

func TestFailuresStayAlone(t *testing.T) {
	tree(t, map[string]string{
		"a/Dockerfile": "from a\n", "b/Dockerfile": "from a as bug\n", "c/Dockerfile": "from\n", "d/Dockerfile": "from d\n",
		"e/Dockerfile": "from a\n", "e/.dopt.yaml": "x: 1\n", "f/Dockerfile": "from a\n", "f/.dopt.yaml": "exclude: [Dockerfile]\n",
	})
	o := options()
	o.InPlace = true
	var got []string
	for _, f := range run(t, o) {
		state := fmt.Sprintf("changed %v written %v excluded %q", f.Changed(), f.Written, f.Excluded)
		if f.Err != nil {
			state = f.Err.Error()
		}
		got = append(got, state)
	}
	want := []string{
		`changed true written true excluded ""`,
		"b/Dockerfile:1:1: bug in dopt, please report it with this file: a bug",
		"c/Dockerfile:1:1: FROM requires either one or three arguments",
		`changed true written true excluded ""`,
		`e/.dopt.yaml:1:1: unknown key "x": want one of assume-official, builder, cache-mounts, declarations, exclude, level, merge, mirrors, passes, targets`,
		`changed false written false excluded "f/.dopt.yaml"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for name, want := range map[string]string{
		"a/Dockerfile": "FROM a\n", "b/Dockerfile": "from a as bug\n", "c/Dockerfile": "from\n", "d/Dockerfile": "FROM d\n",
		"e/Dockerfile": "from a\n", "f/Dockerfile": "from a\n",
	} {
		if text, _ := os.ReadFile(name); string(text) != want {
			t.Errorf("%s holds %q, want %q", name, text, want)
		}
	}
}

// TestInterrupt: what has begun is finished and told, the rest is as it was.
func TestInterrupt(t *testing.T) {
	files := map[string]string{}
	for i := range 200 {
		files[fmt.Sprintf("d%03d/Dockerfile", i)] = "from a\n"
	}
	tree(t, files)
	inputs, _ := driver.Inputs([]string{"."}, "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := options()
	o.InPlace = true
	told := map[string]bool{}
	for f := range driver.Run(ctx, inputs, o) {
		told[f.Path] = f.Written
		cancel()
	}
	if len(told) == 0 || len(told) == len(files) {
		t.Fatalf("%d of %d files done: not interrupted on the way", len(told), len(files))
	}
	for name := range files {
		text, _ := os.ReadFile(name)
		if want := map[bool]string{true: "FROM a\n", false: "from a\n"}[told[name]]; string(text) != want {
			t.Errorf("%s holds %q, want %q", name, text, want)
		}
	}
}

func TestStopsWithItsReader(t *testing.T) {
	tree(t, map[string]string{"a/Dockerfile": "from a\n", "b/Dockerfile": "from a\n", "c/Dockerfile": "from a\n"})
	inputs, _ := driver.Inputs([]string{"."}, "")
	for range driver.Run(t.Context(), inputs, options()) {
		break // must not leave goroutines that wait: the test would hang here
	}
}

func TestChoiceOverridesConfiguration(t *testing.T) {
	tree(t, map[string]string{"Dockerfile": "from a\n", ".dopt.yaml": "passes: {skip: [upper]}\n"})
	if f := run(t, options())[0]; f.Err != nil || f.Changed() {
		t.Errorf("the pass runs although the configuration skips it: %v", f.Err)
	}
	o := options()
	o.Choice = config.Config{Only: []string{"upper"}}
	if f := run(t, o)[0]; f.Err != nil || !f.Changed() {
		t.Errorf("the command line does not override: %v", f.Err)
	}
}

// TestContext: a pass sees the folder of the file, or the one that the user names, or nothing.
func TestContext(t *testing.T) {
	tree(t, map[string]string{"a/Dockerfile": "FROM a\n", "a/here": "", "b/there": ""})
	var seen []string
	look := &transform.Pass{Name: "look", Doc: "Look.", Run: func(c *transform.Context) error {
		if c.Files == nil {
			seen = append(seen, "nothing")
			return nil
		}
		for _, name := range []string{"here", "there"} {
			if _, err := fs.Stat(c.Files, name); err == nil {
				seen = append(seen, name)
			}
		}
		return nil
	}}
	o := options()
	o.Passes, o.Jobs = []*transform.Pass{look}, 1
	text := func() *strings.Reader { return strings.NewReader("FROM a\n") }
	for _, get := range []func() (driver.Input, error){
		func() (driver.Input, error) { in, _ := driver.Inputs([]string{"a"}, ""); return in[0], nil },
		func() (driver.Input, error) { in, _ := driver.Inputs([]string{"a"}, "b"); return in[0], nil },
		func() (driver.Input, error) { return driver.Stdin(text(), "a/Dockerfile", "") },
		func() (driver.Input, error) { return driver.Stdin(text(), "", "b") },
		func() (driver.Input, error) { return driver.Stdin(text(), "", "") },
	} {
		in, err := get()
		if err != nil {
			t.Fatal(err)
		}
		for f := range driver.Run(t.Context(), []driver.Input{in}, o) {
			if f.Err != nil {
				t.Error(f.Err)
			}
		}
	}
	if want := []string{"here", "there", "here", "there", "nothing"}; !slices.Equal(seen, want) {
		t.Errorf("passes saw %q, want %q", seen, want)
	}
}

func TestFileChangesMeanwhile(t *testing.T) {
	tree(t, map[string]string{"Dockerfile": "from a\n"})
	meddle := &transform.Pass{Name: "meddle", Doc: "Meddle.", Run: func(*transform.Context) error {
		return os.WriteFile("Dockerfile", []byte("from b\n"), 0o644)
	}}
	o := options()
	o.Passes, o.InPlace = append(o.Passes, meddle), true
	f := run(t, o)[0]
	var place *transform.ParseError
	if !errors.As(f.Err, &place) || f.Err.Error() != "Dockerfile:1:1: file has changed while it was being rewritten; nothing was written" {
		t.Errorf("error %v", f.Err)
	}
	if text, _ := os.ReadFile("Dockerfile"); string(text) != "from b\n" {
		t.Errorf("the other program's text is gone: %q", text)
	}
}
