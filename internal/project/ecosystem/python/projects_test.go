package python_test

import (
	"testing"

	"dopt/internal/project/ecosystem/python"
	"dopt/internal/project/manifest/manifesttest"
)

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
	{Name: "a repository outside", Context: "-- pyproject.toml --\n[tool.poetry.dependencies]\nx = {git = '../x'}\n", Command: "poetry install --no-root", Refusal: "pyproject.toml:2: ../x is outside the context"},
	{Name: "a repository beside", Context: "-- pyproject.toml --\n[tool.poetry.dependencies]\nx = {git = './x'}\n-- x/setup.py --\n", Command: "poetry install --no-root", Files: "pyproject.toml", Dirs: "x"},
	{Name: "repositories elsewhere", Context: "-- pyproject.toml --\n[tool.poetry.dependencies]\nx = {git = 'git@example.org:x/x.git'}\ny = {git = 'https://example.org/y.git'}\n", Command: "poetry install --no-root", Files: "pyproject.toml"},
	{Name: "a repository of pipenv", Context: "-- Pipfile --\n[packages]\nx = {git = 'file:///srv/x', ref = 'main'}\n", Command: "pipenv install", Refusal: "Pipfile:2: /srv/x is outside the working directory"},

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
