package order

import (
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"dopt/transform"
)

func TestExpand(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("FROM a\nARG NONE\nENV HOME=/srv APP=shop\nRUN x\n"))
	if err != nil {
		t.Fatal(err)
	}
	st := doc.Stages[0].Instructions[2].State()
	for _, test := range []struct {
		word, want string
		ok         bool
	}{
		{"/app", "/app", true},
		{"$HOME/$APP", "/srv/shop", true},
		{"${HOME}/${APP}/", "/srv/shop/", true},
		{"$HOMES", "", false},
		{"$NONE/x", "", false},
		{"${HOME:-/x}", "", false},
		{"${HOME", "", false},
		{"$", "", false},
		{`\$HOME`, "", false},
		{`"a b"`, "", false},
	} {
		if got, ok := expand(test.word, st); got != test.want || ok != test.ok {
			t.Errorf("expand(%q) = %q, %v; want %q, %v", test.word, got, ok, test.want, test.ok)
		}
	}
}

// What one folder of the context is copied to decides which folder of it a working directory is.
func TestRoot(t *testing.T) {
	for _, test := range []struct {
		entry   entry
		dir     string
		context string
		ok      bool
	}{
		{entry{image: "/app", context: ".", dir: true}, "/app", ".", true},
		{entry{image: "/app", context: ".", dir: true}, "/app/web", "web", true},
		{entry{image: "/srv/web", context: "web", dir: true}, "/srv", ".", true},
		{entry{image: "/srv", context: "web", dir: true}, "/srv", "web", true},
		{entry{image: "/srv/package.json", context: "web/package.json"}, "/srv", "web", true},
		{entry{image: "/srv/web/package.json", context: "web/package.json"}, "/srv", ".", true},
		{entry{image: "/app", context: ".", dir: true}, "/", "", false},
		{entry{image: "/app", context: ".", dir: true}, "/apps", "", false},
	} {
		if got, ok := test.entry.root().contextOf(test.dir); got != test.context || ok != test.ok {
			t.Errorf("with %+v, %s is %q of the context, %v; want %q, %v", test.entry, test.dir, got, ok, test.context, test.ok)
		}
	}
}

func TestPublicPath(t *testing.T) {
	for name, want := range map[string]bool{
		"etc/apt/apt.conf.d": true, "usr/local/bin/run": true, "usr/src/app": false, "usr/app": false, "srv": false, "opt/shop": false,
		"root/.npmrc": true, "root/app": false, "home/shop/.config/pip": true, "home/shop/app": false, "var/www/html": false, "etcetera": false,
	} {
		if got := publicPath(name); got != want {
			t.Errorf("publicPath(%q) = %v", name, got)
		}
	}
}

// A view shows what is copied and nothing else, however it is asked.
func TestView(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"package.json", "web/package.json", "web/src/a.js", "docs/a.md", "secret/key"} {
		files[name] = &fstest.MapFile{Data: []byte("{}")}
	}
	v := view{files: files, ignored: func(name string) bool { return name == "web/src" || name == "web/src/a.js" }, entries: []string{"package.json", "web"}}
	var seen []string
	err := fs.WalkDir(v, ".", func(name string, _ fs.DirEntry, err error) error {
		seen = append(seen, name)
		return err
	})
	if want := []string{".", "package.json", "web", "web/package.json"}; err != nil || !slices.Equal(seen, want) {
		t.Errorf("sees %v, %v; want %v", seen, err, want)
	}
	for _, name := range []string{"docs/a.md", "secret/key", "web/src/a.js", "../x"} {
		if _, err := v.Open(name); err == nil {
			t.Errorf("opens %s", name)
		}
		if _, err := v.Stat(name); err == nil {
			t.Errorf("stats %s", name)
		}
	}
	dir, err := v.Open("web")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if _, ok := dir.(fs.ReadDirFile); ok {
		t.Error("a folder that is opened lists what is not copied")
	}
}

func TestBrief(t *testing.T) {
	for text, want := range map[string]string{
		"npm \t ci": "npm ci",
		"apt-get install -y a-package another-package a-third-package and-more": "apt-get install -y a-package another-package …",
	} {
		if got := brief(text); got != want {
			t.Errorf("brief(%q) = %q, want %q", text, got, want)
		}
	}
}

// A committed project is a build context whose history is known.
type committed struct {
	fstest.MapFS
	history string
}

func (committed) IgnoreFile() (string, []byte)          { return ".dockerignore", nil }
func (committed) Ignored(string) bool                   { return false }
func (committed) Usage(string) (transform.Usage, error) { return transform.Usage{}, nil }
func (c committed) Churn(...string) transform.Churn {
	return transform.Churn{Share: 0.62, Source: c.history}
}
func (c committed) With(fs.FS) transform.Project                         { return c }
func (c committed) Remember(_ any, find func(transform.Project) any) any { return find(c) }

type noBases struct{}

func (noBases) Base(string) (transform.Base, bool) { return transform.Base{}, false }

// What a fix saves is said in words, with the share of past changes where there is a history.
func TestPrediction(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("FROM python\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y curl\nRUN pip install -r requirements.txt\n"))
	if err != nil {
		t.Fatal(err)
	}
	for history, want := range map[string]string{
		"62 of the last 100 commits": "a change of the source (62 of the last 100 commits) no longer runs `apt-get install -y curl` and `pip install -r requirements.txt` again",
		"source code":                "a change of the source no longer runs `apt-get install -y curl` and `pip install -r requirements.txt` again",
	} {
		files := committed{fstest.MapFS{"requirements.txt": {Data: []byte("flask\n")}, "app.py": {}}, history}
		var found []transform.Finding
		c := &transform.Context{Doc: doc, Files: files, Project: files, Bases: noBases{}, Report: func(f transform.Finding) { found = append(found, f) }}
		if err := Pass.Run(c); err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Fix == nil || found[0].Fix.Saving.Rebuild != want {
			t.Errorf("found %+v, want one fix that says\n%s", found, want)
		}
	}
}

// What an install needs is not copied early by way of a symbolic link to a folder: no later copy can put the link over
// the folder that this makes.
func TestLink(t *testing.T) {
	files := fstest.MapFS{
		"patches":                  {Data: []byte("shared/patches"), Mode: fs.ModeSymlink},
		"shared/patches/a.patch":   {},
		"shared/latest":            {Data: []byte("patches"), Mode: fs.ModeSymlink},
		"packages/b":               {Data: []byte("../libs/b"), Mode: fs.ModeSymlink},
		"package.json":             {Data: []byte("web/package.json"), Mode: fs.ModeSymlink},
		"packages/c/package.json":  {},
		"packages/c/files/LICENSE": {},
	}
	o := &orderer{Context: &transform.Context{Files: files}}
	for _, test := range []struct {
		need need
		want string
	}{
		{need{context: "patches", dir: true}, "patches"},
		{need{context: "packages/b/package.json"}, "packages/b"},
		{need{context: "shared", dir: true}, "shared/latest"},
		{need{context: "package.json"}, ""},
		{need{context: "packages/c/package.json"}, ""},
		{need{context: "packages/c", dir: true}, ""},
	} {
		if got := o.link(test.need); got != test.want {
			t.Errorf("link(%s) = %q, want %q", test.need.context, got, test.want)
		}
	}
}
