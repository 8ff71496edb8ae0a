package python_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/python"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const flask = `
-- requirements.txt --
# web
--extra-index-url https://pypi.example.org/simple
-r requirements/base.txt
-c constraints.txt
gunicorn==22.0.0  # the server
psycopg2-binary>=2.9 ; python_version < "3.13"
cryptography==42.0.5 \
    --hash=sha256:0270 \
    --hash=sha256:1111
git+https://github.com/psf/requests.git@v2.32.0#egg=requests
https://files.example.org/lib-1.0-py3-none-any.whl
uvicorn[standard] @ https://files.example.org/uvicorn-0.29.tar.gz
-- requirements/base.txt --
-r ../requirements/common.txt
Flask_SQLAlchemy ~= 3.1
-- requirements/common.txt --
-r base.txt
flask
-- constraints.txt --
werkzeug<3
-- app.py --
`

const local = `
-- requirements.txt --
--find-links ./wheels
./libs/billing[api]
-e libs/auth
vendor/patched-1.0.tar.gz
proto @ file:///app/libs/proto
-- wheels/x-1.0-py3-none-any.whl --
-- libs/billing/setup.py --
from setuptools import setup
setup(name="billing", description="Bills...")
-- libs/auth/pyproject.toml --
[build-system]
requires = ["setuptools"]
-- libs/proto/setup.cfg --
-- vendor/patched-1.0.tar.gz --
-- app.py --
`

var pipCases = []manifesttest.Case{
	{
		Name: "nested files and constraints", Context: flask, Command: "pip install --no-cache-dir -r requirements.txt",
		Files: "constraints.txt requirements.txt requirements/base.txt requirements/common.txt",
	},
	{
		Name: "python -m pip", Context: flask, Command: "python3 -m pip install -rrequirements/common.txt --constraint=constraints.txt",
		Files: "constraints.txt requirements/base.txt requirements/common.txt",
	},
	{
		Name: "an absolute path below the working directory", Context: flask, Command: "pip3 wheel -w /wheels -r /app/constraints.txt",
		Files: "constraints.txt",
	},
	{
		Name: "in a folder", Context: "-- api/requirements.txt --\n-c ../constraints.txt\n-- constraints.txt --\n", Dir: "api", Command: "pip install -r requirements.txt",
		Files: "api/requirements.txt constraints.txt",
	},
	{Name: "named packages", Context: flask, Command: "pip install -U pip setuptools==? gunicorn[gevent]"},
	{Name: "from git", Context: flask, Command: "pip install git+https://?@github.com/psf/requests.git"},
	{
		Name: "constraints of the environment", Context: flask, Env: []string{"PIP_CONSTRAINT=constraints.txt"}, Command: "pip install flask",
		Files: "constraints.txt",
	},
	{
		Name: "local packages", Context: local, Command: "pip install -r requirements.txt",
		Files: "requirements.txt vendor/patched-1.0.tar.gz", Dirs: "libs/auth libs/billing libs/proto wheels",
	},
	{
		Name: "a bare name is a folder where it is editable", Context: "-- r.txt --\n-e lib\nlib\n-- lib/setup.py --\n-- other/setup.py --\n", Command: "pip install -r r.txt -e other[dev] lib",
		Files: "r.txt", Dirs: "lib other",
	},
	{
		Name: "what a build leaves out", Context: "-- libs/a/pyproject.toml --\n[build-system]\nbuild-backend = 'hatchling.build'\n-- .gitignore --\n-- libs/a/.gitignore --\n", Command: "pip install ./libs/a",
		Files: ".gitignore", Dirs: "libs/a",
	},
	{
		Name: "what git leaves out", Context: "-- libs/a/pyproject.toml --\n[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n-- .git/HEAD --\n", Command: "pip install ./libs/a",
		Refusal: "libs/a/pyproject.toml: poetry asks git which files belong to the package",
	},
	{Name: "a wheel", Context: "-- dist/a-1.0-py3-none-any.whl --\n", Command: "pip install dist/a-1.0-py3-none-any.whl", Files: "dist/a-1.0-py3-none-any.whl"},
	{
		Name: "a variable", Context: "-- requirements.txt --\n-r requirements/${FLAVOR}.txt\n-i https://${TOKEN}@example.org\n-- requirements/prod.txt --\n",
		Env: []string{"FLAVOR=prod"}, Command: "pip install -r requirements.txt", Files: "requirements.txt requirements/prod.txt",
	},
	{Name: "byte order mark and carriage returns", Context: "-- r.txt --\n\ufeff-r s.txt\r\nflask\r\n-- s.txt --\n", Command: "pip install -r r.txt", Files: "r.txt s.txt"},
	{Name: "a group", Context: "-- pyproject.toml --\n", Command: "pip install --group dev", Files: "pyproject.toml"},

	{Name: "the project", Context: flask + "-- setup.py --\n", Command: "pip install .", Refusal: `"." installs the project itself, from its source`},
	{Name: "the project, editable", Context: flask, Command: "pip install -e .[dev]", Refusal: `"." installs the project itself, from its source`},
	{
		Name: "the project in a requirements file", Context: "-- requirements.txt --\n\n-e .\n", Command: "pip install -r requirements.txt",
		Refusal: `requirements.txt:2: "." installs the project itself, from its source`,
	},
	{Name: "a folder above", Context: "-- src/api/requirements.txt --\n../\n", Dir: "src/api", Command: "pip install -r requirements.txt", Refusal: `src/api/requirements.txt:1: "../" installs the project itself, from its source`},
	{
		Name: "version from git", Context: "-- requirements.txt --\n./lib\n-- lib/setup.py --\nsetup(\n use_scm_version=True, setup_requires=['setuptools_scm'])\n",
		Command: "pip install -r requirements.txt", Refusal: "requirements.txt:1: lib/setup.py:2: its version comes from git (setuptools_scm)",
	},
	{
		Name: "a package that reads the folder above", Context: "-- lib/setup.py --\nopen('../VERSION')\n", Command: "pip install ./lib",
		Refusal: "lib/setup.py:1: it reads files of the folder above (..)",
	},
	{Name: "a file for an option that is cut short", Context: flask, Command: "pip install --requir requirements.txt", Refusal: "requirements.txt is a file of the context, but no package"},
	{Name: "a file made in the build", Context: flask, Command: "pip install -r /tmp/requirements.txt", Refusal: "/tmp/requirements.txt is outside the working directory"},
	{Name: "a file that is not there", Context: "-- a --\n", Command: "pip install -r requirements.txt", Refusal: "requirements.txt is not in the context"},
	{Name: "a nested file that is not there", Context: "-- requirements.txt --\nflask\n-r base.txt\n", Command: "pip install -r requirements.txt", Refusal: "requirements.txt:2: base.txt is not in the context"},
	{Name: "outside the context", Context: "-- requirements.txt --\n-r ../../base.txt\n", Command: "pip install -r requirements.txt", Refusal: "requirements.txt:1: ../../base.txt is outside the context"},
	{Name: "an absolute path", Context: "-- requirements.txt --\n-r /etc/passwd\n", Command: "pip install -r requirements.txt", Refusal: "requirements.txt:1: /etc/passwd is an absolute path, outside the context"},
	{Name: "a file that a variable names", Context: flask, Command: "pip install -r requirements-?.txt", Refusal: "the command names a file whose path is not known before the build"},
	{Name: "wheels of a pattern", Context: flask, Command: "pip install dist/*.whl", Refusal: "dist/*.whl is not in the context"},
	{Name: "an unknown option", Context: "-- r.txt --\n--frobnicate x\n", Command: "pip install -r r.txt", Refusal: "r.txt:1: option --frobnicate is not known"},
	{Name: "no requirement", Context: "-- r.txt --\nflask\n=> x\n", Command: "pip install -r r.txt", Refusal: `r.txt:2: "=> x" is no requirement`},
}

func TestPip(t *testing.T) { manifesttest.Run(t, pipCases, python.Inputs) }

const poetry = `
-- pyproject.toml --
[tool.poetry]
name = "bookmarks"

[tool.poetry.dependencies]
python = "^3.12"
fastapi = {version = "0.110.0", extras = ["all"]}
shared = {path = "libs/shared", develop = true}

[tool.poetry.group.test.dependencies]
pytest = "^8"
-- poetry.lock --
[[package]]
name = "anyio"
version = "4.3.0"

[[package]]
name = "fastapi"
version = "0.110.0"

[package.dependencies]
anyio = ">=3"

[[package]]
name = "shared"
version = "0.1.0"

[package.source]
type = "directory"
url = "libs/shared"
-- libs/shared/pyproject.toml --
[tool.poetry]
name = "shared"

[tool.poetry.dependencies]
core = {path = "../core"}
-- libs/core/pyproject.toml --
[tool.poetry]
name = "core"
-- README.md --
`

const uvWorkspace = `
-- pyproject.toml --
[project]
name = "shop"
dependencies = ["httpx", "core"]

[build-system]
requires = ["hatchling"]

[tool.uv.sources]
core = { workspace = true }
proto = { path = "proto" }

[tool.uv.workspace]
members = ["packages/*"]
exclude = ["packages/old"]
-- uv.lock --
version = 1

[manifest]
members = ["core", "shop"]

[[package]]
name = "core"
version = "0.1.0"
source = { editable = "packages/core" }

[[package]]
name = "httpx"
version = "0.27.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "idna" },
]

[[package]]
name = "idna"
version = "3.7"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "proto"
version = "1.0"
source = { directory = "proto" }

[[package]]
name = "shop"
version = "0.1.0"
source = { editable = "." }
-- packages/core/pyproject.toml --
[project]
name = "core"
-- packages/old/pyproject.toml --
[project]
name = "old"
-- proto/pyproject.toml --
[project]
name = "proto"
-- .python-version --
3.12
-- src/shop/__init__.py --
`

var projectCases = []manifesttest.Case{
	{
		Name: "poetry without the project", Context: poetry, Command: "poetry install --only main --no-root --no-interaction",
		Files: "poetry.lock pyproject.toml", Dirs: "libs/core libs/shared",
	},
	{
		Name: "poetry without folders", Context: poetry + "-- poetry.toml --\n", Command: "poetry install --no-root --no-directory",
		Files: "libs/shared/pyproject.toml poetry.lock poetry.toml pyproject.toml",
	},
	{Name: "poetry without package mode", Context: "-- pyproject.toml --\n[tool.poetry]\npackage-mode = false\n", Command: "poetry install", Files: "pyproject.toml"},
	{Name: "poetry with the project", Context: poetry, Command: "poetry install --only main", Refusal: "pyproject.toml: poetry installs the project itself, from its source, unless --no-root is given"},
	{Name: "poetry add", Context: poetry, Command: "poetry add flask", Refusal: `what "poetry add" reads is not known, or it changes pyproject.toml`},
	{
		Name: "poetry with the version from git", Context: "-- pyproject.toml --\n[tool.poetry]\nname = 'x'\n[tool.poetry-dynamic-versioning]\nenable = true\n", Command: "poetry install --no-root",
		Refusal: "pyproject.toml:3: the version comes from git",
	},
	{
		Name: "a virtual environment in the context", Context: poetry + "-- .venv/pyvenv.cfg --\n", Command: "poetry install --no-root",
		Refusal: ".venv is in the context: an install would find it, and it would cover the one that is made (an ignore file keeps it out)",
	},
	{Name: "no pyproject.toml", Context: flask, Command: "poetry install --no-root", Refusal: "there is no pyproject.toml"},
	{Name: "a path outside", Context: "-- pyproject.toml --\n[tool.poetry.dependencies]\nx = {path = '../x'}\n", Command: "poetry install --no-root", Refusal: "pyproject.toml:2: ../x is outside the context"},

	{
		Name: "uv, frozen and without the workspace", Context: uvWorkspace, Command: "uv sync --frozen --no-install-workspace --no-dev",
		Files: ".python-version packages/core/pyproject.toml pyproject.toml uv.lock", Dirs: "proto",
	},
	{
		Name: "uv without the project", Context: uvWorkspace, Command: "uv sync --locked --no-install-project",
		Files: ".python-version pyproject.toml uv.lock", Dirs: "packages/core proto",
	},
	{
		Name: "uv without anything local", Context: uvWorkspace, Command: "uv sync --no-install-local", Env: []string{"UV_FROZEN=1"},
		Files: ".python-version packages/core/pyproject.toml pyproject.toml uv.lock",
	},
	{Name: "uv of what is no package", Context: "-- pyproject.toml --\n[project]\nname = 'x'\n", Command: "uv sync", Files: "pyproject.toml"},
	{Name: "uv with the project", Context: uvWorkspace, Command: "uv sync --frozen", Refusal: "pyproject.toml: uv installs the project itself, from its source, unless --no-install-project is given"},
	{
		Name: "uv of a package without lock", Context: "-- pyproject.toml --\n[build-system]\nrequires = []\n", Command: "uv sync",
		Refusal: "pyproject.toml: uv installs the project itself, from its source, unless --no-install-project is given",
	},
	{
		Name: "uv with a version of the source", Context: "-- pyproject.toml --\n[project]\nname = 'x'\ndynamic = ['version']\n-- uv.lock --\n", Command: "uv sync --no-install-project",
		Refusal: "pyproject.toml:3: the source is built to find version, unless uv sync is --frozen",
	},
	{Name: "uv, frozen without lock", Context: "-- pyproject.toml --\n", Command: "uv sync --frozen", Refusal: "there is no uv.lock"},
	{Name: "uv in a member", Context: uvWorkspace, Dir: "packages/core", Command: "uv sync", Refusal: "packages/core may be a member of the workspace in pyproject.toml"},
	{Name: "uv add", Context: uvWorkspace, Command: "uv add flask", Refusal: `what "uv add" reads is not known`},
	{Name: "uv pip", Context: flask + "-- uv.toml --\n", Command: "uv pip install --system -r requirements/common.txt --override constraints.txt", Files: "constraints.txt requirements/base.txt requirements/common.txt uv.toml"},
	{Name: "uv pip sync", Context: flask, Command: "uv pip sync constraints.txt", Files: "constraints.txt"},
	{Name: "uv pip of a project's dependencies", Context: "-- pyproject.toml --\n[project]\nname = 'x'\ndependencies = ['flask']\n", Command: "uv pip install -r pyproject.toml", Files: "pyproject.toml"},
	{Name: "uv pip of poetry's dependencies", Context: poetry, Command: "uv pip install -r pyproject.toml", Refusal: "pyproject.toml: no table [project]: the source is built to find the dependencies"},
	{Name: "uv tool of the project", Context: flask + "-- lib/setup.py --\n", Command: "uv tool install ./lib", Refusal: "the tool is installed from files of the project"},
	{Name: "uv tool", Context: flask, Command: "uv tool install ruff"},
	{Name: "uv python", Context: uvWorkspace, Command: "uv python install", Files: ".python-version"},

	{
		Name: "pipenv", Context: "-- Pipfile --\n[packages]\nflask = '*'\nlib = {path = './lib', editable = true}\n-- Pipfile.lock --\n{\"default\": {\"lib\": {\"path\": \"./lib\"}}}\n-- lib/setup.py --\n",
		Command: "pipenv install --system --deploy", Files: "Pipfile Pipfile.lock", Dirs: "lib",
	},
	{Name: "pipenv with the project", Context: "-- Pipfile --\n[packages]\nx = {path = '.'}\n", Command: "pipenv sync", Refusal: `Pipfile:2: "." installs the project itself, from its source`},
	{Name: "pipenv of a package", Context: "-- Pipfile --\n", Command: "pipenv install flask", Refusal: `"pipenv install" of a package changes the Pipfile, which the source copied later would change back`},

	{
		Name: "pdm", Context: "-- pyproject.toml --\n[project]\nname = 'x'\ndependencies = ['lib @ file:///${PROJECT_ROOT}/lib']\n-- pdm.lock --\n[[package]]\nname = 'lib'\npath = './lib'\n-- lib/setup.py --\n",
		Command: "pdm install --prod --no-self", Files: "pdm.lock pyproject.toml", Dirs: "lib",
	},
	{Name: "pdm of an application", Context: "-- pyproject.toml --\n[tool.pdm]\ndistribution = false\n", Command: "pdm sync", Files: "pyproject.toml"},
	{Name: "a hook of pdm", Context: "-- pyproject.toml --\n[tool.pdm]\ndistribution = false\n[tool.pdm.scripts]\nserve = 'flask run'\npost_install = {call = 'app.setup:main'}\n", Command: "pdm sync", Refusal: `pyproject.toml:5: pdm runs the script "post_install", which may read the source`},
	{Name: "pdm with the project", Context: "-- pyproject.toml --\n", Command: "pdm install", Refusal: "pyproject.toml: pdm installs the project itself, from its source, unless --no-self is given"},

	{
		Name: "conda", Context: "-- environment.yml --\ndependencies:\n- python=3.12\n- pip:\n  - -r requirements.txt\n  - flask\n-- requirements.txt --\n", Command: "conda env create -f environment.yml",
		Files: "environment.yml requirements.txt",
	},
	{Name: "conda, in a folder", Context: "-- env/environment.yml --\ndependencies: [pip: ['./lib']]\n-- env/lib/setup.py --\n", Command: "mamba env update --file env/environment.yml", Files: "env/environment.yml", Dirs: "env/lib"},
	{Name: "conda packages", Context: flask, Command: "conda install -y -c conda-forge numpy"},
	{Name: "conda list", Context: "-- spec.txt --\n", Command: "conda install --file spec.txt", Files: "spec.txt"},
	{
		Name: "conda with the project", Context: "-- environment.yml --\ndependencies:\n- pip:\n  - -e .\n", Command: "micromamba create -f environment.yml",
		Refusal: `environment.yml:3: "." installs the project itself, from its source`,
	},
}

func TestProjects(t *testing.T) { manifesttest.Run(t, projectCases, python.Inputs) }

// TestLarge asks for requirements that are too large to read, and for many that name each other.
func TestLarge(t *testing.T) {
	files := fstest.MapFS{"requirements.txt": {Data: make([]byte, manifest.MaxSize+1)}}
	for i := range 2000 {
		files[fmt.Sprintf("r%d.txt", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "-r r%d.txt\n", i+1)}
	}
	for name, want := range map[string]string{
		"requirements.txt": "requirements.txt: larger than 4 MB, not read",
		"r0.txt":           "more than 1000 files are named",
	} {
		in, err := python.Inputs(files, manifesttest.Case{Command: "pip install -r " + name}.Install())
		if err != nil || !strings.HasSuffix(in.Refusal, want) {
			t.Errorf("%s: %.200s, %v, want %s", name, in.Refusal, err, want)
		}
	}
}

func TestUTF16(t *testing.T) {
	data := []byte{0xff, 0xfe}
	for _, c := range []byte("flask==3.0\r\n") {
		data = append(data, c, 0)
	}
	entries, err := python.ReadRequirements(fstest.MapFS{"r.txt": {Data: data}}, "r.txt", nil)
	if err != nil || len(entries) != 1 || entries[0].Package.Name != "flask" || entries[0].Package.Version != "3.0" {
		t.Errorf("%+v, %v", entries, err)
	}
}

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
