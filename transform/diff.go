package transform

import (
	"fmt"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// contextLines is how many equal lines stand around a change in a diff.
const contextLines = 3

// A diffLine is a line of a diff: ' ' in both, '-' in the old text, '+' in the new one.
type diffLine struct {
	op   byte
	text string
}

// Diff returns the unified diff that turns old into new, "" if they are equal. patch(1) and
// git apply take it. The names stand in the header as they are.
func Diff(oldName, newName string, oldText, newText []byte) string {
	if string(oldText) == string(newText) {
		return ""
	}
	lines := lineDiff(string(oldText), string(newText))
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", oldName, newName)
	oldLine, newLine := 1, 1
	for i := 0; i < len(lines); {
		start, end := hunk(lines, i)
		for ; i < start; i++ { // the lines between hunks are in both texts
			oldLine++
			newLine++
		}
		oldCount, newCount := writeHunk(&b, lines[start:end], oldLine, newLine)
		oldLine, newLine = oldLine+oldCount, newLine+newCount
		i = end
	}
	return b.String()
}

// hunk returns the next range of lines from i on that belongs together, context included.
func hunk(lines []diffLine, i int) (start, end int) {
	first := i
	for first < len(lines) && lines[first].op == ' ' {
		first++
	}
	if first == len(lines) {
		return first, first
	}
	last := first
	for j := first; j < len(lines) && j-last <= 2*contextLines; j++ {
		if lines[j].op != ' ' {
			last = j
		}
	}
	return max(i, first-contextLines), min(len(lines), last+1+contextLines)
}

func writeHunk(b *strings.Builder, lines []diffLine, oldLine, newLine int) (oldCount, newCount int) {
	for _, l := range lines {
		if l.op != '+' {
			oldCount++
		}
		if l.op != '-' {
			newCount++
		}
	}
	if len(lines) == 0 {
		return 0, 0
	}
	if oldCount == 0 {
		oldLine--
	}
	if newCount == 0 {
		newLine--
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", lineRange(oldLine, oldCount), lineRange(newLine, newCount))
	for _, l := range lines {
		b.WriteByte(l.op)
		b.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
	return oldCount, newCount
}

func lineRange(start, count int) string {
	if count == 1 {
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, count)
}

// lineDiff compares two texts line by line. No timeout is set: the result must not depend on the clock.
func lineDiff(oldText, newText string) []diffLine {
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0
	a, b, table := dmp.DiffLinesToRunes(oldText, newText)
	var lines []diffLine
	for _, d := range dmp.DiffCharsToLines(dmp.DiffMainRunes(a, b, false), table) {
		op := map[diffmatchpatch.Operation]byte{diffmatchpatch.DiffEqual: ' ', diffmatchpatch.DiffDelete: '-', diffmatchpatch.DiffInsert: '+'}[d.Type]
		for _, text := range strings.SplitAfter(d.Text, "\n") {
			if text != "" {
				lines = append(lines, diffLine{op, text})
			}
		}
	}
	return lines
}
