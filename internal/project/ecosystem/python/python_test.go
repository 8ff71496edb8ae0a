package python_test

import (
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/python"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

func FuzzInputs(f *testing.F) {
	f.Add("pip install -r a", "-r a\n-e ./b[c]\nx @ file:b ; y\n", "")
	f.Add("uv sync", "[project]\nname='x'\ndynamic=['y']\n", "[[package]]\nname='x'\nsource={editable='.'}\n")
	f.Add("poetry install --no-root", "[tool.poetry.dependencies]\nx={path='b'}\n", "")
	f.Add("conda env create -f a", "dependencies: [{pip: ['-r a']}]", "")
	f.Add("pipenv sync", "[packages]\nx={path='..'}", "{}")
	f.Fuzz(func(t *testing.T, command, a, lock string) {
		files := fstest.MapFS{"b/setup.py": {}}
		for _, name := range []string{"a", "pyproject.toml", "Pipfile"} {
			files[name] = &fstest.MapFile{Data: []byte(a)}
		}
		for _, name := range []string{"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"} {
			files[name] = &fstest.MapFile{Data: []byte(lock)}
		}
		install := manifesttest.Case{Command: command}.Install()
		if len(install.Argv) == 0 {
			return
		}
		in, err := python.Inputs(files, install)
		if err != nil || in.Refusal != "" {
			return
		}
		for _, file := range in.Files {
			if !manifest.IsFile(files, file.Path) {
				t.Errorf("%q: %s is not there", command, file.Path)
			}
		}
		_, _ = python.Dependencies(files, ".")
	})
}
