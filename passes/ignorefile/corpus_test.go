package ignorefile_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/catalog"
	"dopt/internal/corpus"
	"dopt/internal/project"
	"dopt/passes/ignorefile"
	"dopt/transform"
	"dopt/transform/validate/ignore"
)

// everything is a build context with something of every row of the table, and what proves it.
func everything() fstest.MapFS {
	files := fstest.MapFS{}
	for name := range strings.FieldsSeq(`
		.git/HEAD .gitignore package.json package-lock.json node_modules/x/index.js web/package.json web/node_modules/y/index.js
		composer.json vendor/autoload.php requirements.txt app.py venv/pyvenv.cfg .venv/pyvenv.cfg __pycache__/app.pyc src/__pycache__/x.pyc
		.pytest_cache/x .gradle/x Cargo.toml target/release/x pom.xml build.gradle build/libs/x.jar Shop.csproj obj/project.assets.json bin/Debug/x
		mix.exs deps/x/mix.exs _build/x .next/x .nuxt/x vite.config.js nest-cli.json dist/index.js coverage/lcov.info npm-debug.log error.log
		.idea/x .vscode/x .DS_Store .github/workflows/x.yml compose.yaml docker-compose.yml .env Makefile go.mod main.go`) {
		files[name] = &fstest.MapFile{Data: []byte("x\n")}
	}
	files[".gitignore"].Data = []byte("dist\nbuild\n*.log\ndeps\n")
	files["package.json"].Data = []byte(`{"scripts": {"build": "vite build && next build && nuxt build"}}`)
	return files
}

// Over real Dockerfiles, with all there could be in a context: nothing is rejected by the validator, what cannot be
// told is left, and a second run has nothing to add.
func TestCorpus(t *testing.T) {
	hidden := 0
	written := everything()
	written[".dockerignore"] = &fstest.MapFile{Data: []byte("# caches\n**/.pytest_cache\n\n*\n!web\n!src\n!.git\n")}
	for i, f := range corpus.Files(t, "dockerfiles") {
		doc, err := transform.Parse("Dockerfile", f.Src)
		if err != nil {
			continue
		}
		context := project.New(everything(), "Dockerfile", nil, nil)
		if i%4 == 0 {
			context = project.New(written, "Dockerfile", nil, nil)
		}
		p := &transform.Pipeline{
			Passes: []*transform.Pass{ignorefile.Pass}, Validators: []transform.Validator{ignore.New()}, Bases: catalog.Bases(), Level: transform.Standard,
		}
		r, err := p.Run(doc, context)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		if r.Count(transform.StatusRejected) > 0 || r.Count(transform.StatusUnproven) > 0 {
			t.Errorf("%s: %v", f.Name, r.Findings)
		}
		if len(r.Files) == 0 {
			continue
		}
		hidden++
		again, err := p.Run(doc, transform.Overlay(context, []transform.FileChange{{Path: r.Files[0].Path, Data: r.Files[0].After}}))
		if err != nil || again.Changed() {
			t.Errorf("%s: a second run changes something: %v", f.Name, err)
		}
	}
	if hidden == 0 {
		t.Error("the pass has done nothing to any file")
	}
	t.Log(hidden, "files get an ignore file")
}
