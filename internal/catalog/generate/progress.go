package main

import (
	"fmt"
	"io"
	"strings"
)

// A progress shows how far a run is, one line that is written again and again.
type progress struct {
	w           io.Writer
	made, total int
}

func newProgress(w io.Writer, steps int) *progress { return &progress{w: w, total: steps} }

// step tells what is done next.
func (p *progress) step(what string) {
	const width = 30
	filled := min(width*p.made/p.total, width)
	fmt.Fprintf(p.w, "\r[%s%s] %-40s", strings.Repeat("#", filled), strings.Repeat(".", width-filled), what)
	p.made++
}

func (p *progress) done() {
	p.made = p.total
	p.step("done")
	fmt.Fprintln(p.w)
}
