package report

import (
	"fmt"
	"io"
	"time"
)

// A Progress shows on one line of a terminal how far a long run has come. The zero value shows nothing.
type Progress struct {
	w           io.Writer
	verb        string
	done, total int
	// next is when the line is to be shown next.
	next  time.Time
	shown bool
}

// NewProgress returns a progress over a number of files; nothing is shown within the first second.
func NewProgress(w io.Writer, verb string, total int) *Progress {
	return &Progress{w: w, verb: verb, total: total, next: time.Now().Add(time.Second)}
}

// Step counts a file that is done.
func (p *Progress) Step() {
	p.done++
	if p.w == nil || time.Now().Before(p.next) {
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s %d/%d …", p.verb, p.done, p.total)
	p.shown, p.next = true, time.Now().Add(100*time.Millisecond)
}

// Clear removes the line, so that something else can be written there.
func (p *Progress) Clear() {
	if p.shown {
		io.WriteString(p.w, "\r\x1b[K")
		p.shown = false
	}
}
