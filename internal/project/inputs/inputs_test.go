package inputs_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"dopt/internal/project/inputs"
	"dopt/internal/project/manifest/manifesttest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// without are the managers that have no reader: those of a system, and those whose projects are
// rarely built in images.
var without = []string{
	"apt-get", "apt", "aptitude", "apk", "dnf", "yum", "microdnf", "tdnf", "zypper", "pacman",
	"pecl", "nuget", "r", "littler", "cpan", "cpanm", "luarocks", "opam", "cabal", "stack",
}

// TestEveryManager holds the readers against the table of managers.
func TestEveryManager(t *testing.T) {
	for _, m := range pkgmgr.Managers {
		install := manifesttest.Case{Command: "x"}.Install()
		install.Manager = m.Name
		_, ok := inputs.Of(manifesttest.Context(""), install)
		if none := slices.Contains(without, m.Name); ok == none {
			t.Errorf("%s: a reader: %t, want %t", m.Name, ok, !none)
		}
	}
}

// An ignoring project has an ignore file that names some paths.
type ignoring struct {
	transform.Project
	files   fs.FS
	ignored string
}

func (p ignoring) Open(name string) (fs.File, error) { return p.files.Open(name) }
func (p ignoring) Ignored(path string) bool {
	return path == p.ignored || strings.HasPrefix(path, p.ignored+"/")
}

func TestIgnored(t *testing.T) {
	project := ignoring{files: manifesttest.Context("-- go.mod --\nmodule x\n-- vendor/modules.txt --\n"), ignored: "vendor"}
	install := manifesttest.Case{Command: "go mod download"}.Install()
	if in, _ := inputs.Of(project, install); in.Refusal != "" || len(in.Files) != 1 {
		t.Errorf("an ignored vendor folder counts: %+v", in)
	}
	project.ignored = "go.mod"
	if in, _ := inputs.Of(project, install); in.Refusal != "there is no go.mod" {
		t.Errorf("an ignored go.mod counts: %+v", in)
	}
}
