package node

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform/pkgmgr"
)

// lockFiles are the files beside package.json that each manager reads. npm reads a yarn.lock, too:
// https://github.com/npm/arborist; Bun takes over the locks of the others:
// https://bun.com/docs/pm/lockfile.
var lockFiles = map[string][]string{
	"npm":        {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", ".npmrc"},
	"yarn":       {"yarn.lock", ".yarnrc", ".yarnclean", ".npmrc"},
	"yarn-berry": {"yarn.lock", ".yarnrc.yml", ".pnp.cjs", ".pnp.js", ".pnp.loader.mjs", ".pnp.data.json", ".yarn/install-state.gz", ".yarn/build-state.yml", ".env.yarn"},
	"pnpm":       {"pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"},
	"bun":        {"bun.lock", "bun.lockb", "bunfig.toml", ".npmrc", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"},
}

// installs are the commands that install what package.json says, by manager.
var installs = map[string][]string{
	"npm": {
		"install", "i", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "isntall", "add",
		"ci", "clean-install", "ic", "install-clean", "isntall-clean",
	},
	"yarn":       {"", "install", "add"},
	"yarn-berry": {"", "install", "add", "workspaces focus"},
	"pnpm":       {"install", "i", "ci", "clean-install", "ic", "install-clean", "add", "fetch"},
	"bun":        {"install", "i", "ci", "add", "a"},
}

// cleanInstalls are those of npm that need a lock file.
var cleanInstalls = []string{"ci", "clean-install", "ic", "install-clean", "isntall-clean"}

// monorepoTools are files of tools that install, or decide what to install, for many packages.
var monorepoTools = []struct{ file, tool string }{
	{"lerna.json", "Lerna"}, {"nx.json", "Nx"}, {"rush.json", "Rush"}, {"turbo.json", "Turborepo"},
}

// Inputs returns what an install reads. A manifest that cannot be read is a refusal as well; it is
// an error where the manager is none of Node's.
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	if installs[in.Manager] == nil {
		return manifest.Inputs{}, fmt.Errorf("%s is no package manager of Node.js", in.Manager)
	}
	g := &gatherer{fsys: fsys, in: in, manager: in.Manager, root: in.Dir, members: map[string]bool{}, seen: map[string]bool{}}
	var err error
	if g.Command, err = in.Command(); err == nil {
		err = g.gather()
	}
	if err != nil {
		return manifest.Inputs{Refusal: err.Error()}, nil
	}
	return g.inputs, nil
}

// A gatherer collects what one command reads. Its methods' errors are refusals.
type gatherer struct {
	manifest.Command
	fsys   fs.FS
	in     manifest.Install
	inputs manifest.Inputs
	// manager is in.Manager, or yarn-berry where the project says that yarn is that.
	manager string
	// root is the project's folder.
	root string
	// scripts is true where install scripts run.
	scripts bool
	// ran is the number of scripts that have been read.
	ran int
	// members are the folders of the workspaces, seen those of all packages that have been read.
	members, seen map[string]bool
}

// gather collects the inputs of the command.
func (g *gatherer) gather() error {
	if flag, ok := g.Flag("--prefix", "-C", "--cwd", "--dir"); ok && !g.Global {
		dir, err := g.in.Path(flag.Value)
		if err != nil {
			return err
		}
		g.root = dir
	}
	if g.manager == "yarn" && g.isBerry() {
		g.manager = "yarn-berry"
	}
	switch {
	case g.Global:
		return g.refuseLocal()
	case !slices.Contains(installs[g.manager], g.Asks):
		return fmt.Errorf("what \"%s %s\" reads is not known", g.in.Manager, g.Asks)
	case g.loadsCode():
		return errors.New("NODE_OPTIONS makes every program load more code")
	case g.HasFlag("--lockfile-dir"):
		return errors.New("--lockfile-dir names another project")
	case len(g.Operands) > 0:
		return g.addNothing()
	}
	if err := g.refuseMonorepo(); err != nil {
		return err
	}
	g.scripts = g.runsScripts()
	if err := g.addSettings(); err != nil {
		return err
	}
	if g.Asks == "fetch" {
		return g.addFetch()
	}
	return g.addProject()
}

// loadsCode reports whether Node.js is told to load code before any program.
func (g *gatherer) loadsCode() bool {
	if g.in.Getenv == nil {
		return false
	}
	options := strings.Fields(g.in.Getenv("NODE_OPTIONS"))
	return slices.ContainsFunc(options, func(option string) bool {
		name, _, _ := strings.Cut(option, "=")
		return slices.Contains([]string{"-r", "--require", "--import", "--loader", "--experimental-loader"}, name)
	})
}

// isBerry reports whether the project uses a version of Yarn after 1.
func (g *gatherer) isBerry() bool { return YarnMajor(g.fsys, g.root) != "1" }

// isFile reports whether a file is in the project's folder.
func (g *gatherer) isFile(name string) bool { return manifest.IsFile(g.fsys, path.Join(g.root, name)) }

// refuseLocal refuses packages that are folders or archives of the project.
func (g *gatherer) refuseLocal() error {
	for _, operand := range g.Operands {
		if _, ok := localPath(operand); ok || strings.HasSuffix(operand, ".tgz") || strings.HasSuffix(operand, ".tar.gz") {
			return fmt.Errorf("%q installs a package from the source", strings.ReplaceAll(operand, pkgmgr.Unknown, "…"))
		}
	}
	if len(g.Operands) == 0 {
		return errors.New("a global install without a name installs the project itself, from its source")
	}
	return nil
}

// addNothing tells that an install of named packages reads nothing, if there is no package.json
// that it would read, and change.
func (g *gatherer) addNothing() error {
	if err := g.refuseLocal(); err != nil {
		return err
	}
	for dir := g.root; ; dir = path.Dir(dir) {
		if file := path.Join(dir, "package.json"); manifest.IsFile(g.fsys, file) {
			return fmt.Errorf("\"%s %s\" of a package changes %s, which the source copied later would change back", g.in.Manager, g.Asks, file)
		}
		if dir == "." {
			return nil
		}
	}
}

// refuseMonorepo refuses a project that is a part of a larger one, or that a tool puts together.
func (g *gatherer) refuseMonorepo() error {
	for _, m := range monorepoTools {
		if g.isFile(m.file) {
			return fmt.Errorf("%s: which packages an install needs is left to %s", path.Join(g.root, m.file), m.tool)
		}
	}
	for dir := g.root; dir != "."; {
		dir = path.Dir(dir)
		workspace := path.Join(dir, "pnpm-workspace.yaml")
		if manifest.IsFile(g.fsys, workspace) && g.manager == "pnpm" {
			return fmt.Errorf("%s may be a package of the workspace in %s", g.root, workspace)
		}
		file := path.Join(dir, "package.json")
		if p, err := ReadPackage(g.fsys, file); err == nil && p.Workspaces != nil {
			return fmt.Errorf("%s may be a package of the workspace in %s", g.root, file)
		}
	}
	return nil
}

// runsScripts reports whether neither the command nor its environment switch install scripts off.
func (g *gatherer) runsScripts() bool {
	if flag, ok := g.Flag("--ignore-scripts"); ok && flag.Value != "false" {
		return false
	}
	if flag, ok := g.Flag("--mode"); ok && flag.Value == "skip-build" {
		return false
	}
	if g.in.Getenv == nil {
		return true
	}
	for _, name := range []string{"npm_config_ignore_scripts", "NPM_CONFIG_IGNORE_SCRIPTS"} {
		if g.manager != "yarn-berry" && g.in.Getenv(name) == "true" {
			return false
		}
	}
	return g.manager != "yarn-berry" || g.in.Getenv("YARN_ENABLE_SCRIPTS") != "false"
}

// addProject adds what the package and its workspaces say.
func (g *gatherer) addProject() error {
	p, err := ReadPackage(g.fsys, path.Join(g.root, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no %s", path.Join(g.root, "package.json"))
	}
	if err != nil {
		return err
	}
	unlocked := !g.isFile("package-lock.json") && !g.isFile("npm-shrinkwrap.json")
	if unlocked && g.manager == "npm" && slices.Contains(cleanInstalls, g.Asks) {
		return fmt.Errorf("\"npm %s\" needs a package-lock.json, and there is none", g.Asks)
	}
	g.inputs.AddThere(g.fsys, g.root, g.manager+" reads it beside package.json", lockFiles[g.manager]...)
	dirs, err := g.workspaces(p)
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		g.members[dir] = true
	}
	if err := g.addPackage(p, manifestOfProject); err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := g.addMember(dir); err != nil {
			return err
		}
	}
	return nil
}

// workspaces returns the folders of the workspaces, that of the project itself left out.
func (g *gatherer) workspaces(p *Package) ([]string, error) {
	patterns, source := []string(p.Workspaces), p.File
	if g.manager == "pnpm" {
		w, err := ReadWorkspace(g.fsys, path.Join(g.root, "pnpm-workspace.yaml"))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		patterns, source = w.Packages, path.Join(g.root, "pnpm-workspace.yaml")
	}
	for _, pattern := range patterns {
		if strings.HasPrefix(path.Clean(pattern), "..") {
			return nil, fmt.Errorf("%s: %s is outside the project", source, pattern)
		}
	}
	dirs, err := manifest.Glob(g.fsys, g.root, patterns)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return slices.DeleteFunc(dirs, func(dir string) bool {
		return dir == g.root || !manifest.IsFile(g.fsys, path.Join(dir, "package.json"))
	}), nil
}

// addMember adds the package of a workspace.
func (g *gatherer) addMember(dir string) error {
	p, err := ReadPackage(g.fsys, path.Join(dir, "package.json"))
	if err != nil {
		return err
	}
	if g.manager == "yarn-berry" && p.Workspaces != nil {
		return fmt.Errorf("%s: a workspace within the workspace", p.File)
	}
	if g.manager == "pnpm" {
		g.inputs.AddThere(g.fsys, dir, "pnpm reads it in a package of the workspace", ".npmrc", "pnpm-lock.yaml")
	}
	if err := g.addPackage(p, manifestOfMember); err != nil {
		return err
	}
	return g.addBins(p)
}
