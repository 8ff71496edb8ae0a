package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"dopt/transform"
)

// pageHead begins the page of results.
const pageHead = `# Results

Written by ` + "`make results`" + `: every project of [examples](../examples) is built as it is, as somebody who knows how has
written it by hand (` + "`" + expertFile + "`" + ` beside it), and after ` + "`dopt rewrite`" + ` at levels standard and aggressive with all
files that the rewrite changes, on stand-ins for the official base images. All images must pass the project's checks. Sizes
are what a registry stores (zstd), base image included. *Changes*, *tries*, *repairs* (packages that were added) and *drops*
(changes that did not hold) are those of standard, and behind a stroke those of aggressive where they differ. *Short* is a
project that builds and passes its checks, and stays above the size, or off the shape, that its case.yaml names as the aim of
the level. A dash stands for what has not been built or measured yet.
`

// timesHead stands above the table of times.
const timesHead = `
## Times

Seconds of the first build, nothing of it in the build cache and the base images there, and of the build after an edit of the
source; the images are written, too. The machine was busy with other work: seconds compare within a line at most, and those of
short builds not even there. *Steps* are those that run again after the edit, which is how much of a rebuild is spared;
[performance.md](performance.md#rebuilds) says how they are counted.

`

// A line of the page has the rows of one case.
type line struct {
	standard, aggressive, expert Result
}

// lines puts the rows of a case together, for the cases in their order.
func lines(results []Result) []line {
	var list []line
	for _, r := range results {
		if len(list) == 0 || list[len(list)-1].name() != r.Case {
			list = append(list, line{})
		}
		switch l := &list[len(list)-1]; r.Level {
		case transform.Standard.String():
			l.standard = r
		case transform.Aggressive.String():
			l.aggressive = r
		case expertName:
			l.expert = r
		}
	}
	return slices.DeleteFunc(list, func(l line) bool { return l.name() == "" })
}

// rows are those that the line has.
func (l line) rows() []Result {
	return slices.DeleteFunc([]Result{l.expert, l.standard, l.aggressive}, func(r Result) bool { return r.Case == "" })
}

func (l line) name() string {
	for _, r := range l.rows() {
		return r.Case
	}
	return ""
}

var (
	sizeColumns = []string{"case", "before MB", "expert MB", "standard MB", "aggressive MB", "standard/before", "changes", "tries", "repairs", "drops", "result"}
	timeColumns = []string{
		"case", "first build before", "expert", "standard", "aggressive", "after an edit before", "expert", "standard", "aggressive",
		"steps before", "expert", "standard", "aggressive",
	}
)

func (l line) sizes() []string {
	return []string{
		l.name(), megabytes(l.standard.Before), megabytes(l.expert.After), megabytes(l.standard.After), megabytes(l.aggressive.After), l.standard.ratio(),
		l.both(func(r Result) int { return r.Changes }), l.both(func(r Result) int { return r.Tries }),
		l.both(func(r Result) int { return r.Repairs }), l.both(func(r Result) int { return r.Drops }), l.verdict(),
	}
}

// both returns a count at both levels.
func (l line) both(count func(Result) int) string {
	standard, aggressive := count(l.standard), count(l.aggressive)
	if l.aggressive.Case == "" || standard == aggressive {
		return fmt.Sprint(standard)
	}
	return fmt.Sprintf("%d / %d", standard, aggressive)
}

// verdict is the status of all rows, or those that differ from the first one's with their level.
func (l line) verdict() string {
	rows := l.rows()
	words := []string{string(rows[len(rows)-1].Status)}
	if slices.ContainsFunc(rows, func(r Result) bool { return r.Status != rows[0].Status }) {
		words = nil
		for _, r := range rows {
			if r.Status != Passed {
				words = append(words, r.Level+": "+string(r.Status))
			}
		}
	}
	return strings.Join(words, ", ")
}

func (l line) times() []string {
	row := []string{l.name(), seconds(l.standard.BuildBefore), seconds(l.expert.BuildAfter), seconds(l.standard.BuildAfter), seconds(l.aggressive.BuildAfter)}
	var again, steps []string
	for i, r := range []Result{l.standard, l.expert, l.standard, l.aggressive} {
		switch {
		case r.Rebuild == nil:
			again, steps = append(again, "-"), append(steps, "-")
		case i == 0:
			again, steps = append(again, seconds(r.Rebuild.Before.Seconds)), append(steps, fmt.Sprint(len(r.Rebuild.Before.Steps)))
		default:
			again, steps = append(again, seconds(r.Rebuild.After.Seconds)), append(steps, fmt.Sprint(len(r.Rebuild.After.Steps)))
		}
	}
	return slices.Concat(row, again, steps)
}

func seconds(s float64) string {
	if s == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", s)
}

// writeMarkdown writes docs/results.md, and leaves on it what slim does.
func writeMarkdown(path string, results []Result) error {
	var b strings.Builder
	b.WriteString(pageHead)
	all := lines(results)
	for _, language := range languages {
		list := slices.DeleteFunc(slices.Clone(all), func(l line) bool { return l.rows()[0].Language != language })
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", language)
		table(&b, sizeColumns, list, line.sizes)
		for _, l := range list {
			for _, r := range l.rows() {
				if r.Reason != "" {
					fmt.Fprintf(&b, "\n%s, %s: %s, %s\n", r.Case, r.Level, r.Status, oneLine(r.Reason))
				}
			}
		}
	}
	for _, level := range []string{expertName, transform.Standard.String(), transform.Aggressive.String()} {
		if old := outdated(results, level); len(old) > 0 {
			fmt.Fprintf(&b, "\n%s, not built since dopt or the project has changed: %s.\n", level, strings.Join(old, ", "))
		}
	}
	b.WriteString(timesHead)
	table(&b, timeColumns, all, line.times)
	return replaceHead(path, b.String())
}

// outdated names the cases whose row of a level is of an earlier state.
func outdated(results []Result, level string) []string {
	var old []string
	for _, r := range results {
		if r.Outdated && r.Level == level {
			old = append(old, r.Case)
		}
	}
	return old
}

func table(b *strings.Builder, columns []string, list []line, cells func(line) []string) {
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
	for _, l := range list {
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells(l), " | "))
	}
}

// replaceHead writes a page up to what slim has on it, which stays.
func replaceHead(path, text string) error {
	page, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if _, rest, ok := strings.Cut(string(page), slimBegin); ok {
		text += "\n" + slimBegin + rest
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
