package needs_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/needs"
)

// The table of file types is needed where a framework asks for a type that the image's Python does not know, with the file that says so.
func TestServedTypes(t *testing.T) {
	cases := map[string]struct {
		base, install string
		files         string // names, separated by blanks; app.py holds text
		text          string
		because       string // the source of the evidence, "" if nothing is needed
	}{
		"a file of the context":       {"python:3.11-bookworm", "flask", "static/vendor/icons/a.woff2 static/b.png", "", "static/vendor/icons/a.woff2"},
		"a name in upper case":        {"python:3.11-bookworm", "flask", "static/A.WOFF2", "", "static/A.WOFF2"},
		"a file that a source names":  {"python:3.11-bookworm", "Flask", "static/a.woff2", `send("a.xlsx")`, "app.py"},
		"another way to write it":     {"python:3.11-bookworm", "Django-CMS", "static/a.woff2", "", "static/a.woff2"},
		"no framework":                {"python:3.11-bookworm", "requests", "static/a.woff2", `send("a.xlsx")`, ""},
		"a type that Python knows":    {"python:3.11-bookworm", "flask", "static/a.avif static/a.png", `send("a.pdf")`, ""},
		"not that version of it":      {"python:3.10-bookworm", "flask", "static/a.avif", "", "static/a.avif"},
		"that no version knows":       {"python:3.14-bookworm", "flask", "static/a.woff2 static/b.apng", "", "static/b.apng"},
		"a version that is not known": {"example.com/python", "flask", "static/a.webmanifest", "", "static/a.webmanifest"},
		"a version that moves":        {"python:3", "flask", "static/a.woff2", "", "static/a.woff2"},
		"what nobody serves":          {"python:3.11-bookworm", "flask", "README.md schema.sql key.pem src/a.ts", `open("schema.sql")`, ""},
		"other people's folders":      {"python:3.11-bookworm", "flask", "node_modules/a/a.woff2 .venv/a.woff2 tests/a.woff2", "", ""},
		"an address":                  {"python:3.11-bookworm", "flask", "", `get("https://example.com/a.webp")`, ""},
		"WhiteNoise serves":           {"python:3.11-bookworm", "django whitenoise", "static/a.woff2", "", ""},
		"but not what Django makes":   {"python:3.11-bookworm", "django whitenoise", "", `FileResponse("a.xlsx")`, "app.py"},
		"nor what Flask sends":        {"python:3.11-bookworm", "flask whitenoise", "static/a.woff2", "", "static/a.woff2"},
		"types of its own":            {"python:3.11-bookworm", "aiohttp==3.11.18", "static/a.woff2", "", ""},
		"not yet":                     {"python:3.11-bookworm", "aiohttp==3.9.5", "static/a.woff2", "", "static/a.woff2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"app.py": {Data: []byte(c.text)}}
			for file := range strings.FieldsSeq(c.files) {
				files[file] = &fstest.MapFile{}
			}
			s := stages(t, "FROM "+c.base+"\nCOPY . /app\nRUN pip install "+c.install+"\nCMD [\"python\", \"/app/app.py\"]\n", files)[0]
			got := ""
			if i := slices.IndexFunc(s.Needs, func(n needs.Need) bool { return n.Kind == needs.Path && n.Name == "/etc/mime.types" }); i >= 0 {
				got = s.Needs[i].Evidence.Source
			}
			if got != c.because {
				t.Errorf("needed because of %q, want %q", got, c.because)
			}
		})
	}
}

// Files that are not copied, and those of a stage that the image takes nothing of, are not served.
func TestServedTypesOfCopies(t *testing.T) {
	files := fstest.MapFS{"site/a.woff2": {}, "app/main.py": {}}
	for dockerfile, want := range map[string]bool{
		"FROM python:3.11\nRUN pip install flask\nCOPY app /app\n":                                                      false,
		"FROM node:22 AS site\nCOPY site /site\nFROM python:3.11\nRUN pip install flask\nCOPY app /app\n":               false,
		"FROM node:22 AS site\nCOPY site /s\nFROM python:3.11\nRUN pip install flask\nCOPY --from=site /s /s\n":         true,
		"FROM python:3.11 AS deps\nRUN pip install flask\nFROM python:3.11\nCOPY --from=deps /usr /usr\nCOPY site /s\n": true,
	} {
		s := stages(t, dockerfile, files)[0]
		if got := slices.Contains(names(s, needs.Path, false), "/etc/mime.types"); got != want {
			t.Errorf("needed: %v, want %v, by\n%s", got, want, dockerfile)
		}
	}
}
