package system

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"dopt/internal/catalog"
	catalanguage "dopt/internal/catalog/language"
	"dopt/transform"
)

// A language is a package of a programming language that a step installs, or that the program uses where step is nil.
type language struct {
	ecosystem, name, version string
	// locked is what a lock file says of how that version is published.
	locked locked
	// source is true where it is not taken from the index.
	source bool
	step   *transform.Instruction
}

// maxWith bounds how deep packages that come with others are followed.
const maxWith = 8

// tools are what compiles the native code of a package, by language, with the command that each is called for.
// Sources: setuptools' build_ext and the configure scripts that it may call; "Installation" of node-gyp's README;
// mkmf of Ruby.
var tools = map[string][]struct{ what, pkg string }{
	"python": {{"compiler", "g++"}, {"make", "make"}},
	"node":   {{"compiler", "g++"}, {"make", "make"}, {"Python for node-gyp", "python3"}},
	"ruby":   {{"compiler", "g++"}, {"make", "make"}},
}

// language adds what a package of a language is built with, and what it loads.
func (t *translation) language(l language, because transform.Evidence, depth int) {
	if t.asked[l] || depth > maxWith {
		return
	}
	t.asked[l] = true
	what := fmt.Sprintf("%s package %s", l.ecosystem, l.name)
	fromSource := l.source || l.step != nil && asksForSource(l.step.Document())
	found, ok := catalog.Need(catalog.NeedQuery{
		Language: catalanguage.Language(l.ecosystem), Name: l.name, Version: l.version, Release: t.stage.Release, Python: t.python,
		Prebuilt: l.locked.prebuilt(), FromSource: fromSource,
	})
	if !ok && (l.ecosystem == "node" && t.plainNode(l.name, because) || l.locked == lockedPortable && !fromSource) {
		return
	}
	if !ok {
		reason := "whether %s has native code is not known"
		if l.locked == lockedCompiled {
			reason = "which libraries of the system %s links to is not known"
		}
		t.unknown(l.step, because, fmt.Sprintf(reason, what))
		return
	}
	compiles := fromSource && found.Prebuilt == catalanguage.Yes || l.step != nil && found.Prebuilt == catalanguage.No
	if compiles && !found.Native && len(found.Build) == 0 {
		t.unknown(l.step, because, fmt.Sprintf("what %s is compiled with is not known", what))
		return
	}
	if len(found.Elsewhere) > 0 {
		t.unknown(l.step, because, fmt.Sprintf("%s needs %s, which the release does not have", what, strings.Join(found.Elsewhere, " ")))
		return
	}
	for _, extra := range extras(l.name, because) {
		t.language(language{ecosystem: l.ecosystem, name: l.name + "[" + extra + "]", version: l.version, step: l.step}, because, depth+1)
	}
	for _, with := range found.With {
		if l.locked == "" { // else the lock lists all that comes with it
			t.language(language{ecosystem: l.ecosystem, name: with, step: l.step}, because, depth+1)
		}
	}
	for _, name := range found.Run {
		t.add(l.step, because, what, name)
	}
	if l.step == nil && l.ecosystem == "python" && slices.Contains(compileWhenUsed, strings.ToLower(l.name)) {
		t.tools(l, because, what)
	}
	if l.step == nil || !found.Native || found.Prebuilt == catalanguage.Yes && !fromSource {
		return
	}
	for _, name := range found.Build {
		t.add(l.step, because, what, name)
	}
	if !namesTools(l, found) {
		t.tools(l, because, what)
	}
}

// namesTools reports whether what the catalog names to build a package has all that compiles it. setuptools calls the compilers alone, but a
// version newer than the evidence may have moved to another language. Gems and addons of Node.js are made by make.
func namesTools(l language, found catalog.Needs) bool {
	if l.ecosystem != "python" || !slices.Contains(found.Build, "gcc") && !slices.Contains(found.Build, "g++") {
		return false
	}
	return found.Reviewed || l.version != "" && catalanguage.CompareVersions(l.version, found.Evidence) <= 0
}

// tools adds what compiles native code.
func (t *translation) tools(l language, because transform.Evidence, what string) {
	for _, tool := range tools[l.ecosystem] {
		t.add(l.step, because, tool.what+" for "+what, tool.pkg)
	}
}

// compileWhenUsed are packages of Python that call a compiler when a program uses them. Sources: the installation pages of their
// documentation, read 2026-11.
var compileWhenUsed = strings.Fields("aesara cmdstanpy cppyy prophet pymc pymc3 pystan pytensor theano triton")

// asksForSource reports whether a file has pip compile what is published compiled, for some packages or all.
func asksForSource(doc *transform.Document) bool {
	return bytes.Contains(doc.Src, []byte("--no-binary")) || bytes.Contains(doc.Src, []byte("PIP_NO_BINARY"))
}

// extras returns the optional parts of a package of Python that the line which names it asks for: c for psycopg[c].
func extras(name string, because transform.Evidence) []string {
	at := strings.Index(strings.ToLower(because.Text), strings.ToLower(name)+"[")
	if at < 0 {
		return nil
	}
	list, _, _ := strings.Cut(because.Text[at+len(name)+1:], "]")
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
