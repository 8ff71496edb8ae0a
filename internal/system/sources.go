package system

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"

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
	r, _ := official.ParseReference(t.base)
	python := r.Family() == "python"
	left := maxSources
	err := fs.WalkDir(t.files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch left--; {
		case left < 0:
			return errEnough
		case err != nil:
			return nil // what cannot be read is not copied either
		case entry.IsDir() && slices.Contains(skipped, path.Base(name)):
			return fs.SkipDir
		case entry.Type().IsRegular():
			t.source(name, python)
		}
		return nil
	})
	if err != nil {
		t.unknown(nil, transform.Evidence{Source: "."}, "has more files than are looked at")
	}
}

// compiled are files by which the installer of a language compiles the project's own code, with the words of which one says so; none
// where the file alone does. Sources: "Building C and C++ Extensions" of Python's documentation, PEP 517 and the pages of the build
// backends, npm's page on scripts, Gem::Ext::Builder, "Build Scripts" of the Cargo book.
var compiled = map[string][]string{
	"setup.py": {"ext_modules", "Extension(", "cythonize", "cffi_modules", "rust_extensions"}, "setup.cfg": {"ext_modules"},
	"pyproject.toml": {"maturin", "setuptools-rust", "scikit-build", "scikit_build", "mesonpy", "meson-python", "Cython", "cython", "ext-modules"},
	"binding.gyp":    nil, "extconf.rb": nil, "build.rs": nil,
}

// source looks at one file; python is true where the base image has Python from its own source.
func (t *translation) source(name string, python bool) {
	marks, builds := compiled[path.Base(name)]
	python = python && path.Ext(name) == ".py"
	if !builds && !python {
		return
	}
	if python && !t.tk {
		if line := asksForTk(t.files, name); line != nil {
			t.tk = true
			t.add(nil, *line, "Tk", "tk")
		}
	}
	if !builds {
		return
	}
	data, err := manifest.Read(t.files, name)
	if err != nil {
		return
	}
	if at, word := find(data, marks); at >= 0 || len(marks) == 0 {
		t.unknown(nil, evidence(name, data, max(at, 0), word), "compiles code of the project, and what with is not known")
	}
}

// tkFile is the key under which a project remembers whether a source asks for Tk.
type tkFile string

// asksForTk returns the place of a source that loads Tk, nil where none does. A project is read once for all that ask.
func asksForTk(files fs.FS, name string) *transform.Evidence {
	look := func(files fs.FS) *transform.Evidence {
		data, err := manifest.Read(files, name)
		if err != nil {
			return nil
		}
		at, word := find(data, tk)
		if at < 0 {
			return nil
		}
		e := evidence(name, data, at, word)
		return &e
	}
	if p, ok := files.(transform.Project); ok {
		return p.Remember(tkFile(name), func(p transform.Project) any { return look(transform.Received(p)) }).(*transform.Evidence)
	}
	return look(files)
}

// tk are the modules of Python's standard library that work only with a library which the slim variants lack; all others have theirs.
// Source: the Dockerfiles at github.com/docker-library/python.
var tk = []string{"import tkinter", "from tkinter", "import turtle", "from turtle"}

// find returns where the first of the words stands that is there, -1 if none is.
func find(data []byte, words []string) (at int, word string) {
	for _, word := range words {
		if at := bytes.Index(data, []byte(word)); at >= 0 {
			return at, word
		}
	}
	return -1, ""
}

func evidence(name string, data []byte, at int, text string) transform.Evidence {
	return transform.Evidence{Source: name, Line: 1 + bytes.Count(data[:at], []byte("\n")), Text: text}
}
