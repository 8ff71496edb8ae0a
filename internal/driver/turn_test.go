package driver_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/transform"
)

// sign is a pass that adds the name of a file's stage to the file "names" of its context; at a stage called
// "slow" it takes its time.
var sign = &transform.Pass{Name: "sign", Doc: "Sign.", Run: func(c *transform.Context) error {
	if err := upper.Run(c); err != nil {
		return err
	}
	text, _ := fs.ReadFile(c.Files, "names") // a missing file is an empty one
	name := c.Doc.Stages[0].Name + "\n"
	if strings.Contains(string(text), name) {
		return nil
	}
	c.Report(transform.Finding{Kind: "sign", Span: c.Doc.Stages[0].From.Span, Fix: &transform.Fix{
		Title: "Sign", Files: []transform.FileChange{{Path: "names", Data: append(text, name...)}},
	}})
	return nil
}}

// Dockerfiles that share a context extend one file, each what the one before has made of it.
func TestSharedContext(t *testing.T) {
	for _, inPlace := range []bool{false, true} {
		for _, jobs := range []int{1, 2, 16} {
			t.Run(fmt.Sprintf("in place %v, %d jobs", inPlace, jobs), func(t *testing.T) {
				files := map[string]string{"Dockerfile.0": "FROM a AS slow\n", "other/Dockerfile": "FROM a AS alone\n", "Dockerfile.5x": "FROM\n"}
				want := []string{"slow\n"}
				for i := 1; i < 10; i++ {
					files[fmt.Sprintf("Dockerfile.%d", i)] = fmt.Sprintf("FROM a AS s%d\n", i)
					want = append(want, want[i-1]+fmt.Sprintf("s%d\n", i))
				}
				tree(t, files)
				o := options()
				o.Passes, o.Jobs, o.InPlace = []*transform.Pass{sign}, jobs, inPlace
				i := 0
				for _, f := range run(t, o) {
					switch f.Path {
					case "Dockerfile.5x": // it fails, and hides nothing of those before it
						continue
					case filepath.Join("other", "Dockerfile"):
						if got := string(f.Result.Files[0].After); got != "alone\n" {
							t.Errorf("%s: %q", f.Path, got)
						}
						continue
					}
					if got := string(f.Result.Files[0].After); got != want[i] {
						t.Errorf("%s: %q, want %q", f.Path, got, want[i])
					}
					i++
				}
				text, err := os.ReadFile("names")
				if inPlace && string(text) != want[9] {
					t.Errorf("written: %q (%v), want %q", text, err, want[9])
				}
				if !inPlace && err == nil {
					t.Error("something was written")
				}
			})
		}
	}
}

// Either all that belongs together is written or nothing.
func TestInPlaceIsWhole(t *testing.T) {
	tree(t, map[string]string{"Dockerfile": "from a as x\n"})
	if err := os.Symlink("elsewhere", "names"); err != nil {
		t.Skip(err)
	}
	o := options()
	o.Passes, o.InPlace = []*transform.Pass{sign}, true
	f := run(t, o)[0]
	if f.Err == nil || f.Written {
		t.Errorf("written %v, error %v; want an error about the link", f.Written, f.Err)
	}
	if text, _ := os.ReadFile("Dockerfile"); string(text) != "from a as x\n" {
		t.Errorf("Dockerfile: %q", text)
	}
}
