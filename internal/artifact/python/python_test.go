package python

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
)

// inPrefix are the folders of the image's own environment of a version of Python.
func inPrefix(version string) string {
	return "/usr/local/lib/python" + version + "/site-packages/\n/usr/local/include/python" + version + "/\n/usr/local/bin/\n/usr/local/share/\n/usr/local/etc/\n"
}

func TestFind(t *testing.T) {
	artifacttest.Run(t, Language, []artifacttest.Case{
		{Name: "image's own environment", Archive: `
-- Dockerfile --
FROM python:3.11
RUN apt-get update && apt-get install -y libpq-dev gcc
WORKDIR /srv/shop
COPY . .
RUN pip install -r requirements.txt
CMD ["gunicorn", "shop:app"]
-- requirements.txt --
psycopg2==2.9.9
-- shop.py --
`, Want: `
standard: base python:3.11-slim
` + inPrefix("3.11") + `/srv/shop/
`},
		{Name: "nothing of the build leaves", Archive: `
-- Dockerfile --
FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["flask", "run"]
-- requirements.txt --
flask==3.0.3
`, Want: `nothing`},
		{Name: "the author's environment", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt .
RUN pip install -r requirements.txt
WORKDIR /app
COPY src src
CMD ["python", "src/main.py"]
-- requirements.txt --
uwsgi==2.0.26
-- src/main.py --
`, Want: `
standard: base python:3.12-slim
/opt/venv/
/requirements.txt
/app/
`},
		{Name: "an environment that the step activates", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
RUN python -m venv /opt/venv && . /opt/venv/bin/activate && pip install uwsgi==2.0.26
WORKDIR /app
COPY src src
CMD ["/opt/venv/bin/python", "src/main.py"]
-- src/main.py --
`, Want: `
standard: base python:3.12-slim
/opt/venv/
/app/
`},
		{Name: "pip is upgraded in a step of its own", Archive: `
-- Dockerfile --
FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc
RUN pip install --upgrade pip setuptools wheel
RUN pip install uwsgi==2.0.26
COPY app.py /app/
CMD ["uwsgi", "--wsgi-file", "/app/app.py"]
-- app.py --
`, Want: `
standard: base python:3.11-slim
` + inPrefix("3.11") + `/app/
repeat 3
`},
		{Name: "setuptools is upgraded together with an install", Archive: `
-- Dockerfile --
FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc
RUN pip install -U pip setuptools && pip install uwsgi==2.0.26
COPY app.py /app/
CMD ["uwsgi", "--wsgi-file", "/app/app.py"]
-- app.py --
`, Want: `
standard: base python:3.11-slim
` + inPrefix("3.11") + `/app/
unknown Dockerfile:3: replaces packages of the base image, whose old files a copy cannot remove, in a step that does more than that
`},
		{Name: "requirements that replace what the image brings", Archive: `
-- Dockerfile --
FROM python:3.11-slim
RUN apt-get update && apt-get install -y gcc
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["uwsgi"]
-- requirements.txt --
-r base.txt
-- base.txt --
setuptools==70.0.0
uwsgi==2.0.26
`, Want: `
standard: base python:3.11-slim
/app/
unknown Dockerfile:5: replaces setuptools of the base image, whose old files a copy cannot remove
`},
		{Name: "setuptools is none of what 3.12 brings", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
WORKDIR /app
COPY . .
RUN pip install setuptools uwsgi
CMD ["uwsgi"]
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/app/
`},
		{Name: "a user's own folder", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
RUN useradd -m shop
USER shop
WORKDIR /home/shop/app
COPY . .
RUN pip install uwsgi==2.0.26
CMD ["/home/shop/.local/bin/uwsgi"]
-- app.py --
`, Want: `
standard: base python:3.12-slim
/home/shop/
`},
		{Name: "a version that floats", Archive: `
-- Dockerfile --
FROM python:3-slim
RUN apt-get update && apt-get install -y gcc
RUN pip install uwsgi
`, Want: `
unknown Dockerfile:1: does not say which minor version of Python it is, on which the place of packages depends
`},
		{Name: "the distribution's own Python", Archive: `
-- Dockerfile --
FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc python3-pip
RUN pip install --break-system-packages uwsgi
`, Want: `
unknown Dockerfile:1: is no official image of Python: where its packages are is not known
`},
		{Name: "copied to the root folder", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
COPY . .
RUN pip install uwsgi
CMD ["uwsgi"]
-- app/main.py --
-- setup.cfg --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `unknown Dockerfile:3: copies the project to the root folder, among the files of the distribution
`},
		{Name: "static files are collected in the project", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
WORKDIR /srv/blog
COPY . .
RUN pip install uwsgi django
RUN python manage.py collectstatic --noinput
CMD ["uwsgi"]
-- manage.py --
-- blog/settings.py --
STATIC_ROOT = BASE_DIR / "static"
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/srv/blog/
`},
		{Name: "static files are collected elsewhere", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
WORKDIR /srv/blog
COPY . .
RUN pip install uwsgi django
RUN python manage.py collectstatic --noinput
CMD ["uwsgi"]
-- manage.py --
-- blog/settings.py --
STATIC_ROOT = "/var/www/blog/static"
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/srv/blog/
unknown blog/settings.py:1: may put files outside of the project's folders when a step runs it (python manage.py collectstatic --noinput)
`},
		{Name: "browsers", Archive: `
-- Dockerfile --
FROM python:3.12
WORKDIR /app
COPY . .
RUN pip install uwsgi playwright
RUN playwright install --with-deps chromium
CMD ["python", "app.py"]
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/app/
unknown Dockerfile:5: downloads browsers, which need libraries of the distribution
`},
		{Name: "a variable says where pip installs to", Archive: `
-- Dockerfile --
FROM python:3.12-slim
ENV PIP_TARGET=/deps
RUN apt-get update && apt-get install -y gcc
COPY app.py /app/
RUN pip install uwsgi
CMD ["python", "/app/app.py"]
-- app.py --
`, Want: `
standard: base python:3.12-slim
/app/
unknown Dockerfile:5: installs to where PIP_TARGET says
`},
		{Name: "an editable install of sources that are not kept", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
COPY . /tmp/app
RUN pip install -e /tmp/app
CMD ["python", "-m", "app"]
-- setup.py --
`, Want: `
standard: base python:3.12-slim
unknown Dockerfile:4: links to sources in a folder that nothing is kept in
`},
		{Name: "a URL is no folder", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
WORKDIR /srv/blog
COPY . .
RUN python -m venv .venv && .venv/bin/pip install uwsgi django && .venv/bin/python manage.py collectstatic --noinput
CMD [".venv/bin/uwsgi"]
-- manage.py --
-- blog/settings.py --
MEDIA_URL = "/media/"
`, Want: `
standard: base python:3.12-slim
/srv/blog/
`},
		{Name: "code on the command line", Archive: `
-- Dockerfile --
FROM python:3.12-slim
RUN apt-get update && apt-get install -y gcc
RUN pip install nltk uwsgi
RUN python -c "import nltk; nltk.download('punkt')"
RUN python -c "import nltk; print(nltk.__version__)"
COPY app.py /app/
CMD ["python", "/app/app.py"]
-- app.py --
`, Want: `
standard: base python:3.12-slim
` + inPrefix("3.12") + `/app/
unknown Dockerfile:4: runs code that may put files anywhere
`},
	})
}
