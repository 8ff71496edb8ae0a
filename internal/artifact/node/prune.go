package node

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/transform/pkgmgr"
)

// pruning is the command that removes from node_modules what only development needs. It runs no scripts. Source:
// https://docs.npmjs.com/cli/v11/commands/npm-prune
const pruning = "npm prune --omit=dev"

// oldestOmit is the oldest major version of the images whose npm knows --omit.
const oldestOmit = "16"

// prunes reports whether what only development needs can be removed from node_modules when all is built: the lock says of each package
// whether it is such a one, the image starts a program by node, and nothing that may be loaded then names one of them.
func (f *finder) prunes() bool {
	dir := f.Stage.DirBehind(f.LastStep())
	installs := 0
	for i, c := range f.Commands {
		switch u := f.uses[i]; {
		case u.kind == installing:
			use, _ := pkgmgr.Identify(c.Argv())
			if installs++; !f.wholeInstall(c, use) || projectDir(c, use) != dir || c.Step.State().User != f.LastStep().State().User {
				return false
			}
		case u.kind == other && strings.Contains(c.Evidence.Text, "node_modules"):
			return false
		}
	}
	_, tag, _ := strings.Cut(f.Image, ":")
	major := strings.TrimRight(tag[:min(2, len(tag))], ".-")
	if installs != 1 || len(major) != 2 || major < oldestOmit || strings.Trim(major, "0123456789") != "" || !f.startsNode(f.started(), dir, 0) {
		return false
	}
	gone, ok := f.development(dir)
	return ok && !f.mayLoad(gone)
}

// wholeInstall reports whether a command installs all that package.json asks for, with npm and no settings but its own.
func (f *finder) wholeInstall(c artifact.Command, u pkgmgr.Use) bool {
	production, _ := c.Getenv("NODE_ENV")
	_, omits := c.Getenv("NPM_CONFIG_OMIT")
	return u.Manager != nil && u.Manager.Name == "npm" && len(u.Packages) == 0 && len(u.Flags) == 0 && production != "production" && !omits && !f.inTree(c.Dir, ".npmrc")
}

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
		return !slices.ContainsFunc(argv[1:], func(w string) bool {
			return strings.HasPrefix(w, "-r") || strings.HasPrefix(w, "--require") || strings.HasPrefix(w, "--import") || strings.HasPrefix(w, "--loader")
		})
	case "npm":
		words, why := asked(argv)
		p, _, ok := f.manifest(dir)
		if why != "" || !ok || p.Scripts[words[0]] == "" || p.Scripts["pre"+words[0]] != "" || p.Scripts["post"+words[0]] != "" {
			return false
		}
		return f.startsNode(withoutSettings(strings.Fields(p.Scripts[words[0]])), dir, depth+1)
	}
	return false
}

// development returns the packages that only development needs, as the lock of npm in a folder of the image says; ok is false where it
// names none, or one that another package may load where it is there.
func (f *finder) development(dir string) (names []string, ok bool) {
	p, _, known := f.manifest(dir)
	file, locked := f.Tree.Context(path.Join(dir, "package-lock.json"))
	if !known || !locked || len(p.DevDependencies) == 0 || len(p.Workspaces) > 0 {
		return nil, false
	}
	list, err := ecosystem.ReadLock(f.Files, file)
	if err != nil {
		return nil, false
	}
	var peers []string
	for _, l := range list {
		if l.Dev {
			names = append(names, l.Name)
		} else {
			peers = append(peers, l.Peers...)
		}
	}
	kept := func(name string) bool {
		return slices.Contains(peers, name) || slices.ContainsFunc(list, func(l ecosystem.Locked) bool { return l.Name == name && !l.Dev })
	}
	return names, len(names) > 0 && !f.addsImports(p) && !slices.ContainsFunc(slices.Collect(maps.Keys(p.DevDependencies)), kept)
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

// mayLoad reports whether a file that the program may load names a package of the list. Tests, and settings of tools that only the build
// runs, are passed by.
func (f *finder) mayLoad(packages []string) (found bool) {
	f.EachCopied(func(name string) bool {
		if found || !slices.Contains(loaders, path.Ext(name)) || ofBuild(name) {
			return !found
		}
		text := f.Read(name)
		found = slices.ContainsFunc(packages, func(pkg string) bool {
			return slices.ContainsFunc([]string{"'", `"`, "`"}, func(quote string) bool {
				return strings.Contains(text, quote+pkg+quote) || strings.Contains(text, quote+pkg+"/")
			})
		})
		return !found
	})
	return found
}

// ofBuild reports whether a file of the project is one that only builds and tests read, by its name.
func ofBuild(name string) bool {
	base := path.Base(name)
	for _, folder := range []string{"test", "tests", "__tests__", "node_modules"} {
		if strings.Contains("/"+name, "/"+folder+"/") {
			return true
		}
	}
	return slices.Contains([]string{"package.json", "package-lock.json"}, base) || strings.HasPrefix(base, "tsconfig") || strings.HasPrefix(base, ".eslintrc") ||
		slices.ContainsFunc([]string{".test.", ".spec.", ".config.", ".d.ts"}, func(part string) bool { return strings.Contains(base, part) })
}
