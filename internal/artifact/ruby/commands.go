package ruby

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// A kind is what a command does, as far as Ruby goes.
type kind int

// The kinds. The zero value is a command that is none of Ruby, or of which nothing is known.
const (
	other kind = iota
	// harmless leaves nothing outside of the folders of gems and of the project.
	harmless
	// installing installs gems.
	installing
	// running runs code of the project.
	running
)

// A use is what a command does.
type use struct {
	kind kind
	// into is the folder that an install fills.
	into string
	// unknown is why the stage is to be left alone, as a predicate.
	unknown string
}

// consoles are programs of gems that run code of the project and put what they make into its folders.
var consoles = strings.Fields("rails rake bootsnap rspec rubocop hanami jekyll middleman sequel")

// read tells what a command does.
func (f *finder) read(c artifact.Command) use {
	argv := c.Argv()
	if len(argv) == 0 {
		return use{}
	}
	if u, ok := pkgmgr.Identify(argv); ok {
		if u.Manager.Ecosystem == "ruby" {
			return f.manager(c, u)
		}
		return use{}
	}
	name := path.Base(argv[0])
	if strings.Contains(argv[0], "/") {
		if _, ok := f.Tree.Context(c.Path(argv[0])); !ok {
			return use{}
		}
	}
	switch {
	case slices.Contains(consoles, name):
		return use{kind: running}
	case name == "ruby" && len(argv) > 1 && !strings.HasPrefix(argv[1], "-"):
		if _, ok := f.Tree.Context(c.Path(argv[1])); ok {
			return use{kind: running}
		}
		return use{kind: running, unknown: "runs " + argv[1] + ", which is not in the build context"}
	}
	return use{}
}

// manager reads a command of gem or Bundler.
func (f *finder) manager(c artifact.Command, u pkgmgr.Use) use {
	switch {
	case strings.Contains(strings.Join(c.Argv(), " "), shell.Unknown):
		return use{kind: installing, unknown: "installs what a variable names"}
	case u.Verb == pkgmgr.Run:
		return f.wrapped(c)
	case u.Manager.Name == "bundler":
		return f.bundler(c, u)
	case u.Verb == pkgmgr.Upgrade:
		return use{kind: installing, unknown: "replaces gems of the base image, whose old files a copy cannot remove"}
	case u.Verb == pkgmgr.Install:
		return f.gem(u)
	}
	return use{kind: harmless}
}

// wrapped reads what bundle exec starts.
func (f *finder) wrapped(c artifact.Command) use {
	argv := c.Argv()
	at := slices.IndexFunc(argv, func(w string) bool { return w == "exec" || w == "e" })
	if at < 0 || at+1 >= len(argv) || strings.HasPrefix(argv[at+1], "-") {
		return use{}
	}
	inner := *c.Command
	inner.Words = inner.Words[at+1:]
	c.Command = &inner
	return f.read(c)
}

// gem reads an install by gem.
func (f *finder) gem(u pkgmgr.Use) use {
	if flag, ok := u.Flag("-i", "--install-dir", "-n", "--bindir", "--user-install", "--build-root", "--default"); ok {
		return use{kind: installing, unknown: "installs with " + flag.Name + ", by which the place is not known"}
	}
	return use{kind: installing, into: gems}
}

// bundler reads a command of Bundler.
func (f *finder) bundler(c artifact.Command, u pkgmgr.Use) use {
	switch {
	case u.Verb == pkgmgr.Other, u.Verb == pkgmgr.Download:
		return f.setting(c)
	case u.Verb == pkgmgr.Remove:
		return use{kind: harmless}
	case u.HasFlag("--system", "--global"):
		return use{kind: installing, unknown: "installs for all projects into a folder that is not known"}
	}
	if dir, ok := f.path(c, u); ok {
		if dir == "" || interpreted.Temporary(dir) || dir == "/" {
			return use{kind: installing, unknown: "installs into a folder that is not known"}
		}
		return use{kind: installing, into: dir}
	}
	return use{kind: installing, into: gems}
}

// setting reads bundle config and the like. Settings are kept with the gems, by BUNDLE_APP_CONFIG; but in the home folder, where they are for all
// projects, or there is no Gemfile yet. Those of single gems count when these are compiled. Source: https://bundler.io/man/bundle-config.1.html
func (f *finder) setting(c artifact.Command) use {
	argv := c.Argv()
	i := slices.Index(argv, "config")
	if i < 0 || slices.Contains(argv, "--local") || slices.ContainsFunc(argv, func(w string) bool { return strings.HasPrefix(w, "build.") }) {
		return use{kind: harmless}
	}
	gemfile := path.Join(c.Dir, "Gemfile")
	there := slices.ContainsFunc(f.Tree.Copies, func(o artifact.Copy) bool {
		return o.In.Index < c.Step.Index && (o.Image == gemfile || o.Folder && artifact.Within(gemfile, o.Image))
	})
	if slices.Contains(argv, "--global") || !there {
		return use{kind: harmless, unknown: "keeps settings of Bundler in the home folder"}
	}
	return use{kind: harmless}
}

// path returns the folder that a setting of Bundler names for gems; ok is false where none does.
// Source: https://bundler.io/man/bundle-config.1.html
func (f *finder) path(c artifact.Command, u pkgmgr.Use) (dir string, ok bool) {
	if flag, ok := u.Flag("--path"); ok {
		return c.Path(flag.Value), true
	}
	if value, ok := f.configured(c, "path", "BUNDLE_PATH"); ok {
		return c.Path(value), true
	}
	deployment, ok := f.configured(c, "deployment", "BUNDLE_DEPLOYMENT")
	if u.HasFlag("--deployment") || ok && !slices.Contains([]string{"false", "0", ""}, deployment) {
		return c.Path("vendor/bundle"), true
	}
	return "", false
}

// configured returns the value of a setting of Bundler when a command runs: what the environment says, else what an earlier command sets.
func (f *finder) configured(c artifact.Command, key, variable string) (value string, ok bool) {
	if value, ok = c.Getenv(variable); ok {
		return value, true
	}
	for _, o := range f.Commands {
		if o.Step.Index > c.Step.Index || o.Step == c.Step && o.Start >= c.Start {
			break
		}
		argv := o.Argv()
		if i := slices.Index(argv, key); i > 1 && i+1 < len(argv) && strings.HasPrefix(path.Base(argv[0]), "bundle") && argv[1] == "config" {
			value, ok = argv[i+1], true
		}
	}
	return value, ok
}
