package system

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/catalog"
	"dopt/transform"
	"dopt/transform/shell"
)

func TestSlim(t *testing.T) {
	for image, want := range map[string]string{
		"python:3.11":                     "python:3.11-slim",
		"python:3.11-bookworm":            "python:3.11-slim-bookworm",
		"node:20.11.1-bullseye":           "node:20.11.1-bullseye-slim",
		"docker.io/library/ruby:3.3":      "docker.io/library/ruby:3.3-slim",
		"debian:12":                       "debian:12-slim",
		"python:3.11-slim":                "", // is slim
		"python:3.11-alpine":              "", // has no Debian
		"python:3.6-buster":               "python:3.6-slim-buster",
		"python:2.7-jessie":               "", // what its packages are is not known
		"golang:1.22":                     "", // has no slim variant
		"python":                          "", // means another release tomorrow
		"registry.example.com/python:3.9": "", // may be anything
		"python:3.11@sha256:12":           "", // is one image
		"":                                "",
	} {
		got, ok := Packages().Slim(image)
		if got.Image != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", image, got.Image, want)
		}
		if ok && (!slices.IsSorted(got.Full) || !slices.IsSorted(got.Slim) || len(got.Slim) == 0 || len(got.Full) < len(got.Slim)) {
			t.Errorf("%q: %d and %d packages", image, len(got.Full), len(got.Slim))
		}
	}
}

func TestSlimArchived(t *testing.T) {
	got, _ := Packages().Slim("python:3.6-stretch")
	if got.Archived != "stretch" || got.Release != "bullseye" {
		t.Errorf("release %s for %q, want bullseye for stretch", got.Release, got.Archived)
	}
	if !slices.Contains(got.Full, "netbase") || slices.Contains(got.Slim, "netbase") {
		t.Error("the slim images on stretch do not have netbase")
	}
	if now, _ := Packages().Slim("python:3.9-bullseye"); now.Archived != "" || !slices.Contains(now.Slim, "netbase") {
		t.Errorf("bullseye is taken for %q", now.Archived)
	}
}

func TestClosure(t *testing.T) {
	got, err := Packages().Closure("bookworm", []string{"git"}, false, nil)
	if err != nil || !slices.Contains(got, "git-man") || slices.Contains(got, "openssh-client") {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := Packages().Closure("bookworm", []string{"no-such-package"}, false, nil); err == nil {
		t.Errorf("a package that is not there: %v", got)
	}
}

// analyse returns the needs of a Dockerfile with a build context.
func analyse(t *testing.T, dockerfile string, files fstest.MapFS) transform.StageNeeds {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", []byte(dockerfile))
	if err != nil {
		t.Fatal(err)
	}
	return Packages().Needs(&transform.Context{Doc: doc, Files: files, Bases: catalog.Bases()})
}

func TestNeeds(t *testing.T) {
	for _, c := range []struct {
		name, run string
		files     fstest.MapFS
		// want and lack are packages that are needed and that are not; unknown is part of the reason why something cannot be told.
		want, lack, unknown string
	}{
		{name: "own command", run: "python3 -V", lack: "python3 python3-minimal"},
		{name: "the distribution's", run: "/usr/bin/python3 -V", want: "python3"},
		{name: "compiler", run: "gcc x.c", want: "gcc libc6-dev"},
		{name: "perl", run: "perl -e 1", want: "perl"},
		{name: "archive", run: "tar xJf /a", want: "xz-utils", lack: "bzip2"},
		{name: "archive by name", run: "tar -xf /a.tar.bz2", want: "bzip2", lack: "xz-utils"},
		{name: "archive of gzip", run: "tar xzf /a.tgz", lack: "bzip2 xz-utils"},
		{name: "archive by variable", run: `tar -xf "$(cat name)"`, want: "bzip2 xz-utils"},
		{name: "compiled", run: "pip install mysqlclient==2.2.4", want: "default-libmysqlclient-dev gcc libc6-dev pkg-config", lack: "g++ make"},
		{name: "compiled, as the evidence", run: "pip install python-levenshtein==0.12.2", want: "gcc libc6-dev", lack: "g++ make"},
		{name: "compiled, newer than the evidence", run: "pip install python-levenshtein==0.27.1", want: "gcc libc6-dev g++ make"},
		{name: "compiled, any version", run: "pip install python-levenshtein", want: "gcc libc6-dev g++ make"},
		{name: "wheel", run: "pip install psycopg2-binary==2.9.9", lack: "libpq-dev g++"},
		{name: "wheel refused", run: "pip install --no-binary=:all: psycopg2-binary==2.9.9", unknown: "compiled with is not known"},
		{name: "version without wheel", run: "pip install psycopg2-binary==2.8.6", unknown: "compiled with is not known"},
		{name: "extra", run: "pip install 'psycopg[c]'", want: "libpq-dev"},
		{name: "extra that is not known", run: "pip install 'psycopg[no-such-extra]'", unknown: "native code is not known"},
		{name: "headers that the release lacks", run: "pip install pygobject", unknown: "needs libgirepository-2.0-dev"},
		{name: "not known", run: "pip install no-such-thing-at-all", unknown: "native code is not known"},
		{name: "documentation", run: "cp /usr/share/doc/a/b /c", unknown: "/usr/share/doc/a/b"},
		{name: "cmake", run: "cmake .", unknown: "compiles with cmake"},
		{name: "Tk", run: "true", files: fstest.MapFS{"a/b.py": {Data: []byte("import tkinter\n")}}, want: "tk"},
		{name: "extension module", run: "pip install .", files: fstest.MapFS{"setup.py": {Data: []byte("setup(\n ext_modules=[])\n")}}, unknown: "compiles code of the project"},
		{name: "no extension module", run: "true", files: fstest.MapFS{"setup.py": {Data: []byte("setup()\n")}}, lack: "g++"},
		{name: "node-gyp", run: "npm install", files: fstest.MapFS{"binding.gyp": {Data: []byte("{}")}}, unknown: "compiles code of the project"},
	} {
		got := analyse(t, "FROM python:3.11-bookworm\nRUN "+c.run+"\n", c.files)
		has := func(name string) bool {
			return slices.ContainsFunc(got.Needs, func(n transform.Need) bool { return slices.Contains(n.Packages, name) })
		}
		for name := range strings.FieldsSeq(c.want) {
			if !has(name) {
				t.Errorf("%s: %s is not needed: %+v", c.name, name, got.Needs)
			}
		}
		for name := range strings.FieldsSeq(c.lack) {
			if has(name) {
				t.Errorf("%s: %s is needed", c.name, name)
			}
		}
		told := slices.ContainsFunc(got.Unknowns, func(u transform.UnknownNeed) bool { return strings.Contains(u.Reason, c.unknown) })
		if told != (c.unknown != "") {
			t.Errorf("%s: unknown %+v, want %q", c.name, got.Unknowns, c.unknown)
		}
	}
}

func TestInstallsOfABranch(t *testing.T) {
	got := analyse(t, "FROM debian:12\nRUN apt-get update && apt-get install -y git\nRUN if true; then apt-get install -y curl; fi\n", nil)
	if len(got.Installs) != 1 || got.Installs[0].Name != "git" || !got.Installs[0].Recommends {
		t.Errorf("%+v", got.Installs)
	}
}

func TestPlainNode(t *testing.T) {
	lock := func(version, script string) fstest.MapFS {
		return fstest.MapFS{"package-lock.json": {Data: []byte(`{"lockfileVersion":` + version + `,"packages":{"":{},"node_modules/a":{` + script + `},"node_modules/b/node_modules/@c/d":{}}}`)}}
	}
	for _, c := range []struct {
		name, pkg, source string
		files             fstest.MapFS
		want              bool
	}{
		{"locked", "a", "package.json", lock("3", ""), true},
		{"below another", "@c/d", "package.json", lock("3", ""), true},
		{"of a workspace", "a", "packages/x/package.json", lock("2", ""), true},
		{"with a script", "a", "package.json", lock("3", `"hasInstallScript":true`), false},
		{"not locked", "z", "package.json", lock("3", ""), false},
		{"a lock that does not tell", "a", "package.json", lock("1", ""), false},
		{"no lock", "a", "package.json", fstest.MapFS{}, false},
		{"damaged", "a", "package.json", fstest.MapFS{"package-lock.json": {Data: []byte("{")}}, false},
	} {
		tr := translation{files: c.files, scripts: map[string]map[string]bool{}}
		if got := tr.plainNode(c.pkg, transform.Evidence{Source: c.source}); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestDecompressorsOfUnknownNames(t *testing.T) {
	if got := decompressors([]string{"xf", shell.Unknown}); len(got) != len(formats) {
		t.Errorf("%+v", got)
	}
}
