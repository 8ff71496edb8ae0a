package builds_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/project/builds"
)

// project unpacks files into a new current folder.
func project(t *testing.T, text string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, f := range txtar.Parse([]byte(text)).Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFor(t *testing.T) {
	for _, tc := range []struct {
		name, files, dockerfile string
		want                    builds.Answer
	}{
		{
			"a build that is a folder", "-- .git/HEAD --\n-- compose.yaml --\nservices:\n  web:\n    build: ./web\n-- web/Dockerfile --\n", "web/Dockerfile",
			builds.Answer{Context: "web", Notes: []string{"build context web: compose.yaml:2: service web"}},
		},
		{
			"a build in full", "-- .git/HEAD --\n-- docker-compose.yml --\nservices:\n  db: {image: postgres}\n  web:\n    build:\n      context: .\n      dockerfile: docker/web.Dockerfile\n      target: prod\n-- docker/web.Dockerfile --\n",
			"docker/web.Dockerfile",
			builds.Answer{Context: ".", Targets: []string{"prod"}, Notes: []string{"build context .: docker-compose.yml:3: service web"}},
		},
		{
			"anchors and merges", "-- .git/HEAD --\n-- compose.yaml --\nx-build: &b\n  context: app\n  target: dev\nservices:\n  a:\n    build:\n      <<: *b\n      target: prod\n  b:\n    build: *b\n-- app/Dockerfile --\n",
			"app/Dockerfile",
			builds.Answer{Context: "app", Targets: []string{"prod", "dev"}, Notes: []string{"build context app: compose.yaml:5: service a"}},
		},
		{
			"no file names it", "-- .git/HEAD --\n-- compose.yaml --\nservices: {web: {build: web}}\n-- web/Dockerfile --\n", "web/Dockerfile.dev", builds.Answer{},
		},
		{
			"several contexts", "-- .git/HEAD --\n-- compose.yaml --\nservices:\n  a: {build: {context: ., dockerfile: d/Dockerfile, target: x}}\n  b: {build: d}\n-- d/Dockerfile --\n", "d/Dockerfile",
			builds.Answer{Ambiguous: true, Targets: []string{"x"}, Notes: []string{"no build context: compose.yaml:2: service a and compose.yaml:3: service b do not agree on it; --context chooses one"}},
		},
		{
			"a context outside of the repository", "-- r/.git/HEAD --\n-- r/compose.yaml --\nservices: {a: {build: {context: .., dockerfile: r/Dockerfile}}}\n-- r/Dockerfile --\n", "r/Dockerfile",
			builds.Answer{Notes: []string{"r/compose.yaml:1: service a: its context is not a folder of the project and is not used"}},
		},
		{
			"files above the repository do not count", "-- compose.yaml --\nservices: {a: {build: r}}\n-- r/.git/HEAD --\n-- r/Dockerfile --\n", "r/Dockerfile", builds.Answer{},
		},
		{
			"three levels outside of a repository", "-- compose.yaml --\nservices: {a: {build: 1/2/3}}\n-- 1/2/3/Dockerfile --\n", "1/2/3/Dockerfile",
			builds.Answer{Context: "1/2/3", Notes: []string{"build context 1/2/3: compose.yaml:1: service a"}},
		},
		{
			"four levels", "-- compose.yaml --\nservices: {a: {build: 1/2/3/4}}\n-- 1/2/3/4/Dockerfile --\n", "1/2/3/4/Dockerfile", builds.Answer{},
		},
		{
			"variables", "-- .git/HEAD --\n-- compose.yaml --\nservices:\n  a: {build: '${DIR:-web}'}\n  b: {build: '${OTHER}'}\n  c: {build: $OTHER}\n-- web/Dockerfile --\n", "web/Dockerfile",
			builds.Answer{Context: "web", Notes: []string{"build context web: compose.yaml:2: service a"}},
		},
		{
			"not from a folder, or not from a file", "-- .git/HEAD --\n-- compose.yaml --\nservices:\n  a: {build: 'https://example.org/x.git'}\n  b: {build: {context: ., dockerfile_inline: 'FROM a'}}\n  c: {build: 'git@example.org:x'}\n-- Dockerfile --\n", "Dockerfile",
			builds.Answer{},
		},
		{
			"more contexts", "-- .git/HEAD --\n-- compose.yaml --\nservices:\n  a:\n    build:\n      context: .\n      additional_contexts: {lib: ../lib}\n-- Dockerfile --\n", "Dockerfile",
			builds.Answer{Context: ".", Notes: []string{"compose.yaml:2: service a: its additional contexts are not looked at", "build context .: compose.yaml:2: service a"}},
		},
		{
			"of Compose files the first counts", "-- .git/HEAD --\n-- compose.yaml --\nservices: {a: {build: .}}\n-- docker-compose.yml --\nservices: {b: {build: {context: .., dockerfile: Dockerfile}}}\n-- Dockerfile --\n", "Dockerfile",
			builds.Answer{Context: ".", Notes: []string{"build context .: compose.yaml:1: service a"}},
		},
		{
			"a file that is broken", "-- .git/HEAD --\n-- compose.yaml --\nservices: [\n-- Dockerfile --\n", "Dockerfile",
			builds.Answer{Notes: []string{"compose.yaml is not used: line 1: did not find expected node content"}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			project(t, tc.files)
			check(t, (&builds.Finder{}).For(tc.dockerfile), tc.want)
		})
	}
}

func check(t *testing.T, got, want builds.Answer) {
	t.Helper()
	if got.Context != want.Context || got.Ambiguous != want.Ambiguous || !slices.Equal(got.Targets, want.Targets) || !slices.Equal(got.Notes, want.Notes) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestBake: the same targets in both notations. In HCL lines are known.
func TestBake(t *testing.T) {
	const hcl = `
variable "TAG" {
  default = "latest" # } not the end
}
function "f" {
  params = [a]
  result = "${a}}"
}
group "default" { targets = ["api", "web"] }
target "base" {
  args = { A = "1", B = "}" }
  labels = {
    "x" = <<EOT
target "none" { context = "nowhere" }
EOT
  }
}
// a comment
target "api" {
  inherits = ["base"]
  context = "services"
  dockerfile = "api/Dockerfile"
  target = "run"
  tags = ["x:${TAG}", notequal("", TAG) ? "y:${"}"}" : ""]
  /* context = "other" */
}
target "api-dev" {
  inherits = ["api"]
  target = "dev"
}
target "one" { context = "one" }
target "computed" {
  context = "ser${"vices"}"
  dockerfile = "api/Dockerfile"
}
target "added" {
  context = "serv" + "ices"
  dockerfile = "api/Dockerfile"
}
target "many" {
  matrix = { x = ["a"] }
  context = "other/services"
  dockerfile = "api/Dockerfile"
}
`
	const json = `{
  "group": {"default": {"targets": ["api"]}},
  "target": {
    "base": {"args": {"A": "1"}},
    "api": {"inherits": ["base"], "context": "services", "dockerfile": "api/Dockerfile", "target": "run", "tags": ["x:${TAG}"]},
    "api-dev": {"inherits": ["api"], "target": "dev"},
    "one": {"context": "one"},
    "computed": {"context": "ser${x}", "dockerfile": "api/Dockerfile"},
    "many": {"matrix": {"x": ["a"]}, "context": "other/services", "dockerfile": "api/Dockerfile"}
  }
}`
	const files = "-- .git/HEAD --\n-- services/api/Dockerfile --\n-- one/Dockerfile --\n-- Dockerfile --\n"
	for name, text := range map[string]string{"docker-bake.hcl": hcl, "docker-bake.json": json} {
		t.Run(name, func(t *testing.T) {
			project(t, files+"-- "+name+" --\n"+text)
			line := func(n string) string {
				if name == "docker-bake.json" {
					n = ""
				}
				return name + n
			}
			f := &builds.Finder{}
			check(t, f.For("services/api/Dockerfile"), builds.Answer{
				Context: "services", Targets: []string{"run", "dev"}, Notes: []string{"build context services: " + line(":19") + ": target api"},
			})
			check(t, f.For("one/Dockerfile"), builds.Answer{Context: "one", Notes: []string{"build context one: " + line(":31") + ": target one"}})
			check(t, f.For("Dockerfile"), builds.Answer{}) // that "base" would build, were it built
		})
	}
}

// TestHostileFiles: files that would unfold without end, or that are no files, cost little and are told.
func TestHostileFiles(t *testing.T) {
	bomb, inherits := "a0: &a0 {x: y}\n", `{"target": {"t0": {"target": "x"}`
	for i := range 50 {
		bomb += fmt.Sprintf("a%d: &a%d {<<: [*a%d, *a%d]}\n", i+1, i+1, i, i)
		inherits += fmt.Sprintf(`, "t%d": {"inherits": ["t%d", "t%d"]}`, i+1, i, i)
	}
	bomb += "services: {web: {<<: *a50, build: {<<: *a50, context: .}}}\n"
	inherits += "}}"
	for name, text := range map[string]string{
		"compose.yaml":       bomb,
		"docker-compose.yml": "services: {web: {build: " + strings.Repeat("[", 100_000),
		"docker-bake.json":   inherits,
		"docker-bake.hcl":    `target "a" { context = ` + strings.Repeat("[", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			project(t, "-- .git/HEAD --\n-- Dockerfile --\n-- "+name+" --\n"+text)
			got := (&builds.Finder{}).For("Dockerfile")
			if got.Context != "" || len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], name+" is not used: ") {
				t.Errorf("%.300q %+.300q", got.Context, got.Notes)
			}
		})
	}
	t.Run("large", func(t *testing.T) {
		project(t, "-- .git/HEAD --\n-- Dockerfile --\n-- compose.yaml --\n#"+strings.Repeat("x", 256<<10)+"\n")
		check(t, (&builds.Finder{}).For("Dockerfile"), builds.Answer{Notes: []string{"compose.yaml is not used: larger than 262144 bytes"}})
	})
	t.Run("folder", func(t *testing.T) {
		project(t, "-- .git/HEAD --\n-- Dockerfile --\n-- compose.yaml/x --\n")
		check(t, (&builds.Finder{}).For("Dockerfile"), builds.Answer{Notes: []string{"compose.yaml is not used: not a regular file"}})
	})
}

// FuzzHCL: no text makes the reader panic or hang.
func FuzzHCL(f *testing.F) {
	for _, text := range []string{`target "a" { context = "b" }`, "a = <<X\nX", `x = "${"a"}" /* */`, "target \"a\" {\n b = [\"c\", d]\n}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		for name, text := range map[string]string{"docker-bake.hcl": text, "docker-bake.json": text, "compose.yaml": text} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		(&builds.Finder{}).For(filepath.Join(dir, "Dockerfile"))
	})
}
