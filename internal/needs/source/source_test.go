package source

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/transform"
)

var update = flag.Bool("update", false, "rewrite the want sections of the cases")

// TestCases runs the cases in testdata: sources, and in want what they ask for, a line each.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runCase(t, file) })
	}
}

// A source of which its words tell that it asks for nothing does ask for nothing.
func TestSilent(t *testing.T) {
	sources := map[string]string{
		"a.py":   "from ctypes import util as u\nu.find_library('x')\n",
		"b.py":   "import subprocess as s\ns.Popen(['ls'])\n",
		"c.py":   "from subprocess import *\nrun(['ls'])\n",
		"d.js":   "import e from 'which'\ne('ls')\n",
		"e.js":   "const e = require('execa')\ne('ls', [])\n",
		"f.js":   "const {exec: e} = require('node:child_process')\ne('ls')\n",
		"g.js":   "open('\\/usr\\/share\\/dict\\/words')\n",
		"h.py":   "open('/us\\\nr/share/dict/words')\n",
		"i.go":   "import _ \"time/tzdata\"\n",
		"j.rb":   "`ls`\n",
		"k.rs":   "use std::process::Command;\nCommand::new(\"ls\").spawn();\n",
		"l.c":    "#  include <curl/curl.h>\n",
		"m.py":   "TIME_ZONE = 'Europe/Berlin'\n",
		"n.php":  "<?php shell_exec('ls');\n",
		"o.java": "Runtime.getRuntime().exec(\"ls\");\n",
		"p.ex":   "System.cmd(\"ls\", [])\n",
		"q.cs":   "Process.Start(\"ls\");\n",
		"r.go":   "http.Get(\"https://example.com\")\n",
	}
	for name, src := range sources {
		if len(Scan(name, src)) == 0 {
			t.Errorf("%s asks for nothing:\n%s", name, src)
		}
	}
	spared := 0
	err := fs.WalkDir(os.DirFS("../../.."), ".", func(name string, _ fs.DirEntry, err error) error {
		l := languageOf(name)
		if err != nil || l == nil {
			return err
		}
		data, err := os.ReadFile(filepath.Join("../../..", name))
		if err != nil || !l.silent(string(data)) {
			return err
		}
		spared++
		if uses := (&scanner{language: l, src: string(data)}).scan(); len(uses) > 0 {
			t.Errorf("%s asks for %v", name, uses)
		}
		return nil
	})
	if err != nil || spared < 20 {
		t.Errorf("%d sources of this repository ask for nothing: %v", spared, err)
	}
	t.Logf("%d sources", spared)
}

func runCase(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	var got bytes.Buffer
	var sources []txtar.File
	for _, f := range archive.Files {
		if f.Name == "want" {
			want = f.Data
			continue
		}
		sources = append(sources, f)
		for _, u := range Scan(f.Name, string(f.Data)) {
			fmt.Fprintf(&got, "%s:%d: %s\n", f.Name, u.Line, describe(u))
		}
	}
	if bytes.Equal(got.Bytes(), want) {
		return
	}
	if !*update {
		t.Errorf("uses differ:\n%s", transform.Diff("want", "got", want, got.Bytes()))
		return
	}
	archive.Files = append(sources, txtar.File{Name: "want", Data: got.Bytes()})
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func describe(u Use) string {
	if u.Problem != "" {
		return "unknown: " + u.Problem
	}
	words := append([]string{string(u.Kind), u.Name}, u.Args...)
	if u.Optional {
		words = append(words, "(optional)")
	}
	if u.Inferred {
		words = append(words, "(inferred)")
	}
	return strings.ReplaceAll(strings.Join(words, " "), Unknown, "?")
}

func FuzzScan(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, source := range archive.Files {
			f.Add(filepath.Ext(source.Name), source.Data)
		}
	}
	f.Fuzz(func(t *testing.T, ext string, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, u := range Scan("a"+ext, string(data)) {
			if u.Line < 1 || u.Line > lines {
				t.Errorf("line %d of %d", u.Line, lines)
			}
			if (u.Name == "") != (u.Problem != "") && u.Kind != Zone {
				t.Errorf("neither a name nor a problem, or both: %+v", u)
			}
		}
	})
}
