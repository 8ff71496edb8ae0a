// Package artifacttest runs the tables of cases of the languages.
package artifacttest

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/artifact"
	"dopt/internal/catalog"
	"dopt/internal/system"
	"dopt/transform"
)

// A Case is a Dockerfile with its build context, and what a language finds in its last stage.
type Case struct {
	Name string
	// Archive holds the Dockerfile and the context, in the format of txtar.
	Archive string
	// Want is the artifact, as Describe writes it.
	Want string
}

// Run checks that a language finds what the cases want.
func Run(t *testing.T, language artifact.Language, cases []Case) {
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if got, want := Describe(Find(t, language, c.Archive)), strings.TrimSpace(c.Want); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// Find returns what a language finds in the last stage of an archive's Dockerfile.
func Find(t *testing.T, language artifact.Language, archive string) *artifact.Artifact {
	t.Helper()
	parsed := txtar.Parse([]byte(archive))
	files, err := txtar.FS(parsed)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range parsed.Files {
		if f.Name != "Dockerfile" {
			continue
		}
		doc, err := transform.Parse("Dockerfile", f.Data)
		if err != nil {
			t.Fatal(err)
		}
		c := &transform.Context{Doc: doc, Files: files, Bases: catalog.Bases(), Packages: system.Packages()}
		return language.Find(artifact.Look(c, doc.Stages[len(doc.Stages)-1]))
	}
	t.Fatal("the archive has no Dockerfile")
	return nil
}

// Describe writes an artifact, one fact a line: its bases, its files, the lines that are repeated, whether it has layers,
// and the unknowns.
func Describe(a *artifact.Artifact) string {
	if a == nil || len(a.Bases)+len(a.Unknowns) == 0 {
		return "nothing"
	}
	var lines []string
	for _, b := range a.Bases {
		lines = append(lines, fmt.Sprintf("%s: base %s", b.Level, b.Image))
	}
	for _, f := range a.Files {
		if f.Folder {
			f.Path += "/"
		}
		lines = append(lines, f.Path)
	}
	for _, in := range a.Repeat {
		lines = append(lines, fmt.Sprintf("repeat %d", in.Line()))
	}
	if a.Layers != nil {
		lines = append(lines, "layers of "+a.Layers.File)
	}
	if a.Whole.Reason != "" {
		lines = append(lines, "in one layer: "+a.Whole.Reason)
	}
	for _, u := range a.Unknowns {
		lines = append(lines, fmt.Sprintf("unknown %s:%d: %s", u.Evidence.Source, u.Evidence.Line, u.Reason))
	}
	return strings.Join(lines, "\n")
}
