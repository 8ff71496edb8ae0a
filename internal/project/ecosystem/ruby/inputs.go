package ruby

import (
	"io/fs"
	"path"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// Inputs returns what bundle install reads of the context, and gem install of named gems.
// Source: https://bundler.io/man/bundle-install.1.html
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	command, err := in.Command()
	switch {
	case err != nil:
		return manifest.Refuse("", 0, "%s", err), nil
	case command.Manager.Name == "gem":
		return gemInputs(in, command), nil
	case command.Asks != "" && command.Asks != "install":
		return manifest.Refuse("", 0, "the command changes Gemfile.lock, which a later copy would put back, or more"), nil
	}
	name, refusal := gemfileName(fsys, in, command)
	if refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	g, err := ReadGemfile(fsys, name)
	if err != nil {
		return manifest.Inputs{}, err
	}
	if g.Unclear != "" {
		return manifest.Inputs{Refusal: g.Unclear}, nil
	}
	var inputs manifest.Inputs
	for _, name := range g.Paths {
		inputs.AddFile(name, transform.Evidence{Source: name, Text: "Bundler's manifest"})
	}
	for _, f := range g.Files {
		if !manifest.IsFile(fsys, f.Path) {
			return manifest.Refuse(f.Because.Source, f.Because.Line, "%s is not in the context", f.Path), nil
		}
		inputs.AddFile(f.Path, f.Because)
	}
	inputs.AddThere(fsys, path.Dir(name), "the manifest's lock file", lockName(path.Base(name)))
	if refusal, err := addGems(fsys, g, &inputs); err != nil || refusal != "" {
		return manifest.Inputs{Refusal: refusal}, err
	}
	refusal, err = addBeside(fsys, path.Dir(name), &inputs)
	if err != nil || refusal != "" {
		return manifest.Inputs{Refusal: refusal}, err
	}
	return inputs, nil
}

// gemInputs is about gem install: of names it reads nothing, of .gem files those.
func gemInputs(in manifest.Install, command manifest.Command) manifest.Inputs {
	if command.Asks != "install" || command.HasFlag("-g", "--file", "-l", "--local") {
		return manifest.Refuse("", 0, "the command reads more than names of gems")
	}
	var inputs manifest.Inputs
	for _, word := range command.Operands {
		if !strings.HasSuffix(word, ".gem") {
			continue
		}
		name, err := in.Path(word)
		if err != nil || strings.ContainsAny(word, "*?[") {
			return manifest.Refuse("", 0, "%s is no file that can be told", word)
		}
		inputs.AddFile(name, transform.Evidence{Source: name, Text: "the command installs it"})
	}
	return inputs
}

// gemfileName returns the manifest that Bundler takes: the one named, or the next one upwards.
func gemfileName(fsys fs.FS, in manifest.Install, command manifest.Command) (name, refusal string) {
	named := in.Getenv("BUNDLE_GEMFILE")
	if given := command.Values("--gemfile"); len(given) > 0 {
		named = given[0]
	}
	if named != "" {
		name, err := in.Path(named)
		if err != nil {
			return "", err.Error()
		}
		return name, ""
	}
	for dir := in.Dir; ; dir = path.Dir(dir) {
		for _, base := range []string{"Gemfile", "gems.rb"} {
			if file := path.Join(dir, base); manifest.IsFile(fsys, file) {
				return file, ""
			}
		}
		if dir == "." {
			return "", "there is no Gemfile"
		}
	}
}

// lockName returns the name of the lock file that belongs to a manifest.
func lockName(name string) string {
	if name == "gems.rb" {
		return "gems.locked"
	}
	return name + ".lock"
}

// addGems adds the folders of gems that are part of the project. Their specifications are
// programs; those that list their files by git would find others without .git.
func addGems(fsys fs.FS, g *Gemfile, inputs *manifest.Inputs) (refusal string, err error) {
	seen := map[string]bool{}
	for _, gem := range g.Gems {
		if gem.Path == "" || seen[gem.Path] {
			continue
		}
		seen[gem.Path] = true
		if !manifest.IsDir(fsys, gem.Path) {
			return manifest.Refuse(gem.Source.Source, gem.Source.Line, "%s is not in the context", gem.Path).Refusal, nil
		}
		for _, pattern := range []string{"*.gemspec", "*/*.gemspec", "*/*/*.gemspec"} {
			names, err := fs.Glob(fsys, path.Join(gem.Path, pattern))
			if err != nil {
				return "", err
			}
			for _, name := range names {
				data, err := manifest.Read(fsys, name)
				if err != nil {
					return "", err
				}
				if line, _ := manifest.FirstWith(data, "#", []string{"git ", "../", "gemspec_dependencies"}); line > 0 {
					return manifest.Refuse(name, line, "the gem's specification reads more than the gem's folder").Refusal, nil
				}
			}
		}
		inputs.AddDir(gem.Path, gem.Source)
	}
	return "", nil
}

// localSettings are those of .bundle/config that name other files.
var localSettings = []string{"BUNDLE_GEMFILE", "BUNDLE_LOCAL__", "BUNDLE_CACHE_PATH", "BUNDLE_APP_CONFIG", "BUNDLE_LOCKFILE"}

// addBeside adds what Bundler reads beside the manifest by convention.
func addBeside(fsys fs.FS, dir string, inputs *manifest.Inputs) (refusal string, err error) {
	if bundle := path.Join(dir, "vendor/bundle"); manifest.IsDir(fsys, bundle) {
		return manifest.Refuse(bundle, 0, "gems are installed in the context; they have to be in .dockerignore, since a later copy puts them over the image's own").Refusal, nil
	}
	if config := path.Join(dir, ".bundle/config"); manifest.IsFile(fsys, config) {
		data, err := manifest.Read(fsys, config)
		if err != nil {
			return "", err
		}
		if line, setting := manifest.FirstWith(data, "#", localSettings); line > 0 {
			return manifest.Refuse(config, line, "%s names other files", setting).Refusal, nil
		}
		inputs.AddFile(config, transform.Evidence{Source: config, Text: "Bundler's settings for the project"})
	}
	inputs.AddThere(fsys, dir, "version managers choose Ruby by it", ".ruby-version", ".tool-versions")
	if cache := path.Join(dir, "vendor/cache"); manifest.IsDir(fsys, cache) {
		inputs.AddDir(cache, transform.Evidence{Source: cache, Text: "Bundler installs gems from it"})
	}
	return "", nil
}
