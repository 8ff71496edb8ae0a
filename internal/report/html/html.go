// Package html writes what real builds found out as one HTML page: a file of its own, without scripts and without anything that
// is fetched, that opens on a phone and in dark mode.
//
// All that it shows is hostile: paths, Dockerfiles, and what programs wrote. html/template escapes it, characters that would show
// something else than is there are replaced, and the page's own policy lets a browser load nothing.
package html

import (
	"embed"
	"html/template"
	"io"
	"strings"
	"sync"
	"unicode"

	"dopt/internal/report"
)

//go:embed templates
var templates embed.FS

// page parses the templates when the first page is written, so that a start of dopt does not.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(functions()).ParseFS(templates, "templates/*"))
})

// A Printer collects results, and writes the page when it is closed.
type Printer struct {
	w     io.Writer
	files []section
}

// New returns a printer that writes the page to w.
func New(w io.Writer) *Printer { return &Printer{w: w} }

// File implements report.Printer.
func (p *Printer) File(f report.File) error {
	p.files = append(p.files, newSection(len(p.files)+1, f))
	return nil
}

// Close implements report.Printer.
func (p *Printer) Close(s report.Summary) error {
	var b strings.Builder
	err := page().ExecuteTemplate(&b, "page.html", struct {
		Files   []section
		Summary report.Summary
	}{p.files, s})
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.w, strings.Map(legible, b.String()))
	return err
}

// legible replaces characters that a browser would obey or hide: control characters, by the pictures that Unicode has for them, and
// those that turn the direction of writing.
func legible(r rune) rune {
	const pictures, pictureOfDelete = '\u2400', '\u2421'
	switch {
	case r == '\t' || r == '\n':
		return r
	case r < ' ':
		return pictures + r
	case r == 0x7f:
		return pictureOfDelete
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
		return unicode.ReplacementChar
	}
	return r
}
