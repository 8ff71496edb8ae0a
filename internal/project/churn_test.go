package project_test

import (
	"testing"

	"dopt/internal/project"
	"dopt/transform"
)

// commits is a history that is made up.
type commits struct {
	paths   [][]string
	tracked map[string]bool
}

func (c commits) Changes() [][]string      { return c.paths }
func (c commits) Tracked(path string) bool { return c.tracked[path] }

func TestChurnOfHistory(t *testing.T) {
	h := commits{tracked: map[string]bool{".": true, "src": true, "go.mod": true, "docs": true, "lib": true}}
	for i := range 40 {
		switch {
		case i < 4:
			h.paths = append(h.paths, []string{"go.mod", "src/main.go"})
		case i < 30:
			h.paths = append(h.paths, []string{"src/main.go", "src/gone.go"})
		default:
			h.paths = append(h.paths, []string{"docs/index.md", "libx/a"})
		}
	}
	p := project.New(tree(map[string]string{
		".dockerignore": "docs", "src/main.go": "", "go.mod": "", "docs/index.md": "", "lib/a": "", "dist/app.js": "", "data.csv": "",
	}), "Dockerfile", nil, h)
	for _, tc := range []struct {
		name  string
		paths []string
		want  transform.Churn
	}{
		{"a file", []string{"go.mod"}, transform.Churn{Share: 0.1, Source: "4 of the last 40 commits"}},
		{"a folder", []string{"src"}, transform.Churn{Share: 0.75, Source: "30 of the last 40 commits"}},
		{"together", []string{"go.mod", "src"}, transform.Churn{Share: 0.75, Source: "30 of the last 40 commits"}},
		{"what is ignored does not count", []string{"docs"}, transform.Churn{Source: "0 of the last 40 commits"}},
		{"a name that another begins with", []string{"lib"}, transform.Churn{Source: "0 of the last 40 commits"}},
		{"all", []string{"."}, transform.Churn{Share: 1, Source: "40 of the last 40 commits"}},
		{"not in the repository", []string{"dist"}, transform.Churn{Share: 0.8, Source: "build output, which changes with the source"}},
		{"part of it is not in the repository", []string{"go.mod", "dist"}, transform.Churn{Share: 0.8, Source: "build output, which changes with the source"}},
		{"what changes more counts", []string{"src", "data.csv"}, transform.Churn{Share: 0.75, Source: "30 of the last 40 commits"}},
		{"nothing", nil, transform.Churn{Source: "no such files"}},
	} {
		if got := p.Churn(tc.paths...); got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.want)
		}
	}
}

// TestChurnByKind: without a history worth the name only the order of kinds counts.
func TestChurnByKind(t *testing.T) {
	files := tree(map[string]string{
		"main.go": "", "go.sum": "", "Gemfile.lock": "", "requirements-dev.txt": "", "sub/app_test.go": "", "tests/data.json": "", "README.md": "",
		"logo.svg": "", "dist/app.js": "", ".git/HEAD": "", "vendor/x/main.go": "", "app.test.js": "", "web/package.json": "", "Makefile": "",
		"cmd/main.c": "", "cmd/logo.png": "", "a.so": "",
	})
	short := commits{paths: make([][]string, 19), tracked: map[string]bool{"main.go": true}}
	p := project.New(files, "Dockerfile", nil, short)
	for path, want := range map[string]string{
		"main.go": "source code", "go.sum": "lock files", "Gemfile.lock": "lock files", "requirements-dev.txt": "manifests of dependencies",
		"web/package.json": "manifests of dependencies", "sub/app_test.go": "tests, which change with the source",
		"tests": "tests, which change with the source", "tests/data.json": "tests, which change with the source", "app.test.js": "tests, which change with the source",
		"README.md": "documentation", "logo.svg": "images, fonts and data", "dist": "build output, which changes with the source",
		"a.so": "build output, which changes with the source", ".git": "repository data, which each commit changes",
		"vendor": "installed dependencies, which change with the lock file", "cmd": "source code", "Makefile": "settings of tools",
		".": "repository data, which each commit changes", "nowhere": "source code",
	} {
		if got := p.Churn(path).Source; got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	order := []string{".git", "main.go", "tests", "README.md", "go.sum", "logo.svg"}
	for i := range order[1:] {
		if p.Churn(order[i]).Share <= p.Churn(order[i+1]).Share {
			t.Errorf("%s changes no more often than %s", order[i], order[i+1])
		}
	}
}
