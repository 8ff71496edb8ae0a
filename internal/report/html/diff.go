package html

import (
	"strings"

	"dopt/internal/report"
	"dopt/transform"
)

// A fileDiff is what changes in one file.
type fileDiff struct {
	Path string
	// New says that the file was not there.
	New   bool
	Hunks [][]block
}

// A block is a run of lines that are equal, or that take each other's place: side by side on a wide screen, one above the other on a
// narrow one.
type block struct {
	Equal    bool
	Old, New []numberedLine
}

// A numberedLine is a line of a file.
type numberedLine struct {
	Number int
	Text   string
	// Unended says that the file ends with it, without a line break.
	Unended bool
}

// diffs returns what changes in the Dockerfile and in files of its context.
func diffs(f report.File) []fileDiff {
	if !f.Changed() {
		return nil
	}
	var list []fileDiff
	if f.Result.Rewritten() {
		list = append(list, fileDiff{Path: f.Path, Hunks: blocks(f.Result.Before.Src, f.Result.After.Src)})
	}
	for _, other := range f.Result.Files {
		list = append(list, fileDiff{f.ContextPath(other.Path), other.Before == nil, blocks(other.Before, other.After)})
	}
	return list
}

// blocks cuts each hunk of a diff into blocks.
func blocks(before, after []byte) [][]block {
	var hunks [][]block
	for _, h := range transform.Hunks(before, after) {
		var list []block
		oldLine, newLine := h.OldLine, h.NewLine
		for _, l := range h.Lines {
			equal := l.Op == ' '
			if len(list) == 0 || list[len(list)-1].Equal != equal {
				list = append(list, block{Equal: equal})
			}
			b := &list[len(list)-1]
			text, ended := strings.CutSuffix(l.Text, "\n")
			if l.Op != '+' {
				b.Old = append(b.Old, numberedLine{oldLine, text, !ended})
				oldLine++
			}
			if l.Op != '-' {
				b.New = append(b.New, numberedLine{newLine, text, !ended})
				newLine++
			}
		}
		hunks = append(hunks, list)
	}
	return hunks
}
