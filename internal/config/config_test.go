package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"dopt/internal/config"
	"dopt/passes"
	"dopt/transform"
)

func passNames() []string {
	var names []string
	for _, p := range passes.All() {
		names = append(names, p.Name)
	}
	return names
}

// full chooses something for every key.
const full = `# a comment
level: safe
passes:
  only: [merge, cleanup]
  skip: [cleanup]
builder: buildah
merge: all
declarations: early
cache-mounts: true
targets: [dev]
assume-official: [registry.example.com/proxy]
mirrors: [apt]
exclude:
  - testdata/
  - "!testdata/keep/"
`

func TestParse(t *testing.T) {
	c, err := config.Parse("x/.dopt.yaml", []byte(full), passNames())
	if err != nil {
		t.Fatal(err)
	}
	if *c.Level != transform.Safe || c.Builder != transform.BuilderBuildah || c.Merge != transform.MergeAll || c.Declarations != transform.DeclarationsEarly || !*c.CacheMounts ||
		!slices.Equal(c.Targets, []string{"dev"}) || !slices.Equal(c.Only, []string{"merge", "cleanup"}) || !slices.Equal(c.Skip, []string{"cleanup"}) {
		t.Errorf("read %+v", c)
	}
	p := c.Pipeline(passes.All())
	if !slices.Equal(p.Settings.Official, []string{"registry.example.com/proxy"}) || !slices.Equal(p.Settings.Mirrors, []string{"apt"}) {
		t.Errorf("settings %+v", p.Settings)
	}
	if len(p.Passes) != 1 || p.Passes[0].Name != "merge" || p.Level != transform.Safe || !p.Settings.CacheMounts || p.Settings.Declarations != transform.DeclarationsEarly {
		t.Errorf("pipeline %+v", p)
	}
}

func TestPipelineOfNothing(t *testing.T) {
	p := config.Config{}.Pipeline(passes.All())
	if len(p.Passes) != len(passes.All()) || p.Level != transform.Standard {
		t.Errorf("without a choice all passes run at level standard, got %d at %v", len(p.Passes), p.Level)
	}
}

// rejected are files with an error, which the schema must see, too, unless YAML itself is broken.
var rejected = []struct{ text, want string }{
	{"levle: safe\n", `.dopt.yaml:1:1: unknown key "levle": want one of assume-official, builder, cache-mounts, declarations, exclude, level, merge, mirrors, passes, targets`},
	{"# first\nlevel: safest\n", `.dopt.yaml:2:8: "safest" is none of layout, safe, standard, aggressive`},
	{"level: [safe]\n", ".dopt.yaml:1:8: want one of layout, safe, standard, aggressive"},
	{"passes:\n  without: [merge]\n", `.dopt.yaml:2:3: unknown key "without": want one of only, skip`},
	{"passes:\n  skip: [merge, mrege]\n", `.dopt.yaml:2:17: "mrege" is none of ` + strings.Join(passNames(), ", ")},
	{"passes: [merge]\n", ".dopt.yaml:1:9: want one of the keys only, skip"},
	{"builder: podman\n", `.dopt.yaml:1:10: "podman" is none of docker, buildah, kaniko`},
	{"merge: true\n", ".dopt.yaml:1:8: want one of pays, all, none"},
	{"cache-mounts: \"true\"\n", ".dopt.yaml:1:15: want true or false"},
	{"mirrors: [apt, pip]\n", `.dopt.yaml:1:16: "pip": the steps that dopt writes are those of apt alone; an author's own steps keep the mirrors that they name`},
	{"targets: dev\n", ".dopt.yaml:1:10: want a list of strings"},
	{"exclude: [1]\n", ".dopt.yaml:1:11: want a string"},
	{"level:\n", ".dopt.yaml:1:7: want one of layout, safe, standard, aggressive"},
	{"- level\n", ".dopt.yaml:1:1: want one of the keys assume-official, builder, cache-mounts, declarations, exclude, level, merge, mirrors, passes, targets"},
}

func TestParseErrors(t *testing.T) {
	broken := []struct{ text, want string }{
		{"level: safe\nlevel: safe\n", `.dopt.yaml:2:1: key "level" is there twice`},
		{"level: safe\n---\nlevel: safe\n", ".dopt.yaml:2:1: a second YAML document: there must be one only"},
		{"level: safe\n\tmerge: all\n", ".dopt.yaml:2:1: found a tab character that violates indentation"},
		{"targets: [a\n", ".dopt.yaml:1:1: did not find expected ',' or ']'"},
	}
	for _, tc := range append(broken, rejected...) {
		_, err := config.Parse(config.FileName, []byte(tc.text), passNames())
		if err == nil || err.Error() != tc.want {
			t.Errorf("%q:\ngot  %v\nwant %s", tc.text, err, tc.want)
		}
	}
}

func TestParseNothing(t *testing.T) {
	for _, text := range []string{"", "# level: safe\n", "\n\n"} {
		if c, err := config.Parse(config.FileName, []byte(text), nil); err != nil || c.Level != nil {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

// TestSchema: what the schema allows is what Parse takes.
func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) error {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	if err := valid(full); err != nil {
		t.Errorf("the schema refuses the example: %v", err)
	}
	for _, tc := range rejected {
		if valid(tc.text) == nil {
			t.Errorf("the schema allows %q", tc.text)
		}
	}
	keys := slices.Sorted(func(yield func(string) bool) {
		for key := range schema.Properties {
			if !yield(key) {
				return
			}
		}
	})
	if want := "want one of " + strings.Join(keys, ", "); !strings.HasSuffix(rejected[0].want, want) {
		t.Errorf("the schema has the keys %q", keys)
	}
	for key, choices := range map[string][]string{"level": config.Levels, "builder": config.Builders, "merge": config.MergePolicies, "declarations": config.DeclarationPolicies} {
		checkEnum(t, key, schema.Properties[key], choices)
	}
	checkEnum(t, "mirrors", schema.Properties["mirrors"].Items2020, config.Mirrors)
	checkEnum(t, "pass", schema.Properties["passes"].Properties["only"].Items2020.Ref, passNames())
}

// checkEnum: a schema lists exactly these values.
func checkEnum(t *testing.T, key string, s *jsonschema.Schema, want []string) {
	t.Helper()
	var got []string
	if s.Enum != nil {
		for _, v := range s.Enum.Values {
			got = append(got, v.(string))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: the schema has %q, the program %q", key, got, want)
	}
}

func TestOverride(t *testing.T) {
	file, err := config.Parse(config.FileName, []byte(full), passNames())
	if err != nil {
		t.Fatal(err)
	}
	off, standard := false, transform.Standard
	flags := config.Config{Level: &standard, CacheMounts: &off, Skip: []string{"format"}, Merge: transform.MergeNone}
	got := file.Override(flags)
	if *got.Level != transform.Standard || *got.CacheMounts || got.Merge != transform.MergeNone {
		t.Errorf("flags do not count: %+v", got)
	}
	if got.Only != nil || !slices.Equal(got.Skip, []string{"format"}) {
		t.Errorf("only %q, skip %q: --skip replaces the file's whole selection", got.Only, got.Skip)
	}
	if got.Builder != transform.BuilderBuildah || !slices.Equal(got.Targets, []string{"dev"}) || got.Exclude == nil {
		t.Errorf("what no flag says must stay: %+v", got)
	}
}

func TestFinder(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		".dopt.yaml":            "level: layout\n",
		"repo/.git/HEAD":        "",
		"repo/.dopt.yaml":       "level: safe\nexclude: [old/, '*.dev']\n",
		"repo/sub/.dopt.yaml":   "builder: kaniko\n",
		"repo/wrong/.dopt.yaml": "levle: safe\n",
		"inner/.git":            "gitdir: elsewhere\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := &config.Finder{Passes: passNames()}
	for file, want := range map[string]string{
		"Dockerfile":               ".dopt.yaml",
		"repo/Dockerfile":          "repo/.dopt.yaml",
		"repo/a/b/Dockerfile":      "repo/.dopt.yaml",
		"repo/sub/deep/Dockerfile": "repo/sub/.dopt.yaml",
		"inner/x/Dockerfile":       "", // a repository of its own
	} {
		c, err := f.For(file)
		if err != nil || c.Path != want {
			t.Errorf("%s: configuration %q (%v), want %q", file, c.Path, err, want)
		}
	}
	if c, _ := f.For("repo/sub/Dockerfile"); c.Level != nil {
		t.Error("the nearest file alone counts: nothing is inherited")
	}
	if _, err := f.For("repo/wrong/x/Dockerfile"); err == nil || !strings.HasPrefix(err.Error(), "repo/wrong/.dopt.yaml:1:1: unknown key") {
		t.Errorf("error %v", err)
	}
	c, _ := f.For("repo/Dockerfile")
	for file, want := range map[string]bool{"repo/old/x/Dockerfile": true, "repo/x/Dockerfile.dev": true, "repo/Dockerfile": false, "old/Dockerfile": false} {
		if c.Excludes(file) != want {
			t.Errorf("%s: excluded %v, want %v", file, !want, want)
		}
	}
}
