package node

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/internal/project/manifest"
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

// development returns the packages that only development needs, as the lock in a folder of the image says, or why those cannot be removed: it
// names none, or one that another package loads where it is there.
func (f *finder) development(dir string, by pruner) (names []string, why string) {
	p, _, known := f.manifest(dir)
	file, locked := f.Tree.Context(path.Join(dir, by.lock))
	if !known || !locked || len(p.Workspaces) > 0 {
		return nil, "no " + by.lock + " says what that is"
	}
	list, err := ecosystem.ReadLock(f.Files, file)
	if err != nil {
		return nil, "no " + by.lock + " says what that is"
	}
	var kept []string
	for _, l := range list {
		if l.Dev {
			names = append(names, l.Name)
		} else {
			kept = append(append(kept, l.Name), l.Peers...)
		}
	}
	switch name := firstOf(p.DevDependencies, kept); {
	case len(names) == 0 || len(p.DevDependencies) == 0:
		return nil, nothingThere
	case name != "":
		return nil, "another package may load " + name
	case loadedBy(kept, p.DevDependencies) != "":
		return nil, "another package may load " + loadedBy(kept, p.DevDependencies)
	case by.manager == yarnClassic && !onlyTools(p.DevDependencies):
		return nil, "its lock does not say which packages others load where they are there"
	case f.addsImports(p):
		return nil, "what is built may load packages that no source names"
	}
	return names, ""
}

// plugins are packages that others load, by the names of files or settings, and do not name in the lock. Sources: expressjs.com/en/guide/using-template-engines.html,
// github.com/node-config/node-config/wiki/Configuration-Files, github.com/tj/consolidate.js.
var plugins = map[string]string{
	"express": viewEngines, "consolidate": viewEngines, "@ladjs/consolidate": viewEngines, "koa-views": viewEngines,
	"config": "js-yaml yaml json5 hjson toml cson properties x2js coffeescript ts-node",
}

const viewEngines = "ejs pug jade hbs handlebars eta nunjucks mustache hogan.js liquidjs twig swig dot dustjs-linkedin haml-coffee marko"

// loadedBy returns the first of the packages that a list may load as a plugin, "" if there is none.
func loadedBy(list []string, packages map[string]string) string {
	for _, name := range list {
		for plugin := range strings.FieldsSeq(plugins[name]) {
			if packages[plugin] != "" {
				return plugin
			}
		}
	}
	return ""
}

// toolsOfDevelopment are packages that no other loads when a program runs, and beginnings of their names: compilers, linters, test runners, types.
// Sources: their documentation.
var (
	toolsOfDevelopment = strings.Fields(`typescript eslint prettier jest ts-jest mocha chai sinon supertest nyc c8 vitest ava tap nodemon ts-node ts-node-dev tsx
		husky lint-staged rimraf concurrently npm-run-all cross-env webpack webpack-cli vite tsup tsc-alias typedoc standard stylelint cypress copyfiles`)
	familiesOfTools = strings.Fields("@types/ @typescript-eslint/ @eslint/ @vitest/ @jest/ eslint-config- eslint-plugin- stylelint-config-")
)

// onlyTools reports whether all names of a map are those of packages that no other loads when a program runs.
func onlyTools(packages map[string]string) bool {
	for name := range packages {
		if !slices.Contains(toolsOfDevelopment, name) && !slices.ContainsFunc(familiesOfTools, func(f string) bool { return strings.HasPrefix(name, f) }) {
			return false
		}
	}
	return true
}

// firstOf returns the first key of a map that is in a list, "" if none is.
func firstOf(keys map[string]string, list []string) string {
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if slices.Contains(list, name) {
			return name
		}
	}
	return ""
}

// generators are development dependencies by which what is built loads packages that no source names: helpers of compilers, and clients that
// are generated into node_modules. Sources: typescriptlang.org/tsconfig#importHelpers, babeljs.io/docs/babel-plugin-transform-runtime,
// swc.rs/docs/configuration/compilation, prisma.io/docs/orm/prisma-client/deployment.
var generators = strings.Fields("tslib @babel/runtime @babel/plugin-transform-runtime core-js regenerator-runtime @swc/helpers @swc/core @swc/cli prisma")

// addsImports reports whether what is built may load packages that no source names.
func (f *finder) addsImports(p *ecosystem.Package) bool {
	if slices.ContainsFunc(generators, func(name string) bool { return p.DevDependencies[name] != "" }) {
		return true
	}
	_, adds := f.Calls(func(name string) bool { return strings.HasPrefix(path.Base(name), "tsconfig") }, "importHelpers")
	return adds
}

// loaders are the extensions of files that may name what a program loads: sources and settings.
var loaders = strings.Fields(".js .cjs .mjs .jsx .ts .cts .mts .tsx .json .yaml .yml .toml .env")

// mayLoad says which file that the program may load names a package of the list, "" if none does. Tests, and settings of tools that
// only the build runs, are passed by.
func (f *finder) mayLoad(packages []string) (why string) {
	gone := map[string]bool{}
	for _, pkg := range packages {
		gone[pkg] = true
	}
	if pkg := firstWord(f.settings(), gone); pkg != "" {
		return "the environment or the process names " + pkg
	}
	all := f.EachCopied(func(name string) bool {
		if !slices.Contains(loaders, path.Ext(name)) && !strings.HasPrefix(path.Base(name), ".env") || ofBuild(name) {
			return true
		}
		data, err := manifest.Read(f.Files, name)
		if err != nil {
			why = name + " cannot be read"
			return false
		}
		pkg := firstNamed(string(data), gone)
		if pkg == "" && unquoted(name) {
			pkg = firstWord(string(data), gone)
		}
		if pkg != "" {
			why = name + " names " + pkg
		}
		return why == ""
	})
	if !all && why == "" {
		why = "there are too many files to be read"
	}
	return why
}

// settings are the words of the process, and of what the Dockerfile sets in the environment.
func (f *finder) settings() string {
	text := strings.Join(f.Start.Argv, " ")
	for _, in := range f.Final.Stage.Instructions {
		if in.Keyword == "ENV" {
			text += " " + in.Args().Text
		}
	}
	return text
}

// unquoted reports whether a file is one of settings that need no quotes, and not those of services that build and test.
func unquoted(name string) bool {
	base := path.Base(name)
	hidden := strings.HasPrefix(name, ".") && strings.Contains(name, "/") || slices.Contains([]string{"pnpm-lock.yaml", "pnpm-workspace.yaml"}, base) || strings.Contains(base, "compose")
	return !hidden && (slices.Contains([]string{".yaml", ".yml", ".toml"}, path.Ext(base)) || strings.HasPrefix(base, ".env"))
}

// firstWord returns the first package of a set that a word of settings is; "" if none is.
func firstWord(text string, packages map[string]bool) string {
	for _, word := range artifact.Split(text) {
		if packages[word] {
			return word
		}
	}
	return ""
}

// firstNamed returns the first package of a set that a text in quotes names, by itself or with a path in it; "" if none does.
func firstNamed(text string, packages map[string]bool) string {
	for i := 0; i < len(text); i++ {
		if !strings.ContainsRune("'\"`", rune(text[i])) {
			continue
		}
		word := text[i+1:]
		if end := strings.IndexAny(word, "'\"`\n"); end >= 0 {
			word = word[:end]
		}
		parts := strings.SplitN(word, "/", 3)
		pkg := parts[0]
		if strings.HasPrefix(pkg, "@") && len(parts) > 1 {
			pkg += "/" + parts[1]
		}
		if packages[pkg] {
			return pkg
		}
	}
	return ""
}

// ofBuild reports whether a file of the project is one that only builds and tests read, by its name.
func ofBuild(name string) bool {
	base := path.Base(name)
	return ofTests(name) || slices.Contains([]string{"package.json", "package-lock.json"}, base) || strings.HasPrefix(base, "tsconfig") || strings.HasPrefix(base, ".eslintrc") ||
		strings.Contains(base, ".config.")
}

// ofTests reports whether a file of the project is one that only tests and compilers read, by its name.
func ofTests(name string) bool {
	for _, folder := range []string{"test", "tests", "__tests__", "node_modules"} {
		if strings.Contains("/"+name, "/"+folder+"/") {
			return true
		}
	}
	return slices.ContainsFunc([]string{".test.", ".spec.", ".d.ts"}, func(part string) bool { return strings.Contains(path.Base(name), part) })
}
