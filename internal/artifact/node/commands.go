package node

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// A kind is what a command does, as far as Node.js goes.
type kind int

// The kinds. The zero value is a command that is none of Node.js, or of which nothing is known.
const (
	other kind = iota
	// harmless leaves nothing outside of the project's folders.
	harmless
	// installing fills a folder node_modules.
	installing
	// global installs for all projects.
	global
	// replacing replaces the npm that the base image brings.
	replacing
	// enabling puts corepack in the place of package managers.
	enabling
)

// A use is what a command does.
type use struct {
	kind kind
	// into is the folder that an install fills, or one that it lies in.
	into string
	// runs is true where code of the project is run.
	runs bool
	// unknown is why the stage is to be left alone, as a predicate; because is the line that says so, if that is not the command.
	unknown string
	because transform.Evidence
}

// read tells what a command does.
func (f *finder) read(c artifact.Command) use {
	argv := c.Argv()
	if len(argv) == 0 {
		return use{}
	}
	if u, ok := pkgmgr.Identify(argv); ok {
		if u.Manager.Ecosystem == "node" {
			return f.manager(c, u, 0)
		}
		return use{}
	}
	name := path.Base(argv[0])
	switch {
	case name == "corepack":
		return use{kind: enabling}
	case name == "node" || name == "nodejs":
		return f.node(c, argv[1:])
	case strings.Contains(argv[0], "node_modules/.bin/"):
		return f.tool(c, argv)
	}
	return use{}
}

// node reads a call of Node.js.
func (f *finder) node(c artifact.Command, args []string) use {
	switch {
	case len(args) == 0:
		return use{}
	case args[0] == "-v" || args[0] == "--version":
		return use{kind: harmless}
	case strings.HasPrefix(args[0], "-") || strings.Contains(args[0], shell.Unknown):
		return use{}
	case strings.Contains(args[0], "node_modules/"):
		return f.tool(c, append([]string{path.Base(args[0])}, args[1:]...))
	}
	file := c.Path(args[0])
	for _, name := range []string{file, file + ".js", path.Join(file, "index.js")} {
		if _, ok := f.Tree.Context(name); ok {
			return use{kind: harmless, runs: true}
		}
	}
	return use{kind: harmless, unknown: "runs " + args[0] + ", which is not in the build context"}
}

// manager reads a command of a package manager. depth is how many scripts of package.json have led to it.
func (f *finder) manager(c artifact.Command, u pkgmgr.Use, depth int) use {
	if u.More || u.Verb == pkgmgr.Unclear {
		return use{}
	}
	dir := projectDir(c, u)
	switch u.Verb {
	case pkgmgr.Install, pkgmgr.Upgrade, pkgmgr.Build:
		if u.Global {
			return f.global(c, u)
		}
		return f.install(c, dir, depth)
	case pkgmgr.Run:
		return f.run(c, u, dir, depth)
	}
	return use{kind: harmless}
}

// projectDir returns the folder of the project that a command is about.
func projectDir(c artifact.Command, u pkgmgr.Use) string {
	if flag, ok := u.Flag("--prefix", "-C", "--cwd", "--dir"); ok {
		return c.Path(flag.Value)
	}
	return c.Dir
}

// global reads an install for all projects.
func (f *finder) global(c artifact.Command, u pkgmgr.Use) use {
	if u.Manager.Name != "npm" || interpreted.User(f.Stage, c.Step) != "root" {
		return use{kind: global, unknown: "installs for all projects into a folder that is not known"}
	}
	if place, ok := c.Getenv("NPM_CONFIG_PREFIX"); ok {
		return use{kind: global, unknown: "installs for all projects into " + place}
	}
	argv := c.Argv()
	replaces := 0
	for _, i := range u.Packages {
		name := argv[i]
		if at := strings.LastIndexByte(name, '@'); at > 0 {
			name = name[:at]
		}
		if name == "npm" || name == "corepack" {
			replaces++
		}
	}
	switch {
	case replaces > 0 && replaces == len(u.Packages):
		return use{kind: replacing}
	case replaces > 0:
		return use{kind: global, unknown: "replaces the base image's npm, whose old files a copy cannot remove, together with an install"}
	}
	return use{kind: global}
}

// install reads an install of a project's dependencies.
func (f *finder) install(c artifact.Command, dir string, depth int) use {
	into := interpreted.Own(dir)
	if into == "" && dir != "" && !interpreted.Temporary(dir) {
		into = interpreted.Own(path.Join(dir, "node_modules"))
	}
	out := use{kind: installing, into: into}
	switch {
	case slices.ContainsFunc(c.Argv(), func(w string) bool { return strings.HasPrefix(w, "--modules-") }):
		out.unknown = "installs into a folder that is not the project's own"
		return out
	case into == "":
		out.unknown = "installs into a folder that is not the project's own"
		return out
	case f.plugAndPlay(dir):
		out.unknown = "leaves packages in a cache in the home folder, where the program looks for them"
		return out
	}
	p, because, ok := f.manifest(dir)
	if !ok {
		return out // what is named on the command line goes to node_modules
	}
	if name := f.keepsElsewhere(c, p); name != "" {
		out.unknown, out.because = "downloads a browser into the home folder when it is installed", transform.Evidence{Source: p.File, Line: because(name), Text: name}
		return out
	}
	for _, script := range lifecycle {
		if p.Scripts[script] != "" {
			if inner := f.script(c, p, dir, script, depth); inner.unknown != "" || inner.runs {
				out.unknown, out.runs, out.because = inner.unknown, out.runs || inner.runs, inner.because
			}
		}
	}
	return out
}

// lifecycle are the scripts of a project that an install runs. Source: https://docs.npmjs.com/cli/v11/using-npm/scripts
var lifecycle = []string{"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"}

// manifest reads the package.json of a folder of the image. line returns the line that has a text.
func (f *finder) manifest(dir string) (p *ecosystem.Package, line func(string) int, ok bool) {
	file, ok := f.Tree.Context(path.Join(dir, "package.json"))
	if !ok {
		return nil, nil, false
	}
	data, err := manifest.Read(f.Files, file)
	if err != nil {
		return nil, nil, false
	}
	if p, err = ecosystem.ReadPackage(f.Files, file); err != nil {
		return nil, nil, false
	}
	return p, func(text string) int { return manifest.LineOf(data, `"`+text+`"`) }, true
}

// plugAndPlay reports whether the project in a folder has Yarn 2 or later keep packages elsewhere than in node_modules.
func (f *finder) plugAndPlay(dir string) bool {
	linker := f.linker(dir)
	return linker != "" && linker != "node-modules" && linker != "pnpm"
}

// linker returns by what Yarn 2 or later installs in a folder, "" for Yarn 1. Source: https://yarnpkg.com/configuration/yarnrc#nodeLinker
func (f *finder) linker(dir string) string {
	file, ok := f.Tree.Context(path.Join(dir, ".yarnrc.yml"))
	if !ok {
		if manifest, known := f.Tree.Context(path.Join(dir, "package.json")); known && ecosystem.YarnMajor(f.Files, path.Dir(manifest)) != "1" {
			return "pnp"
		}
		return ""
	}
	var rc ecosystem.Yarnrc
	if _, err := manifest.ReadYAML(f.Files, file, &rc); err != nil {
		return "unknown"
	}
	return cmp.Or(rc.NodeLinker, "pnp")
}

// browsers are packages that download a browser into the home folder when they are installed, with the variables that keep
// them from it. Sources: https://pptr.dev/guides/configuration, https://docs.cypress.io/app/references/advanced-installation
var browsers = []struct {
	name string
	skip []string
}{
	{"puppeteer", []string{"PUPPETEER_SKIP_DOWNLOAD", "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD"}},
	{"cypress", []string{"CYPRESS_INSTALL_BINARY"}},
}

// keepsElsewhere returns a package that the program needs and that keeps a part of it in the home folder, "" if there is none.
func (f *finder) keepsElsewhere(c artifact.Command, p *ecosystem.Package) string {
	for _, b := range browsers {
		if p.Dependencies[b.name] != "" && !slices.ContainsFunc(b.skip, func(name string) bool { _, set := c.Getenv(name); return set }) {
			return b.name
		}
	}
	return ""
}

// within reports whether all that a command of known effect makes and changes lies in the project's folders.
func (f *finder) within(c artifact.Command) bool {
	effect := effects.Of(c.Command)
	if !effect.Known || effect.Use != nil || effect.Fetches {
		return false
	}
	for _, p := range slices.Concat(effect.Makes, effect.Changes, effect.Removes) {
		if !slices.ContainsFunc(f.folders, func(folder artifact.File) bool { return artifact.Within(p.Name, folder.Path) }) {
			return false
		}
	}
	return true
}
