package transform

import (
	"fmt"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// contextLines is how many equal lines stand around a change in a diff.
const contextLines = 3

// A Hunk is a part of a diff: lines that change, and the few around them.
type Hunk struct {
	// OldLine and NewLine are the 1-based numbers of its first line in the old and in the new text.
	OldLine, NewLine int
	Lines            []DiffLine
}

// A DiffLine is a line of a diff: Op is ' ' for one that is in both texts, '-' in the old, '+' in the new one.
type DiffLine struct {
	Op byte
	// Text has the line break, if the line has one.
	Text string
}

// Diff returns the unified diff that turns old into new, "" if they are equal. patch(1) and
// git apply take it. The names stand in the header as they are.
func Diff(oldName, newName string, oldText, newText []byte) string {
	if string(oldText) == string(newText) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", oldName, newName)
	for _, h := range Hunks(oldText, newText) {
		h.write(&b)
	}
	return b.String()
}

// Hunks returns what differs between two texts, in order; none if they are equal.
func Hunks(oldText, newText []byte) []Hunk {
	lines := lineDiff(string(oldText), string(newText))
	var hunks []Hunk
	oldLine, newLine := 1, 1
	for i := 0; i < len(lines); {
		start, end := hunk(lines, i)
		oldLine, newLine = oldLine+start-i, newLine+start-i // the lines between hunks are in both texts
		if start < end {
			h := Hunk{oldLine, newLine, lines[start:end]}
			oldCount, newCount := h.counts()
			hunks, oldLine, newLine = append(hunks, h), oldLine+oldCount, newLine+newCount
		}
		i = end
	}
	return hunks
}

// hunk returns the next range of lines from i on that belongs together, context included.
func hunk(lines []DiffLine, i int) (start, end int) {
	first := i
	for first < len(lines) && lines[first].Op == ' ' {
		first++
	}
	if first == len(lines) {
		return first, first
	}
	last := first
	for j := first; j < len(lines) && j-last <= 2*contextLines; j++ {
		if lines[j].Op != ' ' {
			last = j
		}
	}
	return max(i, first-contextLines), min(len(lines), last+1+contextLines)
}

// counts returns how many lines of the old and of the new text a hunk holds.
func (h Hunk) counts() (oldCount, newCount int) {
	for _, l := range h.Lines {
		if l.Op != '+' {
			oldCount++
		}
		if l.Op != '-' {
			newCount++
		}
	}
	return oldCount, newCount
}

func (h Hunk) write(b *strings.Builder) {
	oldCount, newCount := h.counts()
	oldLine, newLine := h.OldLine, h.NewLine
	if oldCount == 0 {
		oldLine--
	}
	if newCount == 0 {
		newLine--
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", lineRange(oldLine, oldCount), lineRange(newLine, newCount))
	for _, l := range h.Lines {
		b.WriteByte(l.Op)
		b.WriteString(l.Text)
		if !strings.HasSuffix(l.Text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

func lineRange(start, count int) string {
	if count == 1 {
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, count)
}

// lineDiff compares two texts line by line. No timeout is set: the result must not depend on the clock.
func lineDiff(oldText, newText string) []DiffLine {
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0
	a, b, table := dmp.DiffLinesToRunes(oldText, newText)
	var lines []DiffLine
	for _, d := range dmp.DiffCharsToLines(dmp.DiffMainRunes(a, b, false), table) {
		op := map[diffmatchpatch.Operation]byte{diffmatchpatch.DiffEqual: ' ', diffmatchpatch.DiffDelete: '-', diffmatchpatch.DiffInsert: '+'}[d.Type]
		for _, text := range strings.SplitAfter(d.Text, "\n") {
			if text != "" {
				lines = append(lines, DiffLine{op, text})
			}
		}
	}
	return lines
}
