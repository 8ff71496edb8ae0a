// Package manifesttest has the table test that the readers of manifests share.
package manifesttest

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"dopt/internal/project/manifest"
	"dopt/transform/pkgmgr"
)

// A Case is one install and what it reads.
type Case struct {
	Name string
	// Context is the build context as a txtar archive. Files that begin with "#!" can be executed.
	Context string
	// Dir is the working directory's folder of the context, "" for the context itself. It is /app
	// in the image.
	Dir string
	// Command is the install, words separated by blanks; "?" is what is not known before the build.
	Command string
	// Env are the variables that are set, as NAME=value.
	Env []string
	// Files and Dirs are what it reads, separated by blanks.
	Files, Dirs string
	// Refusal is the whole reason, "" if the inputs can be told. An error counts as one.
	Refusal string
}

// Run asks inputs about each case. It checks, too, that what is named is there.
func Run(t *testing.T, cases []Case, inputs func(fs.FS, manifest.Install) (manifest.Inputs, error)) {
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			files := Context(c.Context)
			got, err := inputs(files, c.Install())
			if err != nil {
				got = manifest.Inputs{Refusal: err.Error()}
			}
			if got.Refusal != c.Refusal {
				t.Fatalf("%s: refusal %q, want %q", c.Command, got.Refusal, c.Refusal)
			}
			if c.Refusal != "" {
				return
			}
			if names := paths(t, got.Files); names != c.Files {
				t.Errorf("%s: files %q, want %q", c.Command, names, c.Files)
			}
			if names := paths(t, got.Dirs); names != c.Dirs {
				t.Errorf("%s: folders %q, want %q", c.Command, names, c.Dirs)
			}
			for _, f := range got.Files {
				if !manifest.IsFile(files, f.Path) {
					t.Errorf("%s is no file of the context", f.Path)
				}
			}
			for _, d := range got.Dirs {
				if !manifest.IsDir(files, d.Path) {
					t.Errorf("%s is no folder of the context", d.Path)
				}
			}
		})
	}
}

// Install returns the install of a case.
func (c Case) Install() manifest.Install {
	argv := strings.Fields(strings.ReplaceAll(c.Command, "?", pkgmgr.Unknown))
	in := manifest.Install{Argv: argv, Dir: c.Dir, Workdir: "/app", Getenv: func(name string) string {
		for _, setting := range c.Env {
			if value, ok := strings.CutPrefix(setting, name+"="); ok {
				return value
			}
		}
		return ""
	}}
	if in.Dir == "" {
		in.Dir = "."
	}
	if use, ok := pkgmgr.Identify(argv); ok {
		in.Argv, in.Manager, in.Verb = argv[use.Program:], use.Manager.Name, string(use.Verb)
	}
	return in
}

// Context returns the files of a txtar archive.
func Context(archive string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		mode := fs.FileMode(0o644)
		if strings.HasPrefix(string(f.Data), "#!") {
			mode = 0o755
		}
		files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: mode}
	}
	return files
}

// paths joins the paths of inputs, each of which must say why it is one.
func paths(t *testing.T, inputs []manifest.Input) string {
	var names []string
	for _, in := range inputs {
		names = append(names, in.Path)
		if in.Because.Source == "" || in.Because.Text == "" {
			t.Errorf("%s: no reason: %+v", in.Path, in.Because)
		}
	}
	return strings.Join(names, " ")
}
