// Package report writes results for people and machines. docs/json.md describes the
// format for machines.
package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"dopt/internal/verify/result"
	"dopt/transform"
)

// A File is what became of one Dockerfile.
type File struct {
	// Path is relative to the current folder where the file lies in it.
	Path string
	// Context is the folder of its build context, "" if there is none.
	Context string
	// Notes say where the context comes from, or why there is none, a line each.
	Notes []string
	// Err says why nothing could be done; it is a *transform.ParseError where it has a place.
	Err error
	// Excluded is the path of the configuration file that excludes the file, "" if none does.
	Excluded string
	// Result is nil if there is an error or if the file is excluded.
	Result *transform.Report
	// Verified is what real builds found out; nil where there were none.
	Verified *result.Result
	// Written is true where the file has been replaced, and with it what else changes.
	Written bool
}

// Changed reports whether the rewrite changes the Dockerfile or a file of its context.
func (f File) Changed() bool { return f.Result != nil && f.Result.Changed() }

// Diff returns the unified diffs of all that changes as one patch, "" if nothing does.
func (f File) Diff() string { return strings.Join(f.Diffs(), "") }

// Diffs returns the unified diffs of what changes: of the Dockerfile, and of files of its context.
func (f File) Diffs() []string {
	if !f.Changed() {
		return nil
	}
	var diffs []string
	if f.Result.Rewritten() {
		diffs = append(diffs, transform.Diff(headerName("a", f.Path), headerName("b", f.Path), f.Result.Before.Src, f.Result.After.Src))
	}
	for _, other := range f.Result.Files {
		from, path := "/dev/null", f.ContextPath(other.Path)
		if other.Before != nil {
			from = headerName("a", path)
		}
		diffs = append(diffs, transform.Diff(from, headerName("b", path), other.Before, other.After))
	}
	return diffs
}

// ContextPath returns a path of the build context as messages call it.
func (f File) ContextPath(path string) string {
	return filepath.Join(f.Context, filepath.FromSlash(path))
}

// A Summary counts results.
type Summary struct {
	Files    int `json:"files"`
	Changed  int `json:"changed"`
	Excluded int `json:"excluded"`
	Failed   int `json:"failed"`
	// Changes counts fixes that were made; Held those above the level; Rejected those that a validator refused.
	Changes  int `json:"changes"`
	Held     int `json:"held"`
	Rejected int `json:"rejected"`
}

// Add counts one file.
func (s *Summary) Add(f File) {
	s.Files++
	switch {
	case f.Err != nil:
		s.Failed++
	case f.Excluded != "":
		s.Excluded++
	case f.Result != nil:
		if f.Changed() {
			s.Changed++
		}
		s.Changes += f.Result.Count(transform.StatusApplied)
		s.Held += f.Result.Count(transform.StatusHeld)
		s.Rejected += f.Result.Count(transform.StatusRejected)
	}
}

// String says it in one line, such as "5 changes in 2 of 3 files; 1 failed".
func (s Summary) String() string {
	text := []string{fmt.Sprintf("%s in %d of %s", plural(s.Changes, "change"), s.Changed, plural(s.Files, "file"))}
	for _, part := range []struct {
		n    int
		text string
	}{
		{s.Held, "held back by the level"},
		{s.Rejected, "dropped by the validator"},
		{s.Excluded, "excluded"},
		{s.Failed, "failed"},
	} {
		if part.n > 0 {
			text = append(text, fmt.Sprintf("%d %s", part.n, part.text))
		}
	}
	return strings.Join(text, "; ")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// A Printer writes results in one format.
type Printer interface {
	// File writes the result of one file.
	File(File) error
	// Close writes what comes last.
	Close(Summary) error
}

// Printers write each result in several formats.
type Printers []Printer

// File implements Printer.
func (list Printers) File(f File) error {
	for _, p := range list {
		if err := p.File(f); err != nil {
			return err
		}
	}
	return nil
}

// Close implements Printer.
func (list Printers) Close(s Summary) error {
	for _, p := range list {
		if err := p.Close(s); err != nil {
			return err
		}
	}
	return nil
}

// Formats are the names of the formats.
var Formats = []string{"text", "diff", "json"}

// Options say how a Printer for people writes.
type Options struct {
	// Color is true for ANSI colours.
	Color bool
	// Terminal is true where the output is shown at once: control characters in it are made visible.
	Terminal bool
	// Changes is true for a line a change, Diff for the diffs.
	Changes, Diff bool
	// Verification is true for what real builds found out.
	Verification bool
	// Verbose adds what was not done and why, evidence, and the IDs of fixes.
	Verbose bool
}

// New returns the printer for one of Formats.
func New(format string, w io.Writer, o Options) Printer {
	switch format {
	case "json":
		return &jsonPrinter{w: w}
	case "diff":
		o.Changes = false
	}
	return &textPrinter{w, o}
}

// headerName returns a path as the header of a diff has it, below "a" or "b". A name with control
// characters, quotes or backslashes is quoted as git and GNU patch quote it; a tab ends one with spaces.
func headerName(side, path string) string {
	name := side + "/" + strings.TrimLeft(filepath.ToSlash(path), "/")
	var b strings.Builder
	for _, c := range []byte(name) {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	switch {
	case b.Len() > len(name):
		return `"` + b.String() + `"`
	case strings.Contains(name, " "):
		return name + "\t"
	}
	return name
}
