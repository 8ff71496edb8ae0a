package needs_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"dopt/internal/catalog"
	"dopt/internal/needs"
	"dopt/internal/project"
	"dopt/transform"
)

func stages(t *testing.T, dockerfile string, files fs.FS, targets ...string) []*needs.Stage {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", []byte(dockerfile))
	if err != nil {
		t.Fatal(err)
	}
	return needs.Of(doc, needs.Options{Files: files, Bases: catalog.Bases(), Targets: targets})
}

// names returns the needs of a kind at run time, and those of the steps where steps is set.
func names(s *needs.Stage, kind needs.Kind, steps bool) []string {
	var list []string
	for _, n := range s.Needs {
		if n.Kind == kind && (n.Step != nil) == steps {
			list = append(list, n.Name)
		}
	}
	return list
}

func reasons(s *needs.Stage) string {
	var b strings.Builder
	for _, u := range s.Unknowns {
		b.WriteString(u.Reason + "\n")
	}
	return b.String()
}

func TestProgramThatIsNoScript(t *testing.T) {
	files := fstest.MapFS{"tool": {Data: []byte("\x7fELF\x02\x01\x01\x00\x00exec dig")}}
	s := stages(t, "FROM debian:bookworm\nCOPY tool /usr/bin/\nCMD [\"tool\"]\n", files)[0]
	if got, want := reasons(s), "runs tool, which is no script: its libraries are not known\n"; got != want {
		t.Errorf("unknown: %q, want %q", got, want)
	}
	if len(s.Needs) > 0 {
		t.Errorf("needs: %v", s.Needs)
	}
}

func TestScriptWithCarriageReturns(t *testing.T) {
	files := fstest.MapFS{"run.sh": {Data: []byte("#!/bin/sh\r\ndig\r\n")}}
	s := stages(t, "FROM debian:bookworm\nCOPY run.sh /\nCMD [\"/run.sh\"]\n", files)[0]
	if got := reasons(s); !strings.Contains(got, "carriage returns") {
		t.Errorf("unknown: %q", got)
	}
}

// What the ignore file hides is not copied, so it is neither run nor read.
func TestIgnoredFiles(t *testing.T) {
	files := fstest.MapFS{
		".dockerignore": {Data: []byte("run.sh\nold\n")},
		"run.sh":        {Data: []byte("#!/bin/sh\ndig\n")},
		"old/a.py":      {Data: []byte("import os\nos.system('convert')\n")},
		"new/a.py":      {Data: []byte("import os\nos.system('identify')\n")},
	}
	s := stages(t, "FROM debian:bookworm\nCOPY . /\nCMD [\"/run.sh\"]\n", project.New(files, "Dockerfile", nil, nil))[0]
	if got := names(s, needs.Command, false); !slices.Equal(got, []string{"identify"}) {
		t.Errorf("commands: %v, want identify alone", got)
	}
	if got := reasons(s); got != "runs /run.sh, which is not in the build context\n" {
		t.Errorf("unknown: %q", got)
	}
}

func TestTargetsAreStages(t *testing.T) {
	const dockerfile = "FROM debian:bookworm AS a\nCMD [\"nano\"]\nFROM debian:bookworm AS b\nCMD [\"vim\"]\n"
	if got := stages(t, dockerfile, nil); len(got) != 1 || got[0].Stage.Name != "b" {
		t.Errorf("without targets: %d stages", len(got))
	}
	got := stages(t, dockerfile, nil, "a")
	if len(got) != 2 || !slices.Equal(names(got[0], needs.Command, false), []string{"nano"}) {
		t.Errorf("with target a: %d stages", len(got))
	}
	got = stages(t, "FROM debian:bookworm AS a\nCMD [\"nano\"]\nFROM a\nENTRYPOINT [\"vim\"]\n", nil, "a")
	if len(got) != 2 || !slices.Equal(names(got[1], needs.Command, false), []string{"vim"}) {
		t.Errorf("what a target runs is no need of a stage that is built on it: %v", names(got[1], needs.Command, false))
	}
}

// A package that is installed by a later step is not there yet; what comes with another one is.
func TestInstalledBy(t *testing.T) {
	s := stages(t, "FROM debian:bookworm\nRUN pg_dump\nRUN apt-get install -y --no-install-recommends postgresql-client libpq-dev\nRUN pg_config && psql\n", nil)[0]
	got := map[string]string{}
	installed := s.InstalledBy()
	for i, n := range s.Needs {
		got[n.Name] = installed[i]
	}
	for name, want := range map[string]string{"pg_dump": "", "pg_config": "libpq-dev", "psql": "postgresql-client-common"} {
		if got[name] != want {
			t.Errorf("%s: installed by %q, want %q", name, got[name], want)
		}
	}
}

// A script that calls itself, stages that copy each other's files many times, and folders without end: the bounds hold.
func TestBounds(t *testing.T) {
	files := fstest.MapFS{"self.sh": {Data: []byte("sh /self.sh \"$@\" x\nsh /self.sh y\n")}}
	for i := range 6000 {
		files[fmt.Sprintf("src/%d.py", i)] = &fstest.MapFile{Data: []byte("import os\nos.system('a" + fmt.Sprint(i) + "')\n")}
	}
	files[path.Join(strings.Repeat("d/", 30), "deep.py")] = &fstest.MapFile{Data: []byte("import os\nos.system('deep')\n")}
	var dockerfile strings.Builder
	dockerfile.WriteString("FROM debian:bookworm AS s0\nCOPY . /\nRUN sh /self.sh\n")
	for i := range 40 {
		fmt.Fprintf(&dockerfile, "FROM debian:bookworm AS s%d\nCOPY --from=s%d / /\nCOPY --from=s%d / /\n", i+1, i, i)
	}
	s := stages(t, dockerfile.String(), files)[0]
	if got := len(names(s, needs.Command, false)); got == 0 || got > 6000 {
		t.Errorf("%d commands", got)
	}
	if slices.Contains(names(s, needs.Command, false), "deep") {
		t.Error("a file 30 folders deep was read")
	}
	if got := reasons(s); !strings.Contains(got, "copies more than is read") {
		t.Errorf("not said that the bounds were reached: %q", got)
	}
}

func TestJSON(t *testing.T) {
	var list []struct {
		Base  string
		Needs []struct {
			Kind, Name, Certainty string
			Step                  int
			InstalledBy           string `json:"installed_by"`
			Evidence              struct {
				Source string
				Line   int
				Text   string
			}
		}
		Unknowns []struct{ Reason string }
		Installs []struct{ Package, Manager string }
	}
	text := printed(t, []byte("FROM debian:bookworm\nRUN apt-get install -y curl\nRUN $X && curl a\n"), nil, "json")
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	s := list[0]
	if len(s.Installs) != 1 || s.Installs[0].Package != "curl" || s.Installs[0].Manager != "apt-get" {
		t.Errorf("installs: %+v", s.Installs)
	}
	if len(s.Unknowns) != 1 || s.Unknowns[0].Reason != "calls a command named by $X" {
		t.Errorf("unknowns: %+v", s.Unknowns)
	}
	found := false
	for _, n := range s.Needs {
		if n.Name == "curl" {
			found = true
			if n.Kind != "command" || n.Certainty != "certain" || n.Step != 3 || n.InstalledBy != "curl" || n.Evidence.Source != "Dockerfile" || n.Evidence.Line != 3 || n.Evidence.Text != "curl a" {
				t.Errorf("curl: %+v", n)
			}
		}
	}
	if !found {
		t.Errorf("no need of curl: %s", text)
	}
}

// FuzzOf looks for panics, and for evidence that is not in the file that it names.
func FuzzOf(f *testing.F) {
	cases, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, one := range archive.Files[1:] {
			f.Add(string(archive.Files[0].Data), one.Name, string(one.Data))
		}
	}
	f.Fuzz(func(t *testing.T, dockerfile, name, text string) {
		doc, err := transform.Parse("Dockerfile", []byte(dockerfile))
		if err != nil || !fs.ValidPath(name) || name == "." {
			return
		}
		for _, s := range needs.Of(doc, needs.Options{Files: fstest.MapFS{name: {Data: []byte(text)}}, Bases: catalog.Bases()}) {
			for _, n := range s.Needs {
				if lines := strings.Count(text, "\n") + 1; n.Evidence.Source == name && n.Evidence.Line > lines {
					t.Errorf("line %d of %d: %+v", n.Evidence.Line, lines, n)
				}
			}
		}
	})
}

// examples has for projects in examples/ what their authors know that they need besides Python, Node.js and the like.
var examples = map[string]struct {
	runs    []string // commands at run time
	builds  []string // commands of steps
	unknown string   // a part of what cannot be told, "" if all can
}{
	"admin-service":       {runs: []string{"nginx"}, builds: []string{"wget", "tar", "useradd"}},
	"autotools-library":   {builds: []string{"autoreconf", "make"}, unknown: "configure, which is not in the build context"},
	"c-hello":             {builds: []string{"gcc"}},
	"chat-bot":            {runs: []string{"python"}, builds: []string{"pip", "python"}},
	"chat-2018":           {runs: []string{"curl", "python"}},
	"cmake-fetch":         {builds: []string{"cmake", "make", "ctest"}},
	"django-blog":         {runs: []string{"supervisord", "python"}, builds: []string{"cp", "pip"}},
	"elixir-tides":        {builds: []string{"mix"}},
	"express-api":         {runs: []string{"node", "npm"}},
	"fastapi-sklearn":     {builds: []string{"pip", "python"}},
	"flask-postgres":      {runs: []string{"pg_isready", "seq", "sleep"}},
	"go-hello":            {builds: []string{"go"}},
	"go-jobs":             {builds: []string{"go", "make"}},
	"go-sqlite":           {builds: []string{"go"}},
	"go-vendored":         {},
	"go-website":          {builds: []string{"go"}},
	"image-convert":       {runs: []string{"convert"}},
	"java-ledger":         {runs: []string{"java"}, builds: []string{"mvn"}},
	"java-modules":        {runs: []string{"java"}},
	"java-spring":         {runs: []string{"java"}, builds: []string{"mvn"}},
	"ldap-phonebook":      {runs: []string{"python"}},
	"lxml-feeds":          {runs: []string{"python"}},
	"node-development":    {runs: []string{"npm"}},
	"node-native":         {runs: []string{"node"}, builds: []string{"groupadd", "useradd"}},
	"node-postinstall":    {runs: []string{"node"}, builds: []string{"node"}},
	"node-workspaces":     {runs: []string{"node"}, builds: []string{"node", "npm"}},
	"php-rates":           {runs: []string{"php"}, builds: []string{"docker-php-ext-install"}},
	"poetry-bookmarks":    {builds: []string{"pip"}},
	"python-monorepo":     {runs: []string{"python"}},
	"ruby-shelves":        {runs: []string{"bundle"}},
	"rust-signer":         {runs: []string{"curl"}, builds: []string{"cargo"}},
	"rust-wordcount":      {builds: []string{"cargo", "cp"}},
	"ts-clock":            {runs: []string{"npm"}, builds: []string{"npm"}},
	"ts-orders":           {runs: []string{"node", "npm"}},
	"uwsgi-guestbook":     {builds: []string{"ln"}},
	"vite-dashboard":      {runs: []string{"npm"}},
	"weasyprint-invoices": {runs: []string{"python3"}, builds: []string{"fc-cache"}},
	"yarn-tides":          {runs: []string{"yarn"}, builds: []string{"yarn"}},
}

func TestExamples(t *testing.T) {
	entries, err := os.ReadDir("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		want, ok := examples[e.Name()]
		if !e.IsDir() {
			continue
		}
		if !ok {
			t.Errorf("%s is not in the table", e.Name())
			continue
		}
		folder := path.Join("../../examples", e.Name())
		text, err := os.ReadFile(path.Join(folder, "Dockerfile"))
		if err != nil {
			t.Fatal(err)
		}
		context := project.NewContext(folder)
		s := stages(t, string(text), project.New(context, "Dockerfile", nil, nil))[0]
		context.Close()
		for _, name := range want.runs {
			if !slices.Contains(names(s, needs.Command, false), name) {
				t.Errorf("%s: %s is not among what runs", e.Name(), name)
			}
		}
		for _, name := range want.builds {
			if !slices.Contains(names(s, needs.Command, true), name) {
				t.Errorf("%s: %s is not among what builds", e.Name(), name)
			}
		}
		if got := reasons(s); (got != "") != (want.unknown != "") || !strings.Contains(got, want.unknown) {
			t.Errorf("%s: unknown: %q, want %q", e.Name(), got, want.unknown)
		}
	}
}
