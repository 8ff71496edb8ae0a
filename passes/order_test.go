package passes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/corpus"
	"dopt/internal/project"
	"dopt/transform"
)

// Pass order runs what ran before, in another order: it adds nothing but downloads, and what a
// script needs again when it is cut in two. The validator, which knows nothing of the pass, finds no
// dependency crossed and the same config.
func TestOrderKeepsCommands(t *testing.T) {
	t.Run("examples", func(t *testing.T) {
		for _, e := range examples(t) {
			r, err := newPipeline(transform.Standard, "order").Run(e.doc, e.context)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range orderFaults(r) {
				t.Errorf("%s: %s", e.name, fault)
			}
		}
	})
	t.Run("corpus", func(t *testing.T) {
		p := newPipeline(transform.Standard, "order")
		p.Settings.Declarations = transform.DeclarationsEarly
		for _, file := range corpus.Files(t, "dockerfiles") {
			doc, err := transform.Parse(file.Name, file.Src)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Run(doc, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range orderFaults(r) {
				t.Errorf("%s: %s", file.Name, fault)
			}
		}
	})
}

// added are the beginnings of the commands that pass order may add.
var added = []string{
	"cd ", "set ", "export ",
	"go mod download", "mvn ", "./mvnw ", "cargo fetch", "dotnet restore", "mix deps.get", "rebar3 get-deps", "swift package resolve",
	"poetry install", "uv sync", "pdm install", "pdm sync",
}

// orderFaults says what a reordering may not have done.
func orderFaults(r *transform.Report) []string {
	var faults []string
	for _, f := range r.Findings {
		if f.Status == transform.StatusRejected {
			faults = append(faults, fmt.Sprintf("%s/%s is rejected: %s", f.Pass, f.Kind, strings.Join(f.Reasons, "; ")))
		}
	}
	before, after := commands(r.Before), commands(r.After)
	for command, n := range before {
		if after[command] < n {
			faults = append(faults, fmt.Sprintf("%q ran %d times and runs %d times", command, n, after[command]))
		}
	}
	for command, n := range after {
		may := slices.ContainsFunc(added, func(s string) bool { return strings.HasPrefix(command+" ", s) })
		if n > before[command] && !may {
			faults = append(faults, fmt.Sprintf("%q is new", command))
		}
	}
	return faults
}

// commands counts what the RUN instructions of a file run.
func commands(doc *transform.Document) map[string]int {
	count := map[string]int{}
	for _, in := range doc.Instructions {
		if in.Keyword != "RUN" {
			continue
		}
		script := in.Script()
		if script.Shell == nil {
			count[script.Text]++
			continue
		}
		for _, c := range script.Shell.Commands {
			count[strings.Join(strings.Fields(script.Text[c.Start:c.End]), " ")]++
		}
	}
	return count
}

// A pass with a fault is found out, by the commands that are counted or by the validator.
func TestOrderFaultsAreFound(t *testing.T) {
	const dockerfile = "FROM node:22\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nRUN npm run build && npm prune\nCMD [\"npm\", \"start\"]\n"
	for _, c := range []struct{ name, old, new, fault string }{
		{"a command is lost", "RUN npm install\n", "", `"npm install" ran 1 times and runs 0 times`},
		{"a command is lost within a script", " && npm prune", "", `"npm prune" ran 1 times and runs 0 times`},
		{"a command is new", "RUN npm install\n", "RUN npm install\nRUN npm audit fix\n", `"npm audit fix" is new`},
		{"a command runs twice", "RUN npm install\n", "RUN npm install\nRUN npm prune\n", `"npm prune" is new`},
		{"the manifest comes too late", "COPY package.json ./\nRUN npm install\n", "RUN npm install\nCOPY package.json ./\n", "planted/fault is rejected: "},
		{"the source comes too late", "COPY . .\nRUN npm run build && npm prune\n", "RUN npm run build && npm prune\nCOPY . .\n", "planted/fault is rejected: "},
		{"what runs first in a script runs last", "npm run build && npm prune", "npm prune && npm run build", "planted/fault is rejected: "},
		{"the command to start is another one", `"start"`, `"stop"`, "planted/fault is rejected: "},
		{"the directory is another one", "WORKDIR /app", "WORKDIR /srv", "planted/fault is rejected: "},
		{"nothing", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			counted, judged := planted(t, dockerfile, c.old, c.new)
			faults := orderFaults(judged)
			if strings.HasPrefix(c.fault, `"`) {
				if len(faults) == 0 {
					t.Error("the validator does not reject it")
				}
				faults = orderFaults(counted)
			}
			if found := slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, c.fault) }); found != (c.fault != "") {
				t.Errorf("faults %q, want %q", faults, c.fault)
			}
		})
	}
}

// planted runs a pass that replaces a text and claims what pass order does: without the validators, and with them.
func planted(t *testing.T, dockerfile, old, new string) (counted, judged *transform.Report) {
	t.Helper()
	pass := &transform.Pass{
		Name: "planted", Doc: "Replace a text.", Claim: transform.Reorder | transform.SplitRun | transform.Prefetch, Level: transform.Standard,
		Run: func(c *transform.Context) error {
			at := strings.Index(string(c.Doc.Src), old)
			if at < 0 || old == "" {
				return nil
			}
			span := transform.Span{Start: at, End: at + len(old)}
			c.Report(transform.Finding{Kind: "fault", Span: span, Message: "a fault", Fix: &transform.Fix{
				Title: "Make a fault", Level: transform.Standard, Edits: []transform.Edit{{Span: span, New: new}},
			}})
			return nil
		},
	}
	doc, err := transform.Parse("Dockerfile", []byte(dockerfile))
	if err != nil {
		t.Fatal(err)
	}
	files := project.New(fstest.MapFS{
		"package.json":  {Data: []byte(`{"name": "shop", "version": "1.0.0", "scripts": {"build": "tsc", "start": "node ."}}`)},
		"tsconfig.json": {Data: []byte("{}")},
	}, "Dockerfile", nil, nil)
	p := newPipeline(transform.Standard)
	p.Passes = []*transform.Pass{pass}
	if judged, err = p.Run(doc, files); err != nil {
		t.Fatal(err)
	}
	p.Validators, p.Limit = nil, 1
	if counted, err = p.Run(doc, files); err != nil {
		t.Fatal(err)
	}
	return counted, judged
}
