package ignorefile

import (
	"path"
	"slices"
)

// A need is who may need a kind of thing in the image.
type need int

const (
	// nobody: what names it; else it is made again, or of use to the machine it was made on alone.
	nobody need = iota
	// build: the program itself, unless each stage that receives it makes its own.
	build
	// history: whatever asks the version control system.
	history
)

// A row is one kind of thing that lies in build contexts and that images can do without.
type row struct {
	// kind is a short stable word for reports.
	kind string
	// names are patterns of base names, as path.Match has them. A folder's end in a slash.
	names []string
	// what says what it is, as a part of a sentence.
	what string
	// beside are patterns of files of which one must lie beside it, inside those of which one must
	// lie in it, as proof that it is what its name says.
	beside, inside []string
	// unversioned is true where .gitignore must name it: its name alone may mean source.
	unversioned bool
	need        need
	// makers are what makes it anew, for need build.
	makers []maker
	// anywhere is true where the pattern is written for every depth whatever is there today.
	anywhere bool
}

// The rows, in the order in which new patterns are written. Where a name proves nothing, beside, inside or
// unversioned must. What looks like a row and is none: .env (programs read it), .gitignore (so do formatters
// and bundlers), LICENSE and README (package builds read them), *.egg-info (an editable install), vendor of Go
// and Ruby (source), .terraform (what terraform init has fetched), docs and tests (a build may run them).
var rows = []row{
	{kind: "history", names: []string{".git/", ".git"}, what: "the version history", need: history},
	{kind: "history", names: []string{".hg/", ".svn/"}, what: "the version history", need: history},
	{
		kind: "packages", names: []string{"node_modules/"}, what: "packages that the build installs itself",
		beside: []string{"package.json"}, need: build, makers: nodeInstalls,
	},
	{
		kind: "packages", names: []string{"bower_components/"}, what: "packages that the build installs itself",
		beside: []string{"bower.json"}, need: build, makers: []maker{{program: "bower", words: []string{"install"}}},
	},
	{
		kind: "packages", names: []string{"vendor/"}, what: "packages that the build installs itself",
		beside: []string{"composer.json"}, inside: []string{"autoload.php"}, need: build, makers: composerInstalls,
	},
	{
		kind: "packages", names: []string{"deps/"}, what: "packages that the build fetches itself",
		beside: []string{"mix.exs"}, unversioned: true, need: build, makers: []maker{{program: "mix", words: []string{"deps.get"}}},
	},
	{
		kind: "virtualenv", names: []string{"*/"}, what: "a virtual environment of the machine it was made on",
		inside: []string{"pyvenv.cfg"}, need: nobody, makers: environments,
	},
	{kind: "cache", names: []string{"__pycache__/"}, what: "compiled Python, made again from the source", anywhere: true},
	{
		kind: "cache", names: []string{
			".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".tox/", ".nox/", ".hypothesis/", ".ipynb_checkpoints/", ".pytype/", ".pyre/",
			".gradle/", ".parcel-cache/", ".sass-cache/", ".nyc_output/", ".vagrant/",
		}, what: "the state of a tool, made again by it",
	},
	{
		kind: "output", names: []string{"target/"}, what: "build output that the build makes itself",
		beside: []string{"Cargo.toml"}, need: build, makers: cargoBuilds,
	},
	{
		kind: "output", names: []string{"target/"}, what: "build output that the build makes itself",
		beside: []string{"pom.xml"}, need: build, makers: mavenBuilds,
	},
	{
		kind: "output", names: []string{"build/"}, what: "build output that the build makes itself",
		beside: []string{"build.gradle", "build.gradle.kts"}, need: build,
		makers: gradleBuilds,
	},
	{
		kind: "output", names: []string{"obj/"}, what: "build output that the build makes itself",
		beside: []string{"*.csproj", "*.fsproj", "*.vbproj"}, inside: []string{"project.assets.json", "Debug", "Release"}, need: build, makers: dotnetBuilds,
	},
	{
		kind: "output", names: []string{"bin/"}, what: "build output that the build makes itself",
		beside: []string{"*.csproj", "*.fsproj", "*.vbproj"}, inside: []string{"Debug", "Release"}, need: build, makers: dotnetBuilds,
	},
	{
		kind: "output", names: []string{"_build/"}, what: "build output that the build makes itself",
		beside: []string{"mix.exs"}, need: build, makers: []maker{{program: "mix", words: []string{"compile", "release"}}},
	},
	{
		kind: "output", names: []string{"_build/"}, what: "build output that the build makes itself",
		beside: []string{"rebar.config"}, need: build, makers: []maker{{manager: "rebar3", verb: "build"}, {manager: "rebar3", verb: "download"}},
	},
	{
		kind: "output", names: []string{".build/"}, what: "build output that the build makes itself",
		beside: []string{"Package.swift"}, inside: []string{"workspace-state.json", "checkouts", "debug", "release"}, need: build,
		makers: []maker{{manager: "swift", verb: "build", not: swiftElsewhere}, {manager: "swift", verb: "download", not: swiftElsewhere}},
	},
	{
		kind: "output", names: []string{".next/"}, what: "build output that the build makes itself",
		beside: []string{"package.json"}, need: build, makers: []maker{{manager: "node", script: "next build"}},
	},
	{
		kind: "output", names: []string{".nuxt/", ".output/"}, what: "build output that the build makes itself",
		beside: []string{"package.json"}, need: build, makers: []maker{{manager: "node", script: "nuxt build"}, {manager: "node", script: "nuxi build"}},
	},
	{
		kind: "output", names: []string{"dist/"}, what: "build output that the build makes itself",
		beside: []string{"vite.config.*"}, unversioned: true, need: build, makers: []maker{{manager: "node", script: "vite build", config: "vite.config.*", moved: []string{"outDir", "--outDir"}}},
	},
	{
		kind: "output", names: []string{"dist/"}, what: "build output that the build makes itself",
		beside: []string{"nest-cli.json"}, unversioned: true, need: build, makers: []maker{{manager: "node", script: "nest build"}},
	},
	{
		kind: "output", names: []string{"build/"}, what: "build output that the build makes itself",
		beside: []string{"package.json"}, unversioned: true, need: build, makers: []maker{{manager: "node", script: "react-scripts build", moved: []string{"BUILD_PATH"}}},
	},
	{
		kind: "coverage", names: []string{"coverage/"}, what: "a coverage report",
		inside: []string{"lcov.info", "coverage-final.json", "clover.xml", "lcov-report"},
	},
	{kind: "coverage", names: []string{"htmlcov/"}, what: "a coverage report", inside: []string{"index.html", "status.json"}},
	{kind: "coverage", names: []string{".coverage", ".coverage.*"}, what: "coverage data", unversioned: true},
	{
		kind: "log", names: []string{"npm-debug.log", "npm-debug.log.*", "yarn-error.log", "yarn-debug.log", "pnpm-debug.log", "lerna-debug.log"},
		what: "a log",
	},
	{kind: "log", names: []string{"*.log"}, what: "a log", unversioned: true},
	{kind: "editor", names: []string{".idea/", ".vs/", ".vscode/", ".fleet/"}, what: "the settings of an editor"},
	{kind: "editor", names: []string{".settings/"}, what: "the settings of an editor", inside: eclipseSettings},
	{kind: "editor", names: []string{".DS_Store", "Thumbs.db", "desktop.ini"}, what: "the state of a file manager", anywhere: true},
	{kind: "editor", names: []string{"*.swp", "*~"}, what: "an editor's copy", unversioned: true},
	{kind: "ci", names: []string{".github/", ".circleci/", ".gitlab-ci.yml", ".travis.yml"}, what: "the configuration of continuous integration"},
	{kind: "docker", names: dockerNames, what: "what the image is built with, not what is in it"},
}

// dockerNames are the files that describe builds. BuildKit reads the Dockerfile and the ignore file even
// where the ignore file names them. Source: docs.docker.com/build/concepts/context, "Dockerignore files".
var dockerNames = slices.Concat([]string{"Dockerfile", "Dockerfile.*", "*.Dockerfile", ".dockerignore"}, composeNames)

// eclipseSettings are files of which Eclipse writes one for each kind of project.
var eclipseSettings = []string{"org.eclipse.core.resources.prefs", "org.eclipse.jdt.core.prefs", "org.eclipse.m2e.core.prefs", "org.eclipse.buildship.core.prefs"}

// headings are what a comment above the patterns of a kind says.
var headings = map[string]string{
	"history": "version history", "packages": "packages that the build installs", "virtualenv": "virtual environments", "cache": "caches",
	"output": "build output", "coverage": "coverage", "log": "logs", "editor": "editors and file managers", "ci": "continuous integration",
	"docker": "the build itself",
}

// A listing is what a folder holds.
type listing struct {
	names map[string]bool // true for a folder
}

// any reports whether one of the names fits one of the patterns.
func (l listing) any(patterns []string) bool {
	for name := range l.names {
		if matchesAny(patterns, name) {
			return true
		}
	}
	return false
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, name)
		return ok && err == nil
	})
}
