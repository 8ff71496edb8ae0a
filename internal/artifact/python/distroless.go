package python

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A smallest is an image of distroless with the Python of a release of Debian, by that release. It looks for packages in
// dist-packages below /usr/local, where the official images have site-packages. Sources: python3/python.bzl and python3/README.md of
// github.com/GoogleContainerTools/distroless; Debian Python Policy, section 2.5.
var smallest = map[string]struct{ version, image string }{
	"bookworm": {"3.11", "gcr.io/distroless/python3-debian12"},
	"trixie":   {"3.13", "gcr.io/distroless/python3-debian13"},
}

// distroless returns the image of distroless that runs what the stage installs, or why none does.
func (f *finder) distroless() (b artifact.Base, why string) {
	d, ok := smallest[f.Base.Release]
	switch {
	case !ok || d.version != f.version:
		return b, fmt.Sprintf("none has Python %s of %s", f.version, f.Base.Release)
	case !slices.Contains([]string{"python", "python3"}, f.Start.Program):
		return b, fmt.Sprintf("%s is no call of python, and begins with the path of one that it does not have", path.Base(f.Start.Program))
	}
	for i, c := range f.Commands {
		if u := f.uses[i]; u.kind == installing && u.into != prefix {
			return b, "an environment links to a Python that it does not have, by line " + fmt.Sprint(c.Evidence.Line)
		}
	}
	if line, ok := f.lacking(); ok {
		return b, fmt.Sprintf("%s, line %d, uses a module that it does not have", line.Source, line.Line)
	}
	lib := path.Join(prefix, "lib/python"+f.version)
	return artifact.Base{
		Image: d.image, Level: transform.Aggressive,
		Places: map[string]string{
			path.Join(lib, "site-packages"):               path.Join(lib, "dist-packages"),
			path.Join(prefix, "bin"):                      "",
			path.Join(prefix, "include/python"+f.version): "",
		},
		Because: transform.Evidence{Source: "github.com/GoogleContainerTools/distroless, python3", Text: fmt.Sprintf("%s has Python %s of %s, as %s", d.image, f.version, f.Base.Release, f.Image)},
	}, ""
}

// lackingMarks are texts of a source by which it uses what the images of distroless leave out: parts of the standard library, a shell, the
// programs and folders that official images have in /usr/local. Source: python3/README.md and python3/testdata/debian12.yaml of
// github.com/GoogleContainerTools/distroless.
var lackingMarks = []string{"tkinter", "turtle", "idlelib", "lib2to3", "ensurepip", "import venv", "find_library", "dbm.gnu", "/usr/local/", "site-packages", "shell=True", "os.system", "os.popen"}

// maxScanned bounds how many sources are looked at.
const maxScanned = 2000

// lacking returns the first line of the project by which it needs more than an image of distroless has, or may do so.
func (f *finder) lacking() (found transform.Evidence, ok bool) {
	left := maxScanned
	all := f.EachCopied(func(name string) bool {
		if path.Ext(name) != ".py" {
			return true
		}
		data, err := manifest.Read(f.Files, name)
		if left--; err != nil || left < 0 {
			found, ok = transform.Evidence{Source: name}, true
			return false
		}
		for line, text := range manifest.Code(data, "#") {
			if slices.ContainsFunc(lackingMarks, func(mark string) bool { return strings.Contains(text, mark) }) {
				found, ok = transform.Evidence{Source: name, Line: line, Text: text}, true
				return false
			}
		}
		return true
	})
	return found, ok || !all
}
