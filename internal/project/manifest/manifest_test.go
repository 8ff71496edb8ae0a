package manifest_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

func TestRead(t *testing.T) {
	files := fstest.MapFS{
		"a.txt":            {Data: []byte("\xef\xbb\xbfflask\r\n")},
		"full.txt":         {Data: make([]byte, manifest.MaxSize)},
		"requirements.txt": {Data: make([]byte, manifest.MaxSize+1)},
		"pipe":             {Mode: fs.ModeNamedPipe},
		"dir/x":            {},
	}
	if data, err := manifest.Read(files, "a.txt"); err != nil || string(data) != "flask\r\n" {
		t.Errorf("Read = %q, %v", data, err)
	}
	if data, err := manifest.Read(files, "full.txt"); err != nil || len(data) != manifest.MaxSize {
		t.Errorf("a file of the largest size: %d bytes, %v", len(data), err)
	}
	for name, want := range map[string]string{
		"requirements.txt": "requirements.txt: larger than 4 MB, not read",
		"pipe":             "pipe: not a regular file",
		"dir":              "dir: not a regular file",
		"none":             "none: file does not exist",
		"../up":            "../up: file does not exist",
	} {
		if _, err := manifest.Read(files, name); err == nil || err.Error() != want {
			t.Errorf("Read(%s): %v, want %s", name, err, want)
		}
	}
	if _, err := manifest.Read(files, "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v does not wrap fs.ErrNotExist", err)
	}
}

// TestReadGrowing reads a file that says it is small and is not.
func TestReadGrowing(t *testing.T) {
	if _, err := manifest.Read(lying{}, "x"); err == nil || err.Error() != "x: larger than 4 MB, not read" {
		t.Errorf("Read: %v", err)
	}
}

// lying is a file system with one endless file whose size it does not tell.
type lying struct{ fs.FileInfo }

func (l lying) Open(string) (fs.File, error) { return l, nil }
func (l lying) Stat() (fs.FileInfo, error)   { return l, nil }
func (lying) Size() int64                    { return 10 }
func (lying) Mode() fs.FileMode              { return 0o644 }
func (lying) Read(b []byte) (int, error)     { return len(b), nil }
func (lying) Close() error                   { return nil }

func TestResolve(t *testing.T) {
	for _, c := range []struct{ dir, name, want string }{
		{".", "requirements.txt", "requirements.txt"},
		{"api", "../shared/./base.txt", "shared/base.txt"},
		{"api", "..", "."},
		{"api", "../../x", ""},
		{".", "/etc/passwd", ""},
	} {
		got, err := manifest.Resolve(c.dir, c.name)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("Resolve(%s, %s) = %q, %v, want %q", c.dir, c.name, got, err, c.want)
		}
	}
}

func TestInstallPath(t *testing.T) {
	install := manifest.Install{Dir: "api", Workdir: "/app"}
	for word, want := range map[string]string{
		"requirements.txt":      "api/requirements.txt",
		"/app/requirements.txt": "api/requirements.txt",
		"/app/":                 "api",
		"/application/x":        "",
		"/app/../etc/passwd":    "",
		"~/.npmrc":              "",
		"../../x":               "",
		"a" + pkgmgr.Unknown:    "",
	} {
		if got, err := install.Path(word); got != want || (err != nil) != (want == "") {
			t.Errorf("Path(%q) = %q, %v, want %q", word, got, err, want)
		}
	}
}

func TestInputs(t *testing.T) {
	var in manifest.Inputs
	files := fstest.MapFS{"a/z": {}, "a/b": {}, "a/d/e": {}}
	in.AddFile("c", transform.Evidence{Text: "first"})
	in.AddFile("c", transform.Evidence{Text: "second"})
	in.AddThere(files, "a", "beside", "z", "b", "d", "none")
	var got []string
	for _, f := range in.Files {
		got = append(got, f.Path+" "+f.Because.Text)
	}
	if want := []string{"a/b beside", "a/z beside", "c first"}; !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	in.AddDir("a/d", transform.Evidence{})
	in.AddDir("a", transform.Evidence{})
	in.AddDir("a/d/e", transform.Evidence{})
	in.AddFile("a/new", transform.Evidence{})
	if len(in.Files) != 1 || in.Files[0].Path != "c" || len(in.Dirs) != 1 || in.Dirs[0].Path != "a" {
		t.Errorf("a folder does not stand for what is below it: %+v", in)
	}
	if r := manifest.Refuse("package.json", 3, "no %s", "good").Refusal; r != "package.json:3: no good" {
		t.Errorf("refusal %q", r)
	}
	if line := manifest.LineOf([]byte("a\nb\nc"), "c"); line != 3 || manifest.LineOf([]byte(strings.Repeat("\n", 5)), "c") != 0 {
		t.Errorf("line %d, want 3", line)
	}
}

func TestInstallCommand(t *testing.T) {
	for _, c := range []struct{ argv, asks, operands, constraints string }{
		{"pip install -r a.txt flask -cb.txt --constraint c.txt ./lib", "install", "flask ./lib", "b.txt c.txt"},
		{"go mod download -x", "mod download", "", ""},
		{"yarn --frozen-lockfile", "", "", ""},
		{"pip install -i ? pkg==?", "install", "pkg==?", ""},
		{"npm install -- -x", "install", "-x", ""},
		{"pip install ?", "", "", "error"},
		{"ls -l", "", "", "error"},
		{"xargs pip install", "", "", "error"},
	} {
		argv := strings.Fields(strings.ReplaceAll(c.argv, "?", pkgmgr.Unknown))
		got, err := manifest.Install{Argv: argv}.Command()
		if err != nil {
			if c.constraints != "error" {
				t.Errorf("%s: %v", c.argv, err)
			}
			continue
		}
		operands := strings.ReplaceAll(strings.Join(got.Operands, " "), pkgmgr.Unknown, "?")
		if values := strings.Join(got.Values("-c", "--constraint"), " "); got.Asks != c.asks || operands != c.operands || values != c.constraints {
			t.Errorf("%s: asks %q of %q, -c %q", c.argv, got.Asks, operands, values)
		}
	}
}
