package project

import (
	"strings"
	"sync"

	"dopt/internal/project/basename"
)

// A kind is a kind of files by what makes them change.
type kind struct {
	// name is what the report calls files of the kind.
	name string
	// share is the part of changes to a project that touch its files of this kind, 0 to 1.
	share float64
	// folders, names and patterns (as in package path) are what it is known by, without the folders above;
	// extensions are the ends of names.
	folders, names, extensions, patterns []string
}

// kinds are the kinds of files; of several that fit a file the first counts, and that of a folder comes
// before that of a name. The shares are for a project without history. They are an order of magnitude, and
// only their order matters: what changes with every commit, with most, with every tenth, hardly ever.
var kinds = [...]kind{
	{
		name: "repository data, which each commit changes", share: 1,
		folders: []string{".git", ".hg", ".svn"},
	},
	{
		// What is built from the source changes whenever that does.
		name: "build output, which changes with the source", share: 0.8,
		folders:    []string{"dist", "target", "out", "__pycache__", ".next", ".nuxt", ".gradle", "obj"},
		extensions: []string{".pyc", ".class", ".jar", ".war", ".o", ".a", ".so", ".whl", ".min.js", ".min.css", ".map"},
	},
	{
		// Updates of dependencies, by hand or by a bot, come every few weeks to days.
		name: "installed dependencies, which change with the lock file", share: 0.1,
		folders: []string{"node_modules", "vendor", ".venv", "venv", "bower_components"},
	},
	{
		name: "tests, which change with the source", share: 0.5,
		folders:    []string{"test", "tests", "__tests__", "spec", "testdata", "e2e"},
		extensions: []string{"_test.go", "_test.py", "_spec.rb", ".test.js", ".test.ts", ".test.tsx", ".spec.js", ".spec.ts", ".spec.tsx"},
		patterns:   []string{"test_*.py"},
	},
	{
		name: "documentation", share: 0.15,
		folders:    []string{"doc", "docs"},
		names:      []string{"LICENSE", "COPYING", "NOTICE", "AUTHORS", "CHANGELOG"},
		extensions: []string{".md", ".rst", ".adoc"},
	},
	{
		name: "lock files", share: 0.1,
		names: []string{
			"package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lockb", "go.sum", "go.work.sum",
			"packages.lock.json", "gradle.lockfile", "Package.resolved",
		},
		extensions: []string{".lock"},
	},
	{
		name: "manifests of dependencies", share: 0.1,
		names: []string{
			"package.json", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml", "go.mod", "go.work",
			"Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts",
			"libs.versions.toml", "Gemfile", "composer.json", "mix.exs", "rebar.config", "Package.swift", "Directory.Packages.props",
		},
		extensions: []string{".gemspec", ".csproj", ".fsproj", ".vbproj"},
		patterns:   []string{"requirements*.txt", "requirements*.in", "constraints*.txt"},
	},
	{
		name: "settings of tools", share: 0.05,
		folders: []string{".github", ".vscode", ".idea", ".mvn"},
		names: []string{
			".dockerignore", ".gitignore", ".gitattributes", ".editorconfig", ".npmrc", ".yarnrc", ".yarnrc.yml", ".nvmrc",
			".python-version", ".tool-versions", "rust-toolchain", "rust-toolchain.toml", "global.json", "nuget.config",
			"mvnw", "gradlew", "gradle.properties", "Makefile", "tsconfig.json", ".dopt.yaml",
			"angular.json", "tslint.json", "nx.json", "lerna.json", "turbo.json", ".babelrc", ".browserslistrc",
		},
		extensions: []string{".sln", ".props", ".config.js", ".config.cjs", ".config.mjs", ".config.ts"},
		patterns:   []string{"Dockerfile*", "*compose*.yml", "*compose*.yaml", "docker-bake.*", ".eslintrc*", ".prettierrc*"},
	},
	{
		name: "images, fonts and data", share: 0.05,
		folders: []string{"assets", "fonts", "images", "img"},
		extensions: []string{
			".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".ico", ".ttf", ".otf", ".woff", ".woff2", ".pdf", ".mp3",
			".mp4", ".csv", ".parquet", ".db", ".sqlite", ".bin", ".onnx", ".pt", ".zip", ".gz", ".tgz", ".xz", ".zst",
		},
	},
	{name: "source code", share: 0.8},
}

// source is the kind of what no other kind knows.
const source = len(kinds) - 1

// A kindSet is a set of indexes of kinds.
type kindSet uint16

// most returns the kind that changes most; ok is false if the set is empty. Of equals it is the last, since the
// plainest ones stand there.
func (s kindSet) most() (most kind, ok bool) {
	for i, k := range kinds {
		if s&(1<<i) != 0 && k.share >= most.share {
			most, ok = k, true
		}
	}
	return most, ok
}

// A kindIndex finds kinds by exact words, and else by patterns.
type kindIndex struct {
	folders, names, extensions map[string]kindSet
	patterns                   []kindPattern
}

type kindPattern struct {
	basename.Pattern
	kind kindSet
}

var kindIndexes = sync.OnceValue(func() *kindIndex {
	x := &kindIndex{folders: map[string]kindSet{}, names: map[string]kindSet{}, extensions: map[string]kindSet{}}
	for i := range kinds {
		for m, words := range map[*map[string]kindSet][]string{
			&x.folders: kinds[i].folders, &x.names: kinds[i].names, &x.extensions: kinds[i].extensions,
		} {
			for _, word := range words {
				(*m)[word] = 1 << i
			}
		}
		for _, pattern := range kinds[i].patterns {
			x.patterns = append(x.patterns, kindPattern{basename.NewPattern(pattern), 1 << i})
		}
	}
	return x
})

// folderKind returns the kind of all that a folder holds, empty if its name says nothing.
func folderKind(name string) kindSet {
	in := kindSet(0)
	for part := range strings.SplitSeq(name, "/") {
		in = subfolderKind(part, in)
	}
	return in
}

// subfolderKind is the kind of a folder in one of kind in: what stands above it counts.
func subfolderKind(base string, in kindSet) kindSet {
	if in != 0 {
		return in
	}
	return kindIndexes().folders[base]
}

// fileKind returns the kind of a file in a folder of kind in.
func fileKind(base string, in kindSet) kindSet {
	if in != 0 {
		return in
	}
	x := kindIndexes()
	if k, ok := x.names[base]; ok {
		return k
	}
	for i := range len(base) { // the longest ending first: ".test.js" before ".js"
		if base[i] == '.' || base[i] == '_' {
			if k, ok := x.extensions[base[i:]]; ok {
				return k
			}
		}
	}
	for i := range x.patterns {
		if x.patterns[i].Fits(base) {
			return x.patterns[i].kind
		}
	}
	return 1 << source
}
