// Package edit edits a project as its author would: it knows the source file that is edited most, and a
// change to it that no program notices.
package edit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// comments are the forms of a comment on a line of its own, by the endings of source files in lower case.
var comments = []struct {
	form    string
	endings []string
}{
	{"# %s\n", []string{".py", ".rb", ".sh", ".pl", ".pm", ".r", ".ex", ".exs", ".jl", ".cr", ".nim"}},
	{"/* %s */\n", []string{
		".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".jsx", ".go", ".rs", ".java", ".kt", ".scala", ".groovy", ".swift", ".dart",
		".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".cs", ".css", ".scss",
	}},
	{"// %s\n", []string{".fs", ".zig"}},
	{"<!-- %s -->\n", []string{".vue", ".svelte"}},
	{"-- %s\n", []string{".hs", ".lua"}},
	{"%% %s\n", []string{".erl"}},
	{";; %s\n", []string{".clj"}},
	{"<?php /* %s */ ?>\n", []string{".php"}}, // of a file without PHP in it; else Comment knows the place
}

// comment returns the form of a comment in a file, "" if it is no source file.
func comment(name string) string {
	for _, c := range comments {
		if slices.Contains(c.endings, strings.ToLower(path.Ext(name))) {
			return c.form
		}
	}
	return ""
}

// notEdited are folders whose files are not the author's, or do not matter to the image.
var notEdited = []string{"vendor", "test", "tests", "node_modules", "third_party"}

// MostEdited returns the source file that a build receives and that most changes touch, tests aside, as a path
// relative to the context. Of files that are edited as often, as far as that is known, it is the largest.
func MostEdited(context transform.Project) (string, error) {
	best, share, size := "", -1.0, int64(-1)
	err := fs.WalkDir(context, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		skip := d.IsDir() && slices.Contains(notEdited, d.Name())
		if p != "." && (skip || context.Ignored(p)) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || comment(p) == "" || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if s := context.Churn(p).Share; s > share || s == share && info.Size() > size {
			best, share, size = p, s, info.Size()
		}
		return nil
	})
	if err == nil && best == "" {
		err = errors.New("the build receives no source code")
	}
	return best, err
}

// Comment returns a source file's text with a note in a comment, in the file's language: at its end, or where its program ends.
func Comment(name string, text []byte, note string) []byte {
	if begin := []byte("<?php"); strings.EqualFold(path.Ext(name), ".php") && bytes.Contains(text, begin) {
		return bytes.Replace(text, begin, fmt.Appendf(nil, "<?php /* %s */", note), 1)
	}
	at := programEnd(text)
	return slices.Concat(text[:at], fmt.Appendf(nil, "\n"+comment(name), note), text[at:])
}

// programEnd returns the offset of the line behind which Ruby and Perl have data for the program; the end of the text if there is none.
func programEnd(text []byte) int {
	at := 0
	for line := range bytes.Lines(text) {
		switch string(bytes.TrimSpace(line)) {
		case "__END__", "__DATA__":
			return at
		}
		at += len(line)
	}
	return at
}
