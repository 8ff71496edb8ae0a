package system

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/catalog/official"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// maxSources is how many files and folders of the build context are looked at.
const maxSources = 20000

var errEnough = errors.New("enough files")

// skipped are folders that hold no sources of the project.
var skipped = []string{".git", "node_modules", ".venv", "venv"}

// sources looks at files of the project that say more than the analysis of needs reads in them.
func (t *translation) sources() {
	if t.files == nil {
		return
	}
	compiles := transform.Remember(t.files, compiling{}, findCompiled)
	for _, e := range compiles.evidence {
		t.unknown(nil, e, "compiles code of the project, and what with is not known")
	}
	if compiles.more {
		t.unknown(nil, transform.Evidence{Source: "."}, "has more files than are looked at")
	}
	if r, _ := official.ParseReference(t.base); r.Family() == "python" { // it has Python from its own source
		if line := transform.Remember(t.files, asking{}, asksForTk); line != nil {
			t.add(nil, *line, "Tk", "tk")
		}
	}
}

// The keys under which a project remembers what its sources say.
type compiling struct{}

type asking struct{}

// walk calls visit for the project's files, until it returns false. all is false where there are more than are looked at.
func walk(files fs.FS, visit func(name string) bool) (all bool) {
	left := maxSources
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch left--; {
		case left < 0:
			return errEnough
		case err != nil:
			return nil // what cannot be read is not copied either
		case entry.IsDir() && slices.Contains(skipped, path.Base(name)):
			return fs.SkipDir
		case entry.Type().IsRegular() && !visit(name):
			return fs.SkipAll
		}
		return nil
	})
	return err == nil
}

// compiled are files by which the installer of a language compiles the project's own code, with the words of which one says so; none
// where the file alone does. Sources: "Building C and C++ Extensions" of Python's documentation, PEP 517 and the pages of the build
// backends, npm's page on scripts, Gem::Ext::Builder, "Build Scripts" of the Cargo book.
var compiled = map[string][]string{
	"setup.py": {"ext_modules", "Extension(", "cythonize", "cffi_modules", "rust_extensions"}, "setup.cfg": {"ext_modules"},
	"pyproject.toml": {"maturin", "setuptools-rust", "scikit-build", "scikit_build", "mesonpy", "meson-python", "Cython", "cython", "ext-modules"},
	"binding.gyp":    nil, "extconf.rb": nil, "build.rs": nil,
}

// A compilation is where a project says that it compiles code of its own; more is true where it has more files than are looked at.
type compilation struct {
	evidence []transform.Evidence
	more     bool
}

func findCompiled(files fs.FS) (c compilation) {
	c.more = !walk(files, func(name string) bool {
		marks, builds := compiled[path.Base(name)]
		if !builds {
			return true
		}
		data, err := manifest.Read(files, name)
		if err != nil {
			return true
		}
		if at, word := find(string(data), marks); at >= 0 || len(marks) == 0 {
			c.evidence = append(c.evidence, evidence(name, string(data), max(at, 0), word))
		}
		return true
	})
	return c
}

// asksForTk returns the first place of a source that loads Tk, nil where none does.
func asksForTk(files fs.FS) (line *transform.Evidence) {
	received := transform.Received(files)
	walk(files, func(name string) bool {
		if path.Ext(name) != ".py" {
			return true
		}
		text, _ := transform.ReadText(received, name, manifest.MaxSize)
		if at, word := loadsTk(text); at >= 0 {
			e := evidence(name, text, at, word)
			line = &e
		}
		return line == nil
	})
	return line
}

// tk are the modules of Python's standard library that work only with a library which the slim variants lack; all others have theirs. rare is the
// place of a letter that few other words have: every source is searched. Source: the Dockerfiles at github.com/docker-library/python.
var tk = []struct {
	module string
	rare   int
}{{"tkinter", 1}, {"turtle", 1}}

// loadsTk returns where a source of Python first loads one of the modules, and the words that do, -1 if it loads none.
func loadsTk(text string) (at int, words string) {
	for _, m := range tk {
		for from := m.rare; from < len(text); {
			i := strings.IndexByte(text[from:], m.module[m.rare])
			if i < 0 {
				break
			}
			start := from + i - m.rare
			from += i + 1
			if !strings.HasPrefix(text[start:], m.module) {
				continue
			}
			for _, verb := range []string{"import ", "from "} {
				if strings.HasSuffix(text[:start], verb) {
					return start - len(verb), verb + m.module
				}
			}
		}
	}
	return -1, ""
}

// find returns where the first of the words stands that is there, -1 if none is.
func find(text string, words []string) (at int, word string) {
	for _, word := range words {
		if at := strings.Index(text, word); at >= 0 {
			return at, word
		}
	}
	return -1, ""
}

func evidence(name, text string, at int, word string) transform.Evidence {
	return transform.Evidence{Source: name, Line: 1 + strings.Count(text[:at], "\n"), Text: word}
}
