package manifest_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/manifest"
)

func TestDecoders(t *testing.T) {
	type decoder func(fs.FS, string, any) ([]byte, error)
	for _, c := range []struct {
		name, text string
		decode     decoder
		want       string
	}{
		{"package.json", "{\n\"name\":\n}", manifest.ReadJSON, "package.json:3: "},
		{"package.json", "{\n\"name\": 3}", manifest.ReadJSON, "package.json:2: name is a number"},
		{"package.json", strings.Repeat("[", 100_000), manifest.ReadJSON, "package.json:1: invalid character '[' exceeded max depth"},
		{"Cargo.toml", "[a]\nb = \n", manifest.ReadTOML, "Cargo.toml:2: "},
		{"Cargo.toml", "a = " + strings.Repeat("[", 1<<20), manifest.ReadTOML, "Cargo.toml: nested more than 200 deep"},
		{"a.yml", "a: b: c", manifest.ReadYAML, "a.yml: yaml: "},
		{"a.yml", strings.Repeat("[", 100_000), manifest.ReadYAML, "a.yml: yaml: "},
	} {
		var value struct {
			Name string `json:"name"`
		}
		_, err := c.decode(fstest.MapFS{c.name: {Data: []byte(c.text)}}, c.name, &value)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.30q: %v, want %s…", c.text, err, c.want)
		}
		if _, err := c.decode(fstest.MapFS{}, c.name, &value); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a missing %s: %v", c.name, err)
		}
	}
}

func TestGlob(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{
		"packages/a/x", "packages/b/deep/x", "packages/.c/x", "packages/node_modules/d/x", "apps/web/x", "apps/api/x", "packages/file",
	} {
		files[name] = &fstest.MapFile{}
	}
	for _, c := range []struct{ patterns, want string }{
		{"packages/*", "packages/a packages/b"},
		{"./packages/a/", "packages/a"},
		{"packages/** !packages/b/**", "packages packages/a"},
		{"{apps,packages}/a*", "apps/api packages/a"},
		{".", "."},
		{"../x", ""},
		{"packages/[", ""},
		{"**/**/**/**/**/deep", "packages/b/deep"},
	} {
		got, err := manifest.Glob(files, ".", strings.Fields(c.patterns))
		if want := strings.Fields(c.want); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", c.patterns, got, err, want)
		}
	}
	if got, err := manifest.Glob(files, "apps", []string{"*"}); err != nil || !slices.Equal(got, []string{"apps/api", "apps/web"}) {
		t.Errorf("below apps: %v, %v", got, err)
	}
}

// TestGlobBounds walks a tree without end, in depth and in number.
func TestGlobBounds(t *testing.T) {
	tree := endless{fstest.MapFS{"again/x": {}, "more/x": {}}}
	if _, err := manifest.Glob(tree, ".", []string{"**"}); err == nil || err.Error() != "more than 10000 folders to look for workspaces in" {
		t.Errorf("Glob: %v", err)
	}
}

// endless has the same folders in every folder.
type endless struct{ fstest.MapFS }

func (e endless) ReadDir(string) ([]fs.DirEntry, error) { return e.MapFS.ReadDir(".") }
