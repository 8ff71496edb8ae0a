package python_test

import (
	"fmt"
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
