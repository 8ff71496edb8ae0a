package llb

import (
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// A poetryProject is what the lock and the project file of a project of Poetry say: the packages that each locked one requires, and those that the
// project asks for when it runs and in its groups. Names are as PEP 503 writes them.
type poetryProject struct {
	requires map[string][]string
	main     []string
	groups   map[string][]string
}

// poetryProject reads the project of Poetry in the build context; ok is false where there is no lock, or more than one.
func (d *division) poetryProject() (p poetryProject, ok bool) {
	var lock struct {
		Package []struct {
			Name         string
			Dependencies map[string]any
		}
	}
	var project struct {
		Project struct {
			Dependencies []string
			Optional     map[string][]string `toml:"optional-dependencies"`
		}
		Groups map[string][]any `toml:"dependency-groups"`
		Tool   struct {
			Poetry struct {
				Dependencies map[string]any
				Group        map[string]struct{ Dependencies map[string]any }
			}
		}
	}
	locks := 0
	d.eachGiven(func(file string) {
		if path.Base(file) != "poetry.lock" {
			return
		}
		text, _ := d.given.Read(file)
		manifest, _ := d.given.Read(path.Join(path.Dir(file), "pyproject.toml"))
		ok = toml.Unmarshal(text, &lock) == nil && toml.Unmarshal(manifest, &project) == nil
		locks++
	})
	p = poetryProject{requires: map[string][]string{}, groups: map[string][]string{}}
	for _, l := range lock.Package {
		p.requires[canonicalName(l.Name)] = namesOf(l.Dependencies)
	}
	p.main = namesOf(project.Tool.Poetry.Dependencies)
	for _, text := range project.Project.Dependencies {
		p.main = append(p.main, canonicalName(text))
	}
	for _, list := range project.Project.Optional {
		for _, text := range list {
			p.main = append(p.main, canonicalName(text))
		}
	}
	for group, g := range project.Tool.Poetry.Group {
		p.groups[group] = namesOf(g.Dependencies)
	}
	for group, list := range project.Groups {
		for _, entry := range list {
			if text, ok := entry.(string); ok {
				p.groups[group] = append(p.groups[group], canonicalName(text))
			}
		}
	}
	return p, ok && locks == 1
}

// namesOf returns the names of a table of dependencies.
func namesOf(table map[string]any) (names []string) {
	for name := range table {
		names = append(names, canonicalName(name))
	}
	return names
}

// locks reports whether the lock has a package.
func (p poetryProject) locks(name string) bool {
	_, ok := p.requires[name]
	return ok
}

// developerTools are packages that only developers use, servers those that only a program uses when it runs. A group is judged by what is in it: the
// pass goes by what it is called. Source: the summaries of the packages at pypi.org.
var (
	developerTools = strings.Fields("autopep8 bandit black bumpversion coverage deptry factory-boy faker flake8 freezegun furo hypothesis interrogate ipdb ipython isort " +
		"mkdocs mkdocs-material mypy nox pdoc poethepoet pre-commit prospector pudb pycodestyle pydocstyle pyflakes pylint pyright pytest pytest-asyncio pytest-cov " +
		"pytest-django pytest-mock pytest-xdist pyupgrade responses ruff sphinx taskipy tox twine vulture yapf")
	servers = strings.Fields("asyncpg boto3 celery cheroot daphne django fastapi flask gevent granian gunicorn hypercorn mysqlclient psycopg psycopg-binary psycopg2 " +
		"psycopg2-binary pymysql redis sentry-sdk sqlalchemy tornado uvicorn uvloop uwsgi waitress whitenoise")
)

// needs returns the packages that the program needs when it runs, and those of which that is not known.
func (p poetryProject) needs() (needed, doubtful map[string]bool) {
	needed, doubtful = map[string]bool{}, map[string]bool{}
	p.follow(p.main, needed)
	for _, names := range p.groups {
		has := func(table []string) bool {
			return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(table, name) })
		}
		switch {
		case has(developerTools):
		case has(servers):
			p.follow(names, needed)
		default:
			p.follow(names, doubtful)
		}
	}
	return needed, doubtful
}

// follow adds packages, and all that these require, to a set.
func (p poetryProject) follow(names []string, set map[string]bool) {
	for queue := slices.Clone(names); len(queue) > 0; queue = queue[1:] {
		if name := queue[0]; !set[name] {
			set[name] = true
			queue = append(queue, p.requires[name]...)
		}
	}
}

// canonicalName returns the name of a package that a requirement begins with, as PEP 503 writes it.
func canonicalName(text string) string {
	name := strings.ToLower(strings.TrimSpace(text))
	if i := strings.IndexFunc(name, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_.", r) }); i >= 0 {
		name = name[:i]
	}
	return strings.NewReplacer("_", "-", ".", "-").Replace(name)
}
