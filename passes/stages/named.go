package stages

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// named adds what the process, the environment, scripts and settings name, those of Compose files among them, as seen from the working directory.
func (p *plan) named() string {
	words := slices.Clone(p.stage.Start.Args)
	for _, w := range p.stage.Start.Args {
		words = append(words, artifact.Split(w)...)
	}
	for _, in := range p.stage.Final.Stage.Instructions {
		if in.Keyword == "ENV" {
			words = append(words, artifact.Split(in.Args().Text)...)
		}
	}
	p.names(words, p.stage.Evidence(p.startedBy()))
	p.variants(words, p.stage.Evidence(p.startedBy()))
	p.composedNames()
	for i := 0; i < len(p.files); i++ { // what is named may name more
		context, copied := p.stage.Tree.Context(p.files[i].Path)
		if copied && !p.files[i].Folder && (path.Ext(context) == "" || slices.Contains(settings, path.Ext(context))) {
			p.names(artifact.Split(p.stage.Read(context)), transform.Evidence{Source: context})
		}
	}
	return ""
}

// settings are the extensions of scripts and settings, whose words may be paths; a script often has none.
var settings = strings.Fields(".sh .bash .json .yaml .yml .toml .ini .conf .cfg .env .properties .xml")

// names adds the files that words name.
func (p *plan) names(words []string, because transform.Evidence) {
	for _, w := range words {
		if f, ok := p.stage.Opened(w, func(string) bool { return false }, because); ok && !p.isSource(f) {
			p.add(f)
		}
	}
}

// chosen are the extensions of settings of which there is a file for each place that an image is run at.
var chosen = strings.Fields(".json .yaml .yml .toml .ini .conf .cfg .env .properties")

// variants adds the files beside settings that the process or the environment names, of the same kind: which one is taken may be told anew whenever
// the image is started.
func (p *plan) variants(words []string, because transform.Evidence) {
	none := func(string) bool { return false }
	for _, w := range words {
		f, ok := p.stage.Opened(w, none, because)
		if ext := path.Ext(f.Path); ok && !f.Folder && slices.Contains(chosen, ext) {
			context, _ := p.stage.Tree.Context(f.Path)
			for _, beside := range p.stage.Glob(path.Join(path.Dir(context), "*"+ext)) {
				p.names([]string{path.Join(path.Dir(f.Path), path.Base(beside))}, because)
			}
		}
	}
}

// isSource reports whether all of a folder is one of the artifact's folders of sources.
func (p *plan) isSource(f artifact.File) bool {
	return f.Folder && slices.ContainsFunc(p.artifact.Sources, func(dir string) bool { return artifact.Within(dir, f.Path) })
}
