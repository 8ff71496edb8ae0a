package python

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform/pkgmgr"
)

// falsy are the values that switch a setting off.
var falsy = []string{"0", "false", "no", "off"}

// truthy are the values that switch a setting on.
var truthy = []string{"1", "true", "yes", "on"}

// setting reports whether a variable has one of the values.
func setting(c artifact.Command, name string, values []string) bool {
	v, _ := c.Getenv(name)
	return slices.Contains(values, strings.ToLower(v))
}

// poetry reads an install by poetry. Source: https://python-poetry.org/docs/configuration/#virtualenvscreate
func (f *finder) poetry(c artifact.Command, u pkgmgr.Use) use {
	if u.HasFlag("--sync") || slices.Contains(c.Argv(), "sync") {
		return use{kind: installing, unknown: "removes from an environment what the project does not ask for"}
	}
	root := f.active(c)
	switch {
	case root != prefix:
		return use{kind: installing, into: root}
	case setting(c, "POETRY_VIRTUALENVS_CREATE", falsy) || f.poetryConfigured(c, "virtualenvs.create", "false"):
		return f.install(c, []string{"poetry"})
	case setting(c, "POETRY_VIRTUALENVS_IN_PROJECT", truthy) || f.poetryConfigured(c, "virtualenvs.in-project", "true"):
		return f.inFolder(c, projectDir(c, u), ".venv")
	}
	if place, ok := c.Getenv("POETRY_VIRTUALENVS_PATH"); ok {
		return f.inFolder(c, place, "")
	}
	if cache, ok := c.Getenv("POETRY_CACHE_DIR"); ok {
		return f.inFolder(c, cache, "virtualenvs")
	}
	home, ok := interpreted.Home(f.Stage, c.Step)
	if !ok {
		home = ""
	}
	return f.inFolder(c, home, ".cache/pypoetry/virtualenvs")
}

// poetryConfigured reports whether an earlier command gives poetry a setting.
func (f *finder) poetryConfigured(c artifact.Command, key, value string) bool {
	for _, o := range f.Commands {
		if o.Step.Index > c.Step.Index || o.Step == c.Step && o.Start >= c.Start {
			break
		}
		argv := o.Argv()
		if i := slices.Index(argv, key); i > 1 && i+1 < len(argv) && path.Base(argv[0]) == "poetry" && argv[1] == "config" && argv[i+1] == value {
			return true
		}
	}
	return false
}

// pipenv reads an install by pipenv. Source: https://pipenv.pypa.io/en/latest/virtualenv.html
func (f *finder) pipenv(c artifact.Command, u pkgmgr.Use) use {
	if u.HasFlag("--system") || setting(c, "PIPENV_SYSTEM", truthy) {
		return f.install(c, []string{"pipenv"})
	}
	if root := f.active(c); root != prefix {
		return use{kind: installing, into: root}
	}
	if setting(c, "PIPENV_VENV_IN_PROJECT", truthy) {
		return f.inFolder(c, projectDir(c, u), ".venv")
	}
	if place, ok := c.Getenv("WORKON_HOME"); ok {
		return f.inFolder(c, place, "")
	}
	home, ok := interpreted.Home(f.Stage, c.Step)
	if !ok {
		home = ""
	}
	return f.inFolder(c, home, ".local/share/virtualenvs")
}

// uv reads an install by uv. Source: https://docs.astral.sh/uv/pip/environments/,
// https://docs.astral.sh/uv/concepts/projects/config/#project-environment-path
func (f *finder) uv(c artifact.Command, u pkgmgr.Use) use {
	if f.ownPython(c, u) {
		return use{kind: installing, unknown: "may install a Python of its own"}
	}
	if setting(c, "UV_LINK_MODE", []string{"symlink"}) || u.HasFlag("--link-mode") {
		return use{kind: installing, unknown: "may link an environment to a cache"}
	}
	argv := c.Argv()
	if at := u.Program + 1; at < len(argv) && argv[at] == "pip" {
		switch {
		case u.HasFlag("--target", "--prefix"):
			return use{kind: installing, unknown: "installs to a folder of its own"}
		case u.HasFlag("--system") || setting(c, "UV_SYSTEM_PYTHON", truthy):
			return f.named(c, u, use{kind: installing, into: prefix})
		}
		if root, ok := c.Getenv("VIRTUAL_ENV"); ok {
			return f.inFolder(c, root, "")
		}
		return f.uvEnvironment(c)
	}
	if root, ok := c.Getenv("UV_PROJECT_ENVIRONMENT"); ok {
		if u.HasFlag("--inexact") || root != prefix {
			return f.inFolder(c, root, "")
		}
		return use{kind: installing, unknown: "removes from the base image's environment what the project does not ask for"}
	}
	return f.inFolder(c, projectDir(c, u), ".venv")
}

// ownPython reports whether uv may install a Python: it is asked to, or the project asks for another version than the image has.
func (f *finder) ownPython(c artifact.Command, u pkgmgr.Use) bool {
	if slices.Contains(c.Argv(), "python") || setting(c, "UV_MANAGED_PYTHON", truthy) {
		return true
	}
	if setting(c, "UV_PYTHON_DOWNLOADS", []string{"never", "0", "false"}) {
		return false
	}
	dir := projectDir(c, u)
	if asked, ok := f.text(path.Join(dir, ".python-version")); ok {
		return strings.TrimSpace(asked) != f.version && !strings.HasPrefix(f.Image, "python:"+strings.TrimSpace(asked))
	}
	text, ok := f.text(path.Join(dir, "pyproject.toml"))
	if !ok {
		return false
	}
	_, after, ok := strings.Cut(text, "requires-python")
	line, _, _ := strings.Cut(after, "\n")
	return ok && !admits(strings.Trim(line, "= \t\"'\r"), f.version)
}

// uvEnvironment returns the environment that uv makes, or finds, where a command runs.
func (f *finder) uvEnvironment(c artifact.Command) use {
	argv := c.Argv()
	if i := slices.Index(argv, "venv"); i > 0 && i+1 < len(argv) && !strings.HasPrefix(argv[len(argv)-1], "-") {
		return f.inFolder(c, argv[len(argv)-1], "")
	}
	return f.inFolder(c, c.Dir, ".venv")
}

// inFolder returns the use of an install into a folder of which the place may not be known.
func (f *finder) inFolder(c artifact.Command, dir, name string) use {
	root := path.Join(c.Path(dir), name)
	if c.Path(dir) == "" || interpreted.Temporary(root) || root == "/" {
		return use{kind: installing, unknown: "installs into a folder that is not known"}
	}
	return use{kind: installing, into: root}
}

// projectDir returns the folder of the project that a command is about.
func projectDir(c artifact.Command, u pkgmgr.Use) string {
	if flag, ok := u.Flag("-C", "--directory", "-P", "--project"); ok {
		return c.Path(flag.Value)
	}
	return c.Dir
}
