package python

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
)

// TestProjects checks the programs that manage the environment of a project: poetry, uv, pipenv.
func TestProjects(t *testing.T) {
	artifacttest.Run(t, Language, []artifacttest.Case{
		{Name: "poetry in the image's own environment", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
RUN pip install poetry==1.8.3
WORKDIR /app
COPY . .
RUN poetry config virtualenvs.create false && poetry install
CMD ["python", "app.py"]
-- pyproject.toml --
[tool.poetry]
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/app/
`},
		{Name: "poetry's own environments", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc && pip install poetry==1.8.3
WORKDIR /app
COPY . .
RUN poetry install
CMD ["poetry", "run", "python", "app.py"]
-- pyproject.toml --
[tool.poetry]
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/root/.cache/pypoetry/virtualenvs/
/app/
`},
		{Name: "uv with the image's Python", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc && pip install uv
WORKDIR /app
COPY . .
RUN uv sync --frozen
CMD [".venv/bin/python", "app.py"]
-- pyproject.toml --
[project]
name = "app"
requires-python = ">=3.10"
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/app/
`},
		{Name: "uv with a Python of its own", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc && pip install uv
WORKDIR /app
COPY . .
RUN uv sync --frozen
CMD [".venv/bin/python", "app.py"]
-- .python-version --
3.13
-- pyproject.toml --
[project]
name = "app"
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/app/
unknown Dockerfile:5: may install a Python of its own
`},
		{Name: "pipenv into the system", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc && pip install pipenv
WORKDIR /app
COPY . .
RUN pipenv install --system --deploy
CMD ["python", "app.py"]
-- Pipfile --
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/app/
`},
	})
}
