package report

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"dopt/internal/verify/result"
)

// shownRows bounds the lines of each part of a verification.
const shownRows = 8

// verdicts say in words what became of a rewrite.
var verdicts = map[result.Verdict]string{
	result.Unchanged: "nothing to change; the original builds",
	result.Held:      "all changes hold",
	result.Repaired:  "all changes hold, with packages added",
	result.Reduced:   "some changes were dropped, the rest holds",
	result.Original:  "no change holds: the original stays as it is",
	result.Broken:    "the original does not build",
}

// Outcome says in words what became of a rewrite.
func Outcome(v result.Verdict) string { return verdicts[v] }

// verification writes what the verification of one file found out.
func (p *textPrinter) verification(b *strings.Builder, r *result.Result) {
	c := green
	if r.Verdict == result.Original || r.Verdict == result.Broken {
		c = red
	} else if r.Verdict == result.Reduced {
		c = yellow
	}
	p.line(b, c, fmt.Sprintf("%s: %s", visible(r.Path), Outcome(r.Verdict)))
	if r.Reason != "" {
		p.line(b, plain, "  because "+oneLine(r.Reason))
	}
	for _, part := range []func() []string{
		func() []string { return faultLines(r.Faults) },
		func() []string { return outcomeLines(r) },
		func() []string { return sizeTable(r) },
		func() []string { return rebuildLines(r.Rebuild) },
		func() []string { return testLines(r.Tests) },
		func() []string { return configLines(r.Config) },
		func() []string { return fileLines(r.Files) },
	} {
		for _, line := range part() {
			p.line(b, plain, "  "+line)
		}
	}
	if p.o.Verbose {
		for _, line := range layerTable(r) {
			p.line(b, dim, "  "+line)
		}
		for _, f := range r.Suspects {
			p.line(b, dim, fmt.Sprintf("  perhaps %s: %s", f.Check, oneLine(f.Message)))
		}
	}
}

func faultLines(faults []result.Fault) []string {
	var lines []string
	for i, f := range faults {
		if i == shownRows {
			return append(lines, fmt.Sprintf("and %d more", len(faults)-i))
		}
		lines = append(lines, fmt.Sprintf("%s: %s", f.Check, oneLine(f.Message)))
		if last := LastLine(f.Output); last != "" {
			lines = append(lines, "  "+last)
		}
	}
	return lines
}

// LastLine returns the last line of an output, where most programs say what went wrong.
func LastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// outcomeLines tell what was repaired and dropped.
func outcomeLines(r *result.Result) []string {
	var lines []string
	for _, fix := range r.Repairs {
		lines = append(lines, fmt.Sprintf("added %s%s for %s", fix.Name, inStage(fix.Stage), fix.Need))
	}
	if r.Verdict == result.Original {
		return lines // all of them
	}
	for _, c := range r.Dropped() {
		lines = append(lines, fmt.Sprintf("dropped %s at line %d: %s (--disable %s)", c.Pass, c.Line, c.Title, c.ID))
	}
	return lines
}

// inStage names a stage, the last one not at all.
func inStage(name string) string {
	if name == "" {
		return ""
	}
	return " in stage " + name
}

// table lays out rows in columns.
func table(rows [][]string) []string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t")+"\t")
	}
	_ = t.Flush() // memory takes all
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

// sizeTable compares the images.
func sizeTable(r *result.Result) []string {
	if r.Before == nil {
		return nil
	}
	after := r.After
	if after == nil {
		after = r.Before
	}
	row := func(name string, before, after int64) []string {
		return []string{name, megabytes(before), megabytes(after), Percent(before, after)}
	}
	rows := [][]string{
		{"", "before", "after", ""},
		row("compressed", r.Before.Compressed, after.Compressed),
		row("with gzip", r.Before.Gzip, after.Gzip),
		row("unpacked", r.Before.Unpacked, after.Unpacked),
		row("stored in vain", r.Before.Waste.Bytes, after.Waste.Bytes),
		{"layers", fmt.Sprint(len(r.Before.Layers)), fmt.Sprint(len(after.Layers)), ""},
		{"files", fmt.Sprint(r.Before.Files), fmt.Sprint(after.Files), ""},
		{"build", seconds(r.Before), seconds(after), ""},
	}
	if r.Before.Gzip == 0 {
		rows = slices.Delete(rows, 2, 3) // it was not measured
	}
	if again := r.Rebuild; again != nil {
		rows = append(rows,
			[]string{"build after an edit", fmt.Sprintf("%.1f s", again.Before.Seconds), fmt.Sprintf("%.1f s", again.After.Seconds), ""},
			[]string{"steps after an edit", fmt.Sprint(len(again.Before.Steps)), fmt.Sprint(len(again.After.Steps)), ""})
	}
	return table(rows)
}

func seconds(i *result.Image) string {
	text := fmt.Sprintf("%.1f s", i.Seconds)
	if i.Cached > 0 {
		text += fmt.Sprintf(" (%d of %d steps cached)", i.Cached, i.Steps)
	}
	return text
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// Percent says how much more or less the second of two sizes is, "" where there is nothing to compare with.
func Percent(before, after int64) string {
	if before == 0 {
		return ""
	}
	return fmt.Sprintf("%+.1f %%", 100*(float64(after)/float64(before)-1))
}

func rebuildLines(r *result.Rebuild) []string {
	if r == nil {
		return nil
	}
	return []string{"the edit was in " + r.Edited}
}

func testLines(tests []result.Test) []string {
	var lines []string
	for _, t := range tests {
		word := "passed"
		switch {
		case t.Inconclusive:
			word = "inconclusive: the original fails it, too"
		case t.After != nil && !t.After.Passed:
			word = "FAILED: " + oneLine(t.After.Reason)
		case t.Before != nil && !t.Before.Passed:
			word = "FAILED on the original: " + oneLine(t.Before.Reason)
		}
		lines = append(lines, fmt.Sprintf("test %s: %s", oneLine(t.Name), word))
	}
	return lines
}

func configLines(differences []result.ConfigDifference) []string {
	var lines []string
	for _, d := range differences {
		switch {
		case d.Before == "":
			lines = append(lines, fmt.Sprintf("config %s: now %s", d.Key, oneLine(d.After)))
		case d.After == "":
			lines = append(lines, fmt.Sprintf("config %s: gone, was %s", d.Key, oneLine(d.Before)))
		default:
			lines = append(lines, fmt.Sprintf("config %s: %s, was %s", d.Key, oneLine(d.After), oneLine(d.Before)))
		}
	}
	return lines
}

func fileLines(files *result.Files) []string {
	if files == nil {
		return nil
	}
	var lines []string
	for _, set := range []struct {
		word string
		set  result.FileSet
	}{{"gone", files.Gone}, {"added", files.Added}, {"changed", files.Changed}} {
		if set.set.Files == 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %d files, %s", set.word, set.set.Files, megabytes(set.set.Bytes)))
		for i, g := range set.set.Groups {
			if i == shownRows {
				lines = append(lines, fmt.Sprintf("    and %d more", len(set.set.Groups)-i))
				break
			}
			name := "package " + g.Package
			if g.Package == "" {
				name = g.Folder
			}
			lines = append(lines, fmt.Sprintf("    %10s  %s (%d files)", megabytes(g.Bytes), name, g.Files))
		}
	}
	return lines
}

// layerTable lists the layers of both images.
func layerTable(r *result.Result) []string {
	var lines []string
	for _, side := range []struct {
		name  string
		image *result.Image
	}{{"before", r.Before}, {"after", r.After}} {
		if side.image == nil {
			continue
		}
		lines = append(lines, "layers "+side.name+", compressed and unpacked:")
		for _, l := range side.image.Layers {
			place, took := "base image", ""
			if l.Line > 0 {
				place = fmt.Sprintf("line %d", l.Line)
			}
			switch {
			case l.Cached:
				took = "cached"
			case l.Seconds > 0:
				took = fmt.Sprintf("%.1f s", l.Seconds)
			}
			lines = append(lines, fmt.Sprintf("    %10s  %10s  %8s  %-10s  %.100s", megabytes(l.Compressed), megabytes(l.Unpacked), took, place, oneLine(l.Instruction)))
		}
	}
	return lines
}
