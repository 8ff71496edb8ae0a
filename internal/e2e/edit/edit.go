// Package edit edits an example project as its author would: it knows the source file that is edited
// most, and a change to it that no program notices. The predicted and the measured tables of rebuilds
// both take it from here.
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

// sources are the endings of files of source code.
var sources = []string{".py", ".js", ".ts", ".go", ".rs", ".java", ".c", ".cpp"}

// MostEdited returns the largest file of source code that a build receives, tests aside, as a path
// relative to the context: the examples have no history of their own, and the largest file stands for
// the one that is edited most.
func MostEdited(context transform.Project) (string, error) {
	name, size := "", int64(-1)
	err := fs.WalkDir(context, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		skip := d.IsDir() && slices.Contains([]string{"vendor", "test", "tests", "node_modules"}, d.Name())
		if p != "." && (skip || context.Ignored(p)) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		source := slices.Contains(sources, path.Ext(p)) && !strings.HasSuffix(p, "_test.go")
		if info, err := d.Info(); err == nil && source && info.Size() > size {
			name, size = p, info.Size()
		}
		return nil
	})
	if err == nil && name == "" {
		err = errors.New("the build receives no source code")
	}
	return name, err
}

// Comment returns a source file's text with a note in a comment at its end, in the file's language.
func Comment(name string, text []byte, note string) []byte {
	format := "/* %s */\n"
	if path.Ext(name) == ".py" {
		format = "# %s\n"
	}
	return fmt.Appendf(slices.Clone(text), "\n"+format, note)
}
