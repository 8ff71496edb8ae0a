package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// A pruner is a manager that removes from node_modules what only development needs, with the lock that says what that is. frozen is the flag by
// which an install may ask for the lock as it is.
type pruner struct{ manager, lock, command, frozen string }

// The names of Yarn 1 and of later versions of it.
const (
	yarnClassic = "yarn"
	yarnBerry   = "yarn-berry"
)

// pruners run no scripts of packages when they prune. pnpm does so since its version 8, and its locks tell enough since version 9. Yarn 1 removes
// what an install for production does not ask for, and keeps what scripts have made; later versions have a command, since 4 without a
// plugin. Sources: https://docs.npmjs.com/cli/v11/commands/npm-prune, https://pnpm.io/cli/prune,
// https://classic.yarnpkg.com/en/docs/cli/install, https://yarnpkg.com/cli/workspaces/focus
var pruners = []pruner{
	{"npm", "package-lock.json", "npm prune --omit=dev", ""},
	{"pnpm", "pnpm-lock.yaml", "pnpm prune --prod --ignore-scripts", "--frozen-lockfile"},
	{yarnClassic, "yarn.lock", "yarn install --production --ignore-scripts --prefer-offline --frozen-lockfile", "--frozen-lockfile"},
	{yarnBerry, "yarn.lock", "yarn workspaces focus --production", "--immutable"},
}

// pruner returns the one of a manager in the folder of a project; ok is false where it has none.
func (f *finder) pruner(manager, dir string) (by pruner, ok bool) {
	if manager == yarnClassic || manager == yarnBerry {
		folder, _ := f.Tree.Context(path.Join(dir, "package.json"))
		switch major := ecosystem.YarnMajor(f.Files, path.Dir(folder)); {
		case major == "1":
			manager = yarnClassic
		case major >= "4":
			manager = yarnBerry
		default:
			return by, false
		}
	}
	i := slices.IndexFunc(pruners, func(p pruner) bool { return p.manager == manager })
	if i < 0 {
		return by, false
	}
	return pruners[i], true
}

// nothingThere is said of projects that install nothing for development.
const nothingThere = "there is none"

// oldestOmit is the oldest major version of the images whose npm knows --omit.
const oldestOmit = "16"

// keeps says why what only development needs has to stay in node_modules when all is built, "" if it can be removed: the lock says of each
// package whether it is such a one, the image starts a program by node, and nothing that may be loaded then names one of them.
func (f *finder) keeps() (by pruner, why string) {
	dir := f.DirAt(f.LastStep())
	installs := 0
	for i, c := range f.Commands {
		switch u := f.uses[i]; {
		case u.kind == installing:
			use, _ := pkgmgr.Identify(c.Argv())
			known := false
			installs++
			by, known = f.wholeInstall(c, use)
			if !known || projectDir(c, use) != dir || c.Step.State().User != f.LastStep().State().User {
				return by, "only what npm, pnpm or Yarn installs in one folder, by its defaults, can be pruned there"
			}
		case u.kind == other && strings.Contains(c.Evidence.Text, "node_modules"):
			return by, "a step changes node_modules by itself"
		}
	}
	switch {
	case installs != 1:
		return by, "there are several installs"
	case by.manager == "npm" && !f.knowsOmit():
		return by, "its npm may not know how"
	case !f.startsNode(f.started(), f.Dir, 0):
		return by, "what the image starts is no call of node with a file alone"
	}
	if why := f.undoes(dir, by); why != "" {
		return by, why
	}
	gone, why := f.development(dir, by)
	if why != "" {
		return by, why
	}
	return by, f.mayLoad(gone)
}

// A Pruning is a command for the end of a stage that builds, which removes what only development needs.
type Pruning struct {
	// Command is "" where there is nothing to remove, or where that may be needed, as Why says then as a sentence about it.
	Command, Why string
	// Modules is the folder that it leaves less in, Because the command that filled it.
	Modules string
	Because transform.Evidence
}

// Prune tells how what only development needs is removed from what a stage builds and another one takes along. All of it is the zero value where
// the stage installs nothing for development, or the image is for development itself.
func Prune(s *artifact.Stage) Pruning {
	f, installs := look(s)
	if installs == 0 || f.watches(f.started(), f.Dir, 0) != "" {
		return Pruning{}
	}
	var p Pruning
	for i, c := range s.Commands {
		argv := c.Argv()
		omits := slices.ContainsFunc(argv, func(w string) bool {
			return strings.HasPrefix(w, "--omit") || strings.HasPrefix(w, "--prod") || w == "-P"
		})
		if omits || slices.Contains(argv, "prune") {
			return Pruning{}
		}
		if f.uses[i].kind == installing {
			p.Because, p.Modules = c.Evidence, path.Join(c.Dir, "node_modules")
		}
	}
	_, official := interpreted.Variable(s, "NODE_VERSION")
	if m, _, ok := f.manifest(f.DirAt(f.LastStep())); !official || ok && len(m.DevDependencies) == 0 {
		return Pruning{}
	}
	by, why := f.keeps()
	switch p.Why = why; why {
	case "":
		p.Command = by.command
	case nothingThere:
		return Pruning{}
	}
	return p
}

// knowsOmit reports whether the image has an npm that knows --omit.
func (f *finder) knowsOmit() bool {
	_, tag, _ := strings.Cut(f.Image, ":")
	major := strings.TrimRight(tag[:min(2, len(tag))], ".-")
	return len(major) == 2 && strings.Trim(major, "0123456789") == "" && major >= oldestOmit
}

// wholeInstall returns the manager by which a command installs all that package.json asks for, with no settings but its own; ok is false where it
// does not.
func (f *finder) wholeInstall(c artifact.Command, u pkgmgr.Use) (by pruner, ok bool) {
	production, _ := c.Getenv("NODE_ENV")
	_, omits := c.Getenv("NPM_CONFIG_OMIT")
	if u.Manager == nil || len(u.Packages) > 0 || production == "production" || omits || slices.ContainsFunc(managerSettings, func(name string) bool { return f.inTree(c.Dir, name) }) {
		return by, false
	}
	by, ok = f.pruner(u.Manager.Name, c.Dir)
	return by, ok && (len(u.Flags) == 0 || len(u.Flags) == 1 && by.frozen != "" && u.HasFlag(by.frozen))
}

// managerSettings are files by which managers install otherwise than by their defaults.
var managerSettings = []string{".npmrc", "pnpm-workspace.yaml", ".yarnrc", ".yarnclean"}

// undoes says what else than to remove packages a command would do, "" if nothing: Yarn installs anew, runs the scripts of the project, and what
// has been changed of a package is as it was published.
func (f *finder) undoes(dir string, by pruner) string {
	if by.manager != yarnClassic && by.manager != yarnBerry {
		return ""
	}
	p, _, ok := f.manifest(dir)
	if !ok || by.manager == yarnBerry && f.linker(dir) != "node-modules" {
		return "Yarn keeps no node_modules that can be pruned"
	}
	for _, script := range lifecycle {
		if p.Scripts[script] != "" {
			return "Yarn would run its script " + script + " once more, or undo what that has changed"
		}
	}
	for _, c := range f.Commands {
		use, _ := pkgmgr.Identify(c.Argv())
		text := strings.Join(c.Argv(), " ")
		empties := use.Verb == pkgmgr.Clean || path.Base(c.Name()) == "rm" && (strings.Contains(text, "cache") || strings.Contains(text, ".yarn"))
		if empties || use.Verb == pkgmgr.Install && use.Manager.Ecosystem == "node" && len(c.Step.Flags()) > 0 {
			return fmt.Sprintf("line %d leaves no packages from which Yarn can install", c.Evidence.Line)
		}
	}
	for _, name := range patchers {
		if p.Dependencies[name] != "" || p.DevDependencies[name] != "" {
			return "Yarn would undo what " + name + " has changed"
		}
	}
	return ""
}

// patchers are packages that change others where they are installed. Sources: their README files.
var patchers = strings.Fields("patch-package ts-patch prisma @prisma/client")

// inTree reports whether the build context has a file of a folder of the image.
func (f *finder) inTree(dir, name string) bool {
	_, ok := f.Tree.Context(path.Join(dir, name))
	return ok
}

// startsNode reports whether a process, or each command of the script of package.json that it runs, is a call of node with a file.
func (f *finder) startsNode(argv []string, dir string, depth int) bool {
	if len(argv) < 2 || depth > maxNested {
		return false
	}
	switch path.Base(argv[0]) {
	case "node", "nodejs":
		return !slices.ContainsFunc(argv[1:], preloads)
	case "npm", "yarn":
		words, why := asked(argv)
		p, _, ok := f.manifest(dir)
		if by, known := f.pruner(path.Base(argv[0]), dir); !known || by.manager == yarnBerry { // that one asks whether all is installed
			return false
		}
		if why != "" || !ok || p.Scripts[words[0]] == "" || p.Scripts["pre"+words[0]] != "" || p.Scripts["post"+words[0]] != "" {
			return false
		}
		return f.startsNode(withoutSettings(strings.Fields(p.Scripts[words[0]])), dir, depth+1)
	}
	return false
}
