package llb

import (
	"strings"
	"testing"

	digest "github.com/opencontainers/go-digest"

	"dopt/internal/catalog"
	"dopt/transform"
)

// A dependency stage that two stages repeat: BuildKit runs identical steps once, so that a stage from which both begin would save nothing. What the
// steps of one see otherwise, a variable, a directory or an argument, is another step, whether or not it matters to them.
func TestRepeatedSteps(t *testing.T) {
	const (
		install = "WORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n"
		build   = "COPY . .\nRUN npm run build\n"
		take    = "COPY --from=build /app/dist dist\nCMD [\"node\", \"dist/main.js\"]\n"
	)
	for _, c := range []struct {
		name, file string
		// runs is how many RUN steps are run.
		runs int
	}{
		{"repeated", "FROM node:20 AS build\n" + install + build + "FROM node:20\n" + install + take, 2},
		{"shared", "FROM node:20 AS deps\n" + install + "FROM deps AS build\n" + build + "FROM deps\n" + take, 2},
		{"a label and a port in front", "FROM node:20 AS build\n" + install + build + "FROM node:20\nLABEL a=b\nEXPOSE 3000\n" + install + take, 2},
		{"a variable in front", "FROM node:20 AS build\n" + install + build + "FROM node:20\nENV NODE_ENV=production\n" + install + take, 3},
		{"variables in another order", "FROM node:20 AS build\nENV A=1 B=2\n" + install + build + "FROM node:20\nENV B=2 A=1\n" + install + take, 3},
		{"an argument in front", "FROM node:20 AS build\n" + install + build + "FROM node:20\nARG REVISION=1\n" + install + take, 3},
		{"another directory", "FROM node:20 AS build\n" + install + build + "FROM node:20\n" + strings.ReplaceAll(install, "/app", "/srv") + take, 3},
	} {
		doc, err := transform.Parse("Dockerfile", []byte(c.file))
		if err != nil {
			t.Fatal(err)
		}
		built, err := New().document(doc, catalog.Bases()).stage(len(doc.Stages) - 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(runSteps(built.graph.result, map[digest.Digest]bool{})); got != c.runs {
			t.Errorf("%s: %d RUN steps are run, want %d", c.name, got, c.runs)
		}
	}
}

// runSteps adds the RUN steps that a node builds on, each once, as BuildKit runs them.
func runSteps(n *node, seen map[digest.Digest]bool) map[digest.Digest]bool {
	if n.op.GetExec() != nil {
		seen[n.digest] = true
	}
	for _, in := range n.inputs {
		if in != nil {
			runSteps(in, seen)
		}
	}
	return seen
}
