package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"dopt/transform"
)

// textPrinter writes diffs and lines for people. Both patch and git apply skip the
// lines: none looks like a part of a diff.
type textPrinter struct {
	w io.Writer
	o Options
}

// A color is an ANSI escape sequence.
type color string

const (
	plain  color = ""
	bold   color = "\x1b[1m"
	red    color = "\x1b[31m"
	green  color = "\x1b[32m"
	yellow color = "\x1b[33m"
	cyan   color = "\x1b[36m"
	dim    color = "\x1b[2m"
	reset        = "\x1b[0m"
)

// File implements Printer.
func (p *textPrinter) File(f File) error {
	var b strings.Builder
	if p.o.Diff {
		for _, diff := range f.Diffs() {
			p.diff(&b, diff)
		}
	}
	if p.o.Verbose {
		for _, note := range f.Notes {
			p.line(&b, dim, fmt.Sprintf("  %s: %s", visible(f.Path), oneLine(note)))
		}
	}
	if p.o.Changes && f.Result != nil {
		for _, finding := range f.Result.Findings {
			p.finding(&b, f.Path, finding)
		}
	}
	if p.o.Verification && f.Verified != nil {
		p.verification(&b, f.Verified)
	}
	if p.o.Verbose && f.Excluded != "" {
		p.line(&b, dim, fmt.Sprintf("  %s: excluded by %s", visible(f.Path), f.Excluded))
	}
	_, err := io.WriteString(p.w, b.String())
	return err
}

// Close implements Printer: the summary is not part of the output.
func (p *textPrinter) Close(Summary) error { return nil }

// Paths returns a printer that writes the path of each file that changes.
func Paths(w io.Writer) Printer { return pathPrinter{w} }

type pathPrinter struct{ w io.Writer }

func (p pathPrinter) File(f File) (err error) {
	if f.Changed() {
		_, err = fmt.Fprintln(p.w, visible(f.Path))
	}
	return err
}

func (p pathPrinter) Close(Summary) error { return nil }

// ErrorLine returns the error of a file, or any other, as one printable line.
func ErrorLine(err error) string { return visible(oneLine(err.Error())) }

func (p *textPrinter) diff(b *strings.Builder, diff string) {
	header := 2 // a removed line "-- x" looks like a header, so headers are counted
	for line := range strings.Lines(diff) {
		c := plain
		switch {
		case header > 0:
			c, header = bold, header-1
		case line[0] == '-':
			c = red
		case line[0] == '+':
			c = green
		case line[0] == '@':
			c = cyan
		}
		text := strings.TrimSuffix(line, "\n")
		text, cr := strings.CutSuffix(text, "\r")
		if cr && !p.o.Terminal {
			text += "\r"
		}
		p.line(b, c, text)
	}
}

// line writes a line in a colour.
func (p *textPrinter) line(b *strings.Builder, c color, text string) {
	if p.o.Terminal {
		text = visible(text)
	}
	if p.o.Color && c != plain {
		text = string(c) + text + reset
	}
	b.WriteString(text + "\n")
}

// statusColors are the colours of findings; a status that is not here is shown with Verbose only.
var statusColors = map[transform.Status]color{
	transform.StatusApplied:  plain,
	transform.StatusRejected: yellow,
}

// finding writes a line for a finding: pass, level or status, place, what and why.
func (p *textPrinter) finding(b *strings.Builder, path string, f transform.Finding) {
	c, shown := statusColors[f.Status]
	if !shown {
		c = dim
	}
	unused := f.Pass == "pragma" // a comment that does nothing is a mistake of its author
	if !shown && !unused && !p.o.Verbose {
		return
	}
	p.line(b, c, fmt.Sprintf("  %-10s %-10s %s:%d  %s", f.Pass, outcome(f), visible(path), f.Line, oneLine(what(f))))
	if !p.o.Verbose || f.Fix == nil {
		return
	}
	for _, e := range f.Fix.Evidence {
		place := e.Source
		if e.Line > 0 {
			place = fmt.Sprintf("%s:%d", e.Source, e.Line)
		}
		p.line(b, dim, fmt.Sprintf("    because %s: %s", place, oneLine(e.Text)))
	}
	p.line(b, dim, "    id "+f.Fix.ID)
}

// outcome is the level of a fix that was made, and what became of any other finding.
func outcome(f transform.Finding) string {
	if f.Status == transform.StatusApplied && f.Fix != nil {
		return f.Fix.Level.String()
	}
	return string(f.Status)
}

// what says in words what was or would have been done, what it saves, and why it was not.
func what(f transform.Finding) string {
	if f.Fix == nil {
		return f.Message
	}
	text := f.Fix.Title
	if s := saving(f.Fix.Expected()); s != "" {
		text += "; " + s
	} else if e := f.Fix.Evidence; len(e) > 0 && !strings.Contains(text, e[0].Text) {
		text += "; " + e[0].Text
	}
	switch f.Status {
	case transform.StatusHeld:
		text += "; needs level " + f.Fix.Level.String()
	case transform.StatusDisabled:
		if f.Message != "" && f.Message != f.Fix.Title {
			text += "; " + f.Message
		}
	case transform.StatusRejected:
		text += "; not made, please report this as a bug of dopt: " + strings.Join(f.Reasons, "; ")
	case transform.StatusUnproven:
		text += "; not made, since it cannot be proven: " + strings.Join(f.Reasons, "; ")
	case transform.StatusApplied:
		if len(f.Reasons) > 0 {
			text += "; not proven: " + strings.Join(f.Reasons, "; ")
		}
	}
	return text
}

// saving says in words what a fix saves, "" if that is not known.
func saving(s transform.Saving) string {
	var parts []string
	if s.Disk != nil {
		parts = append(parts, "saves "+size(*s.Disk)+" on disk")
	}
	if s.Compressed != nil {
		parts = append(parts, "saves "+size(*s.Compressed)+" compressed")
	}
	if s.Rebuild != "" {
		parts = append(parts, s.Rebuild)
	}
	return strings.Join(parts, ", ")
}

// size writes a number of bytes in the decimal units that docker images uses.
func size(n int64) string {
	units := []string{"kB", "MB", "GB", "TB"}
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f := float64(n) / 1000
	i := 0
	for ; f >= 999.5 && i < len(units)-1; i++ {
		f /= 1000
	}
	if f < 9.95 {
		return fmt.Sprintf("%.1f %s", f, units[i])
	}
	return fmt.Sprintf("%.0f %s", f, units[i])
}

// oneLine keeps a text to one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// visible replaces control characters, which could make a terminal show something else than the file holds.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && unicode.IsControl(r) {
			return '\ufffd'
		}
		return r
	}, s)
}
