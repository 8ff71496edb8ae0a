package python

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// dataFiles are settings by which a project has files installed into folders of its own choice below the prefix. Sources:
// setuptools.pypa.io/en/latest/references/keywords.html, hatch.pypa.io/latest/plugins/builder/wheel, flit.pypa.io/en/stable/pyproject_toml.html.
var dataFiles = strings.Fields("data_files data-files shared-data external-data")

// installsData returns the line by which a project that is copied has files installed into folders of its own choice; ok is false where none does.
func (f *finder) installsData() (because transform.Evidence, ok bool) {
	f.EachCopied(func(name string) bool {
		if !slices.Contains([]string{"setup.py", "setup.cfg", "pyproject.toml"}, path.Base(name)) {
			return true
		}
		for line, text := range manifest.Code([]byte(f.Read(name)), code.Comment) {
			if slices.ContainsFunc(dataFiles, func(mark string) bool { return strings.Contains(text, mark) }) {
				because, ok = transform.Evidence{Source: name, Line: line, Text: text}, true
				return false
			}
		}
		return true
	})
	return because, ok
}
