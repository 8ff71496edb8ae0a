// Package edit edits a project as its author would: it knows the source file that is edited most, and a
// change to it that no program notices.
package edit

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// comments are the forms of a comment on a line of its own, by the endings of source files. PHP is not among them: what
// follows its closing tag is output.
var comments = []struct {
	form    string
	endings []string
}{
	{"# %s\n", []string{".py", ".rb", ".sh", ".pl", ".r", ".ex", ".exs"}},
	{"/* %s */\n", []string{".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".go", ".rs", ".java", ".kt", ".scala", ".swift", ".c", ".h", ".cc", ".cpp", ".cs", ".css"}},
}

// comment returns the form of a comment in a file, "" if it is no source file.
func comment(name string) string {
	for _, c := range comments {
		if slices.Contains(c.endings, path.Ext(name)) {
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

// Comment returns a source file's text with a note in a comment at its end, in the file's language.
func Comment(name string, text []byte, note string) []byte {
	return fmt.Appendf(slices.Clone(text), "\n"+comment(name), note)
}
