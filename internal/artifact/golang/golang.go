// Package golang finds the programs that a stage builds with Go, and what they open when they run.
package golang

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"dopt/internal/artifact"
	"dopt/transform"
)

// Language finds programs in Go.
var Language = artifact.Language{Name: "Go", Tools: []string{"go", "make"}, Find: find}

// find returns what the go commands of a stage build.
func find(s *artifact.Stage) *artifact.Artifact {
	f := finder{Stage: s, out: &artifact.Artifact{Language: "Go", Builds: builds, Settled: settled, IsSource: isSource}, code: newCode(s)}
	found := false
	for i, c := range s.Commands {
		if path.Base(c.Name()) != "go" {
			continue
		}
		found = true
		if b, ok := f.read(c); ok {
			f.build(i, b)
		}
	}
	if path.Base(s.Start.Program) == "go" {
		f.out.Unknown(f.StartedBy(), "compiles the program when it starts")
		return f.out
	}
	if !found || len(f.out.Programs) == 0 && len(f.out.Unknowns) == 0 {
		return nil
	}
	if len(f.out.Unknowns) > 0 {
		return f.out
	}
	f.out.Sources = append(f.out.Sources, f.SourceFolders(isSource)...)
	f.opens()
	f.needs()
	f.Partial = f.Partial || f.code.partial
	f.out.Bases = f.bases()
	if !f.code.unread {
		f.out.Mentions = f.mentions
	}
	f.out.Certificates = certificates
	return f.out
}

// certificates is the first of the files in which crypto/x509 looks for certificates on Linux. Source: Go 1.26, crypto/x509/root_linux.go.
const certificates = "/etc/ssl/certs/ca-certificates.crt"

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out  *artifact.Artifact
	code *code
	// static is false once a program is built, or may be, that needs the C library; cgo is true where C is compiled, or may be.
	dynamic, cgo bool
}

// build adds the programs that one command makes.
func (f *finder) build(index int, b build) {
	for _, p := range f.products(b) {
		if !path.IsAbs(p.path) {
			f.out.Unknown(b.Evidence, "builds a program in a folder that is not known")
			continue
		}
		if p.external && !f.mentioned(path.Base(p.path)) {
			continue
		}
		for _, place := range f.Placed(p.path, index) {
			if slices.Contains(f.out.Programs, place) {
				continue
			}
			f.out.Programs = append(f.out.Programs, place)
			f.out.Add(artifact.File{Path: place, Because: b.Evidence})
			f.out.Evidence = append(f.out.Evidence, b.Evidence)
			f.out.Title = "program " + place
		}
		f.source(b, p)
	}
}

// source takes note of the source of a program.
func (f *finder) source(b build, p product) {
	if p.external {
		f.dynamic = f.dynamic || !b.withoutC()
		f.code.unread = true
		return
	}
	use := f.code.program(p.folder)
	switch {
	case use.plugins:
		f.out.Unknown(b.Evidence, "builds a program that loads plugins")
	case b.sanitizes():
		f.dynamic = true
	case b.withoutC() || b.linkedStatically():
	case use.c || f.code.unread:
		f.dynamic, f.cgo = true, true
	case use.resolver:
		f.dynamic = true
	}
}

// mentioned reports whether the process or the source names a program.
func (f *finder) mentioned(name string) bool {
	if slices.ContainsFunc(f.Start.Argv, func(w string) bool { return strings.Contains(w, name) }) {
		return true
	}
	script, ok := f.Tree.Context(f.Start.Program)
	if !ok {
		return false
	}
	return strings.Contains(f.Read(script), name)
}

// mentions reports whether a text of the source has a word. What is opened is no program: a database, by the name of its driver.
func (f *finder) mentions(word string) bool {
	for _, p := range f.code.packages {
		if p == nil {
			continue
		}
		for _, l := range p.literals {
			opened := slices.ContainsFunc(p.literals, func(o literal) bool { return o.opened && o.text == l.text && o.because == l.because })
			if !opened && slices.Contains(wordsOf(l.text), word) {
				return true
			}
		}
	}
	return false
}

// wordsOf returns the parts of a text that can be names of programs.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.+", r)
	})
}

// builds reports whether a command is one of go, or of make, that only builds.
func builds(c artifact.Command) bool {
	argv := c.Argv()
	if len(argv) < 2 || path.Base(argv[0]) != "go" {
		return false
	}
	return slices.Contains([]string{"build", "clean", "env", "fmt", "get", "install", "list", "mod", "test", "version", "vet", "work"}, verb(argv))
}

// settled: that a module of Go is compiled says nothing of the image: what it links with has been installed.
func settled(u transform.UnknownNeed) bool {
	return u.Step != nil || strings.HasPrefix(u.Reason, "whether go package ")
}
