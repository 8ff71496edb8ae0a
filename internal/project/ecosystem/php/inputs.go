package php

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// Inputs returns what composer install reads of the context. The version that Composer reads from
// the repository's history for the project itself is left aside.
// Source: https://getcomposer.org/doc/03-cli.md#install-i
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	command, err := in.Command()
	if err != nil {
		return manifest.Refuse("", 0, "%s", err), nil
	}
	switch command.Asks {
	case "install", "i":
		return installInputs(fsys, in, command)
	case "global require", "global r", "global install", "global i":
		return manifest.Inputs{}, nil
	}
	return manifest.Refuse("", 0, "the command changes composer.json or composer.lock, which a later copy would put back"), nil
}

func installInputs(fsys fs.FS, in manifest.Install, command manifest.Command) (manifest.Inputs, error) {
	name, refusal := manifestName(in, command)
	if refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	m, err := ReadManifest(fsys, name)
	if err != nil {
		return manifest.Inputs{}, err
	}
	dir := path.Dir(name)
	var inputs manifest.Inputs
	inputs.AddFile(name, transform.Evidence{Source: name, Text: "Composer's manifest"})
	if refusal := m.needsSource(fsys, command); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	if file := lockName(name); manifest.IsFile(fsys, file) {
		inputs.AddFile(file, transform.Evidence{Source: file, Text: "the manifest's lock file"})
		if !command.HasFlag("--no-plugins") {
			refusal, err := m.checkPlugins(fsys, file, command, &inputs)
			if err != nil || refusal != "" {
				return manifest.Inputs{Refusal: refusal}, err
			}
		}
	}
	inputs.AddThere(fsys, dir, "Composer reads it beside the manifest", "auth.json")
	if refusal := m.addRepositories(fsys, &inputs); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	return inputs, nil
}

// manifestName returns the manifest that the command is about.
func manifestName(in manifest.Install, command manifest.Command) (name, refusal string) {
	dir := in.Dir
	if given := command.Values("-d", "--working-dir"); len(given) > 0 {
		var err error
		if dir, err = in.Path(given[0]); err != nil {
			return "", err.Error()
		}
	}
	file := in.Getenv("COMPOSER")
	switch {
	case file == "":
		file = "composer.json"
	case strings.Contains(file, "/"):
		return "", "the variable COMPOSER names a file in another folder"
	}
	return path.Join(dir, file), ""
}

// events are those in an install that run scripts; the last two come with the autoloader only.
// Source: https://getcomposer.org/doc/articles/scripts.md#event-names
var events = []string{
	"pre-install-cmd", "post-install-cmd", "pre-package-install", "post-package-install", "pre-package-update", "post-package-update",
	"pre-package-uninstall", "post-package-uninstall", "pre-operations-exec", "pre-pool-create", "pre-command-run", "pre-file-download",
	"post-file-download", "init", "command", "pre-update-cmd", "post-update-cmd", "pre-autoload-dump", "post-autoload-dump",
}

// needsSource returns why the install needs more than manifests, "" if it does not.
func (m *Manifest) needsSource(fsys fs.FS, command manifest.Command) string {
	autoloader := !command.HasFlag("--no-autoloader")
	if !command.HasFlag("--no-scripts") {
		for _, event := range events {
			if _, ok := m.Scripts[event]; ok && (autoloader || !strings.HasSuffix(event, "autoload-dump")) {
				return manifest.Refuse(m.Path, m.line(event), "%q runs a script of the project; --no-scripts would leave it to a later step", event).Refusal
			}
		}
	}
	if autoloader {
		if reason := m.scansSource(command); reason != "" {
			return reason
		}
	}
	installed := path.Join(path.Dir(m.Path), m.VendorDir(), "composer/installed.json")
	if manifest.IsFile(fsys, installed) {
		return manifest.Refuse(installed, 0, "packages are installed in the context; they have to be in .dockerignore, since a later copy puts them over the image's own").Refusal
	}
	return ""
}

// scansSource returns why writing the autoloader reads the classes of the project.
// Source: https://getcomposer.org/doc/articles/autoloader-optimization.md; a folder of a class map
// that is not there is an error: "Could not scan for classes inside" (composer/class-map-generator).
func (m *Manifest) scansSource(command manifest.Command) string {
	maps := []Autoload{m.Autoload}
	if !command.HasFlag("--no-dev") {
		maps = append(maps, m.AutoloadDev)
	}
	if slices.ContainsFunc(maps, func(a Autoload) bool { return len(a.Classmap) > 0 }) {
		return manifest.Refuse(m.Path, m.line("classmap"), "the class map is made from the source; --no-autoloader would leave it to a later step").Refusal
	}
	for _, flag := range []string{"-o", "--optimize-autoloader", "-a", "--classmap-authoritative"} {
		if command.HasFlag(flag) {
			return manifest.Refuse("", 0, "%s makes a class map from the source; --no-autoloader would leave it to a later step", flag).Refusal
		}
	}
	for _, setting := range []string{"optimize-autoloader", "classmap-authoritative"} {
		if m.Config.isTrue(setting) {
			return manifest.Refuse(m.Path, m.line(setting), "%q makes a class map from the source; --no-autoloader would leave it to a later step", setting).Refusal
		}
	}
	return ""
}

// harmlessPlugins read, and write, below vendor only, or do nothing in an install from a lock file.
// Each was judged by what its repository says of it.
var harmlessPlugins = []string{
	"composer/installers", "composer/package-versions-deprecated", "dealerdirect/phpcodesniffer-composer-installer",
	"ergebnis/composer-normalize", "infection/extension-installer", "ocramius/package-versions", "oomphinc/composer-installers-extender",
	"pestphp/pest-plugin", "php-http/discovery", "phpstan/extension-installer", "rector/extension-installer", "symfony/runtime",
	"symfony/thanks", "yiisoft/yii2-composer",
}

// checkPlugins adds what the plugins read that the lock file installs. Those that are not known are refused.
func (m *Manifest) checkPlugins(fsys fs.FS, name string, command manifest.Command, inputs *manifest.Inputs) (refusal string, err error) {
	lock, err := ReadLock(fsys, name)
	if err != nil {
		return "", err
	}
	packages := lock.Packages
	if !command.HasFlag("--no-dev") {
		packages = slices.Concat(packages, lock.PackagesDev)
	}
	for _, p := range packages {
		if p.Type != "composer-plugin" || slices.Contains(harmlessPlugins, p.Name) {
			continue
		}
		line := manifest.LineOf(lock.data, `"name": "`+p.Name+`"`)
		// Flex applies recipes to packages that symfony.lock does not list.
		// Source: https://symfony.com/doc/current/setup/flex.html
		if flexLock := path.Join(path.Dir(name), "symfony.lock"); p.Name == "symfony/flex" && manifest.IsFile(fsys, flexLock) {
			inputs.AddFile(flexLock, transform.Evidence{Source: name, Line: line, Text: "symfony/flex reads which recipes it has applied"})
			continue
		}
		return manifest.Refuse(name, line, "the plugin %s runs inside Composer, and what it reads is not known", p.Name).Refusal, nil
	}
	return "", nil
}

// maxRepositories is how many repositories are looked at: for each the context may be searched.
const maxRepositories = 100

// addRepositories adds the folders that packages come from.
// Source: https://getcomposer.org/doc/05-repositories.md
func (m *Manifest) addRepositories(fsys fs.FS, inputs *manifest.Inputs) (refusal string) {
	if len(m.Repos) > maxRepositories {
		return manifest.Refuse(m.Path, m.line("repositories"), "more than %d repositories", maxRepositories).Refusal
	}
	for _, raw := range m.Repos {
		var r struct{ Type, URL string }
		if json.Unmarshal(raw, &r) != nil {
			continue // false, which switches one off
		}
		line := manifest.LineOf(m.data, r.URL)
		because := transform.Evidence{Source: m.Path, Line: line, Text: "the repository " + r.URL}
		switch {
		case r.Type == "path" || r.Type == "artifact":
			if refusal := m.addFolders(fsys, r.URL, because, inputs); refusal != "" {
				return refusal
			}
		case r.Type == "package" || strings.Contains(r.URL, "@") || strings.Contains(r.URL, "://") && !strings.HasPrefix(r.URL, "file:"):
		default:
			return manifest.Refuse(m.Path, line, "the repository %s is not understood", r.URL).Refusal
		}
	}
	return ""
}

// addFolders adds the folders that the address of a path or artifact repository means.
func (m *Manifest) addFolders(fsys fs.FS, url string, because transform.Evidence, inputs *manifest.Inputs) (refusal string) {
	pattern, err := manifest.Resolve(path.Dir(m.Path), url)
	if err != nil {
		return manifest.Refuse(m.Path, because.Line, "%s", err).Refusal
	}
	dirs, err := manifest.Glob(fsys, ".", []string{pattern})
	if err != nil || len(dirs) == 0 || slices.Contains(dirs, ".") {
		return manifest.Refuse(m.Path, because.Line, "the repository %s is not a folder of the context", url).Refusal
	}
	for _, dir := range dirs {
		inputs.AddDir(dir, because)
	}
	return ""
}
