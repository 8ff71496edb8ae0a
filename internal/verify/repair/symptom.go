package repair

import (
	"regexp"
	"strings"
	"sync"
)

// A Kind is what a symptom is about.
type Kind string

// The kinds of what a package may have.
const (
	Command   Kind = "command"    // a program that is looked for in PATH: "mysql_config"
	Header    Kind = "header"     // what #include names: "ldap.h"
	Link      Kind = "link"       // a library as a linker names it: "ldap"
	Library   Kind = "library"    // the file of a shared library: "libGL.so.1"
	PkgConfig Kind = "pkg-config" // a module of pkg-config: "libcurl"
	Path      Kind = "path"       // a file of the distribution: "/usr/share/zoneinfo/Europe/Berlin"
	// Certificates are those of certificate authorities; there is no name.
	Certificates Kind = "certificates"
)

// The kinds of what no package of the distribution mends: the change that broke it has to go.
const (
	Module     Kind = "module"     // a package or a file of the program's language: "flask"
	Program    Kind = "program"    // a program that is not there, or whose loader or interpreter is not: "/app/server"
	Machine    Kind = "machine"    // a program of another machine; there is no name
	Version    Kind = "version"    // a version of a library's symbols: "GLIBC_2.34"
	Permission Kind = "permission" // a file that the user may not use; "" if none is named
	User       Kind = "user"       // a user or group that is not there
)

// A Symptom is one thing that is missing or wrong, by what a program says.
type Symptom struct {
	Kind Kind
	Name string
	// Line is the one that says so.
	Line string
}

// maxLine bounds what is read of a line, maxSymptoms how many symptoms are taken from an output: the first
// ones are the cause, the others mostly what came of it.
const (
	maxLine     = 2 << 10
	maxSymptoms = 32
)

// Read returns what the output of a failed step or program says is missing or wrong, in the order of its lines,
// each once.
func Read(output string) []Symptom {
	var symptoms []Symptom
	seen := map[Symptom]bool{}
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line[:min(len(line), maxLine)])
		s, ok := readLine(line)
		if id := (Symptom{Kind: s.Kind, Name: s.Name}); ok && !seen[id] {
			seen[id] = true
			symptoms = append(symptoms, s)
		}
		if len(symptoms) == maxSymptoms {
			break
		}
	}
	return symptoms
}

// readLine returns what the first pattern that matches a line says.
func readLine(line string) (Symptom, bool) {
	for i, expr := range expressions() {
		m := expr.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		p := patterns[i]
		name := p.name
		if name == "" {
			name = "$1"
		}
		return Symptom{p.kind, string(expr.ExpandString(nil, name, line, m)), line}, true
	}
	return Symptom{}, false
}

var expressions = sync.OnceValue(func() []*regexp.Regexp {
	var list []*regexp.Regexp
	for _, p := range patterns {
		list = append(list, regexp.MustCompile(p.expr))
	}
	return list
})
