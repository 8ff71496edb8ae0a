package python_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dopt/internal/project/ecosystem/python"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

func TestDependencies(t *testing.T) {
	for _, c := range []struct {
		name, context string
		want          []string
	}{
		{"poetry", poetry, []string{
			"fastapi 0.110.0 [all] main pyproject.toml:6", "shared 0.1.0 main pyproject.toml:7 at libs/shared", "pytest ^8 test pyproject.toml:10",
			"anyio 4.3.0 main transitive poetry.lock:1",
		}},
		{"uv", uvWorkspace, []string{
			"httpx 0.27.0 main pyproject.toml:3", "core 0.1.0 main pyproject.toml:3",
			"idna 3.7 main transitive uv.lock:19", "proto 1.0 main transitive uv.lock:24 at proto",
		}},
		{"requirements", flask, []string{
			"flask  main requirements/common.txt:2", "flask-sqlalchemy ~= 3.1 main requirements/base.txt:2",
			"gunicorn 22.0.0 main requirements.txt:5", `psycopg2-binary >=2.9 main requirements.txt:6 if python_version < "3.13"`,
			"cryptography 42.0.5 main requirements.txt:7", "requests  main requirements.txt:10", "lib  main requirements.txt:11",
			"uvicorn  [standard] main requirements.txt:12",
		}},
		{"pipenv", "-- Pipfile --\n[packages]\nPillow = '*'\n[dev-packages]\npytest = '==8.0'\n-- Pipfile.lock --\n{\"default\":\n{\"pillow\": {\"version\": \"==10.3.0\"},\n\"idna\": {\"version\": \"==3.7\"}}}\n", []string{
			"pillow 10.3.0 main Pipfile:2", "pytest 8.0 dev Pipfile:4", "idna 3.7 main transitive Pipfile.lock:3",
		}},
		{"setup.cfg", "-- setup.cfg --\n[metadata]\nname = x\n[options]\ninstall_requires =\n    flask>=2  # web\n    Jinja2==3.1\npackages = find:\n", []string{
			"flask >=2 main setup.cfg:5", "jinja2 3.1 main setup.cfg:6",
		}},
		{"conda", "-- environment.yml --\ndependencies:\n- python=3.12\n- pip:\n  - flask==3.0\n", []string{"flask 3.0 main environment.yml:4"}},
		{"nothing", "-- app.py --\n", nil},
	} {
		all, err := python.Dependencies(manifesttest.Context(c.context), ".")
		var got []string
		for _, d := range all {
			got = append(got, describe(d))
		}
		if !slices.Equal(got, c.want) || err != nil {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func describe(d manifest.Dependency) string {
	version := d.Version
	if version == "" {
		version = d.Constraint
	}
	text := d.Name + " " + version
	if d.Extras != nil {
		text += fmt.Sprint(" ", d.Extras)
	}
	if d.Group == "" {
		d.Group = "main"
	}
	text += " " + d.Group
	if d.Transitive {
		text += " transitive"
	}
	text += fmt.Sprintf(" %s:%d", d.Source.Source, d.Source.Line)
	if d.Marker != "" {
		text += " if " + d.Marker
	}
	if d.Path != "" {
		text += " at " + d.Path
	}
	return text
}
