package inputs_test

import (
	"io/fs"
	"strings"
	"testing"

	"dopt/internal/project/inputs"
	"dopt/internal/project/manifest/manifesttest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// noProject are the managers whose installs read nothing of a project: those of a system.
var noProject = map[string]bool{
	"debian": true, "alpine": true, "rpm": true, "arch": true,
}

// TestEveryManager finds managers of the table that have no reader.
func TestEveryManager(t *testing.T) {
	missing := map[string]bool{}
	for _, m := range pkgmgr.Managers {
		install := manifesttest.Case{Command: "x"}.Install()
		install.Manager = m.Name
		_, ok := inputs.Of(manifesttest.Context(""), install)
		if ok && noProject[m.Ecosystem] {
			t.Errorf("%s has a reader", m.Name)
		}
		if !ok && !noProject[m.Ecosystem] {
			missing[m.Name] = true
		}
	}
	for _, name := range []string{"go", "pip", "uv", "poetry", "pipenv", "pdm", "conda", "npm", "yarn", "yarn-berry", "pnpm", "bun"} {
		if missing[name] {
			t.Errorf("%s has no reader", name)
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
