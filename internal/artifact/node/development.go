package node

import (
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/internal/project/manifest"
)

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
		return nil, unknownPeers
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

// unknownPeers is said of locks of Yarn 1.
const unknownPeers = "its lock does not say which packages others load where they are there"

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
