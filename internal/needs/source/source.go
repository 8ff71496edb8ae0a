// Package source finds what a program's source asks of the system it runs on: the commands that it
// calls, the libraries that it loads by name, the files of the distribution that it opens.
//
// It knows strings and comments of each language and nothing else of its grammar: a call is a name with an
// opening parenthesis behind it. What a call is given by another name than a literal is unknown, and said so.
// Nothing is executed.
package source

import (
	"path"
	"strings"
)

// A Kind says what a program asks for.
type Kind string

// The kinds.
const (
	Command      Kind = "command"      // a program with its arguments
	Script       Kind = "script"       // a text for /bin/sh
	Library      Kind = "library"      // a shared library, by file name ("libpq.so.5") or as a linker names it ("pq")
	Header       Kind = "header"       // what #include names
	PkgConfig    Kind = "pkg-config"   // a module of pkg-config
	Path         Kind = "path"         // an absolute path of the distribution
	Zone         Kind = "zone"         // a time zone; "" where it is not a literal
	Locale       Kind = "locale"       // a locale other than C and POSIX
	Zones        Kind = "zones"        // none: the program brings all time zones with it; the name says how
	Certificates Kind = "certificates" // the certificates of the system's store; the name is the address
	FileType     Kind = "file-type"    // a file that may be served; the name is its extension, as OfSystemType takes it
)

// Unknown stands in a name for a part that is not a literal.
const Unknown = "\x00"

// A Use is one thing that a program asks for.
type Use struct {
	Kind Kind
	Name string
	// Args are the further words of a command; Unknown for those that are no literals.
	Args []string
	// Line is counted from 1.
	Line int
	// Optional is true where the program only asks whether it is there.
	Optional bool
	// Inferred is true where the name was found in another place than the call: in an assignment.
	Inferred bool
	// Problem says what cannot be told, "" if nothing: "calls a command named by `tool`". Name is then "".
	Problem string
}

// MaxSize is the largest source, in bytes, that Scan reads: what is larger is generated, or data.
const MaxSize = 1 << 20

// Known reports whether Scan reads a file, by its name.
func Known(name string) bool {
	return languageOf(name) != nil || buildFile(name) != nil
}

// Scan returns what a source file asks for, in the order of its lines. The language is told by the name; what it
// does not tell, or what is longer than MaxSize, asks for nothing.
func Scan(name, src string) []Use {
	if len(src) > MaxSize {
		return nil
	}
	if read := buildFile(name); read != nil {
		return read(src)
	}
	l := languageOf(name)
	if l == nil {
		return nil
	}
	s := scanner{language: l, src: src}
	if l.silent(s.src) {
		return nil
	}
	return s.scan()
}

// languageOf returns the language of a file, nil if it is none of the table.
func languageOf(name string) *language {
	base := path.Base(name)
	ext := strings.ToLower(path.Ext(base))
	if strings.HasSuffix(base, ".min.js") || strings.HasSuffix(base, ".d.ts") {
		return nil
	}
	return byExtension()[ext]
}
