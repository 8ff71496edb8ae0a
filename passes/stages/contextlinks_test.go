package stages

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/artifact"
	"dopt/internal/catalog"
	"dopt/internal/project"
	"dopt/internal/system"
	"dopt/transform"
)

func TestContextLinks(t *testing.T) {
	link := func(to string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink} }
	files := fstest.MapFS{
		".dockerignore":   {Data: []byte("hidden\n")},
		"web/index.html":  {},
		"static":          link("web"),
		"secret":          link("hidden"),
		"hidden/key":      {},
		"shared/a.txt":    {},
		"inside/a.txt":    {},
		"inside/b.txt":    link("a.txt"),
		"outside/a.txt":   {},
		"outside/b.txt":   link("../shared/a.txt"),
		"absolute/b.txt":  link("/app/shared/a.txt"),
		"absolute/me.txt": {},
	}
	const (
		whole = "COPY . ."
		parts = "COPY outside ./outside\nCOPY static ./static"
	)
	for _, test := range []struct {
		copies string
		files  []string // a folder ends with a slash
		want   string
	}{
		{whole, []string{"web/index.html", "shared/"}, ""},
		{whole, []string{"static/index.html"}, "static is a link in the build context, and /app/static/index.html is reached by it"},
		{whole, []string{"static/"}, ""},
		{whole, []string{"secret/"}, "secret is a link in the build context, and whether the image has what it leads to is not known"},
		{whole, []string{"inside/"}, ""},
		{whole, []string{"inside/b.txt"}, ""},
		{whole, []string{"outside/"}, "outside/b.txt is a link in the build context, and may lead to what the image would not have"},
		{whole, []string{"outside/", "shared/"}, ""},
		{whole, []string{"absolute/"}, "absolute/b.txt is a link in the build context, and may lead to what the image would not have"},
		{parts, []string{"static/index.html"}, ""}, // COPY has made a folder of it
		{parts, []string{"outside/b.txt"}, "outside/b.txt is a link in the build context, and whether the image has what it leads to is not known"},
	} {
		doc, err := transform.Parse("Dockerfile", []byte("FROM golang:1.22-bookworm\nWORKDIR /app\n"+test.copies+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		c := &transform.Context{Doc: doc, Files: project.New(files, "Dockerfile", nil, nil), Bases: catalog.Bases(), Packages: system.Packages()}
		p := &plan{Context: c, stage: artifact.Look(c, doc.Stages[0])}
		for _, name := range test.files {
			p.files = append(p.files, artifact.File{Path: "/app/" + strings.TrimSuffix(name, "/"), Folder: strings.HasSuffix(name, "/")})
		}
		if got := p.contextLinks(); got != test.want {
			t.Errorf("%q, %v: %q, want %q", test.copies, test.files, got, test.want)
		}
	}
}
