package system

import (
	"bytes"
	"errors"
	"io/fs"
	"path"

	"dopt/internal/catalog/official"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// maxSources is how many files are looked at for imports of tkinter.
const maxSources = 5000

var errEnough = errors.New("enough files")

// tkinter adds Tk where a source of Python names the module: it is the one part of the standard library of Python's images that
// works only with a library that their slim variants lack. Source: the Dockerfiles at github.com/docker-library/python.
func (t *translation) tkinter() {
	if r, _ := official.ParseReference(t.stage.Base); r.Family() != "python" || t.files == nil {
		return
	}
	left := maxSources
	err := fs.WalkDir(t.files, ".", func(name string, entry fs.DirEntry, err error) error {
		if left--; left < 0 {
			return errEnough
		}
		if err != nil || path.Ext(name) != ".py" || !entry.Type().IsRegular() {
			return nil // what cannot be read is not copied either
		}
		if data, err := manifest.Read(t.files, name); err == nil && bytes.Contains(data, []byte("import")) {
			for _, module := range []string{"tkinter", "turtle"} {
				if at := bytes.Index(data, []byte(module)); at >= 0 {
					line := 1 + bytes.Count(data[:at], []byte("\n"))
					t.add(nil, transform.Evidence{Source: name, Line: line, Text: module}, "Tk for "+module, "tk")
					return errEnough
				}
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		t.unknown(transform.Evidence{Source: "."}, "has sources that cannot be read")
	}
}
