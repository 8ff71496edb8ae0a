package html_test

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"dopt/internal/report"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// TestCases checks what a page says of results that are not like most.
func TestCases(t *testing.T) {
	image := func(compressed int64, layers ...result.Layer) *result.Image {
		return &result.Image{Compressed: compressed, Unpacked: 2 * compressed, Layers: layers, Seconds: 125, Steps: 3}
	}
	passed, failed := &result.TestRun{Passed: true, Seconds: 1}, &result.TestRun{Reason: "exit status 1", TimedOut: true}
	for _, c := range []struct {
		name         string
		r            *result.Result
		said, unsaid []string
	}{
		{
			name: "all holds",
			r: &result.Result{
				Verdict: result.Held, Level: "standard", Before: image(400e6), After: image(100e6), Files: &result.Files{},
				Changes: []result.Change{{ID: "slim/base/1", Title: "Use the slim variant", Level: "standard", Line: 1}},
				Tests:   []result.Test{{Name: "GET /", Before: passed, After: passed}, {Name: "x", Before: failed, After: failed, Inconclusive: true}},
			},
			said: []string{
				"held all changes hold", "400.0 MB → 100.0 MB", "800.0 MB → 200.0 MB", "-75.0 %", "2 min 5 s → 2 min 5 s", "1 of 2 passed 1 inconclusive",
				"Both images have the same files.", "1 change Line", "1 Use the slim variant slim/base/1 standard holds",
				"What an edit of the source builds again was not measured.", "Some tests fail on the original, too", "failed, timed out",
			},
			unsaid: []string{"gzip", "dropped", "in the build cache", "What is wrong", "Loose ends", "Attempts"},
		},
		{
			name: "the original does not build",
			r: &result.Result{
				Verdict: result.Broken, Reason: "it does not", Changes: []result.Change{{Title: "Pin the tag", Level: "safe", Line: 1}},
				Faults: []result.Fault{{Check: "build", Message: "exit code 2", Output: "a\nmake: no makefile\n"}},
			},
			said:   []string{"broken the original does not build", "Why it is not better: it does not", "build : exit code 2 make: no makefile", "Pin the tag safe not tried", "The rewritten file was given."},
			unsaid: []string{"holds", "On disk", "on disk", "No test ran", "not measured. --rebuilds"},
		},
		{
			name:   "nothing to change",
			r:      &result.Result{Verdict: result.Unchanged, Before: image(5e6), Tests: []result.Test{{Name: "starts", Before: passed}}},
			said:   []string{"There was nothing to change, so one image was built.", "5.0 MB", "1 of 1 passed", "did not run"},
			unsaid: []string{"→", "%", "After:", "same scale"},
		},
		{
			name:   "no tests",
			r:      &result.Result{Verdict: result.Held, Before: image(5e6), After: image(4e6), Rebuild: &result.Rebuild{Edited: "a.py"}},
			said:   []string{"none ran", "that the image builds is all that is known", "The edit was in a.py", "No step ran."},
			unsaid: []string{"was not measured"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := content(elements(parse(t, render(t, report.File{Path: "Dockerfile", Verified: c.r})), "body")[0])
			for _, want := range c.said {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in %s", want, text)
				}
			}
			for _, word := range c.unsaid {
				if strings.Contains(text, word) {
					t.Errorf("%q is in %s", word, text)
				}
			}
		})
	}
}

// pageFile is for those who change the page, and want to look at it.
var pageFile = flag.String("page", "", "write the page of testdata/express-api.json to this `FILE`")

// TestExample checks the figures of a result that dopt verify has found for a project in examples/.
func TestExample(t *testing.T) {
	text, err := os.ReadFile("testdata/express-api.json")
	if err != nil {
		t.Fatal(err)
	}
	var r result.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	page := render(t, report.File{Path: r.Path, Context: r.Context, Verified: &r, Result: rewritten(t, r.Original, r.Rewritten)})
	if *pageFile != "" {
		if err := os.WriteFile(*pageFile, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said := content(elements(parse(t, page), "body")[0])
	for _, want := range []string{
		"held all changes hold", "342.6 MB → 65.4 MB -80.9 %", "1.1 GB → 203.5 MB -81.6 %", "30.1 s → 21.6 s 3 steps → 4 steps", "6.4 s → 0.3 s 2 steps → 1", "2 of 2 passed",
		"1 FROM node:20", "7 RUN npm install && npm cache clean --force", `13 CMD ["npm", "start"]`, "7 Run `npm install` before the source is copied", "RUN npm install line 9: 3.0 MB , 10.3 MB on disk, 1,670 files",
		"Gone: 23,598 files, 898.9 MB", "package gcc-12", "The edit was in src/shelf.js", "COPY . . ran 0.0 s , from 0.1 s on RUN npm install ran 5.7 s", "all changes: held (in 29.6 s )", "2 loose ends",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %s", want, said)
		}
	}
}

// A bar is as long as its part of the longest one of both images, and filled as far as its layer is compressed.
func TestBars(t *testing.T) {
	r := &result.Result{
		Verdict: result.Held,
		Before:  &result.Image{Layers: []result.Layer{{Unpacked: 200, Compressed: 50}, {Unpacked: 50, Compressed: 50}}},
		After:   &result.Image{Layers: []result.Layer{{Unpacked: 100, Compressed: 40}, {}}},
		Rebuild: &result.Rebuild{Before: result.Again{Steps: []result.Step{{Start: 2, Seconds: 8}}}, After: result.Again{Steps: []result.Step{{Start: 1, Seconds: 1}}}},
	}
	var styles []string
	for _, e := range elements(parse(t, render(t, report.File{Verified: r})), "span") {
		if style := attribute(e, "style"); style != "" {
			styles = append(styles, style)
		}
	}
	const want = "width:100% width:25% width:25% width:100% width:50% width:40% width:0% width:0% margin-left:20%;width:80% margin-left:10%;width:10%"
	if got := strings.Join(styles, " "); got != want {
		t.Errorf("bars: %s\nwant: %s", got, want)
	}
}

// A diff has each line with its number, once if it is equal, and says what its end lacks.
func TestDiff(t *testing.T) {
	f := report.File{
		Path: "sub/Dockerfile", Context: "sub",
		Result: rewritten(t, "FROM a\nRUN x\nRUN y\nCMD z\n", "FROM a\nRUN x && y\nCMD z\n",
			transform.ChangedFile{Path: ".dockerignore", After: []byte(".git\n*.log")}),
	}
	var lines []string
	for _, e := range elements(parse(t, render(t, f)), "div") {
		if attribute(e, "class") == "row" && attribute(e.Parent, "aria-hidden") == "" {
			lines = append(lines, strings.TrimPrefix(e.Parent.Data, "div")+" "+content(e))
		}
	}
	want := []string{" 1 FROM a", "del 2 RUN x", "del 3 RUN y", "ins 2 RUN x && y", " 4 CMD z", "ins 1 .git", "ins 2 *.log (no line break at the end)"}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
	if text := content(parse(t, render(t, f))); !strings.Contains(text, "sub/.dockerignore (new)") {
		t.Errorf("the new file has no name: %s", text)
	}
}
