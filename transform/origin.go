package transform

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// fixID names a fix by its pass, its kind and where it begins in the original file: the
// text of the instruction there, and the offset in it. It is the same in every round, and
// in every run over the same instruction.
func (r *run) fixID(f Finding) string {
	at := f.Span.Start
	if len(f.Fix.Edits) > 0 {
		at = f.Fix.Edits[0].Start
	}
	at = r.originalOffset(at)
	anchor := fmt.Sprint(at)
	if list := r.original.within(Span{at, at}); len(list) > 0 {
		in := list[0]
		anchor = fmt.Sprint(r.occurrence(in), at-in.Span.Start, in.text.Text)
	}
	sum := sha256.Sum256([]byte(anchor))
	return fmt.Sprintf("%s/%s/%s", f.Pass, f.Kind, hex.EncodeToString(sum[:4]))
}

// occurrence counts the instructions with the same text above in.
func (r *run) occurrence(in *Instruction) int {
	if r.occurrences == nil {
		r.occurrences = make([]int, len(r.original.Instructions))
		seen := map[string]int{}
		for i, o := range r.original.Instructions {
			r.occurrences[i] = seen[o.text.Text]
			seen[o.text.Text]++
		}
	}
	return r.occurrences[in.Index]
}

// originalLine returns the line of the original file that an offset of the current document comes from.
func (r *run) originalLine(offset int) int {
	line, _ := r.original.Position(r.originalOffset(offset))
	return line
}

func (r *run) originalOffset(offset int) int {
	for i := len(r.history) - 1; i >= 0; i-- {
		offset = before(r.history[i], offset)
	}
	return min(offset, len(r.original.Src))
}

// before maps an offset of a rewritten text to the text before the edits, which are in order.
func before(edits []Edit, offset int) int {
	shift := 0
	for _, e := range edits {
		start := e.Start + shift
		if offset < start {
			break
		}
		if offset < start+len(e.New) {
			return e.Start
		}
		shift += len(e.New) - e.Len()
	}
	return offset - shift
}
