package ignorefile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform/pkgmgr"
)

// textNames are files that say how a project is built and versioned, and scripts.
var textNames = []string{
	"Makefile", "makefile", "GNUmakefile", "*.mk", "justfile", "Justfile", "Taskfile.y*ml", "Rakefile", "*.sh", "*.bash", "Procfile", "*.service",
	"package.json", "lerna.json", "nx.json", "turbo.json", "*.config.js", "*.config.ts", "*.config.mjs", "*.config.cjs", "*.config.mts", "vue.config.js",
	"*.gradle", "*.gradle.kts", "pom.xml", "extensions.xml", "build.sbt", "plugins.sbt", "build.rs", "Cargo.toml", "setup.py", "setup.cfg", "pyproject.toml",
	"tasks.py", "conf.py", "mkdocs.yml", "*.gemspec", "Gemfile", "mix.exs", "*.csproj", "*.fsproj", "*.vbproj", "*.props", "*.targets", "CMakeLists.txt",
	"*.cmake", "meson.build", "configure.ac", "hugo.toml", "hugo.yaml", "config.toml", "_config.yml", "*.cabal", "*.nix", "BUILD", "BUILD.bazel", "*.bzl", ".bazelrc", "*.ini",
	"build.xml", "requirements*.txt", "Pipfile", "go.mod",
	"*.go", "*.py", "*.js", "*.mjs", "*.cjs", "*.ts", "*.tsx", "*.rb", "*.php", "*.java", "*.kt", "*.scala", "*.rs", "*.ex", "*.exs", "*.pl", "*.lua", "*.hs",
}

// versionTools are tools that ask git, by the words that show them in a project's files, and what each is. A
// word counts where no letter or digit is next to it. Sources: each tool's own documentation.
var versionTools = []struct{ word, is string }{
	{"setuptools_scm", "takes the version from git"},
	{"setuptools-scm", "takes the version from git"},
	{"setuptools-git-versioning", "takes the version from git"},
	{"versioneer", "takes the version from git"},
	{"versioningit", "takes the version from git"},
	{"hatch-vcs", "takes the version from git"},
	{"poetry-dynamic-versioning", "takes the version from git"},
	{"uv-dynamic-versioning", "takes the version from git"},
	{"dunamai", "takes the version from git"},
	{"setuptools-git", "takes the list of files from git"},
	{"setuptools_git", "takes the list of files from git"},
	{`"scm"`, "takes the version from git"}, // tool.pdm.version
	{"pbr", "takes the version and the list of files from git"},
	{"git-commit-id-maven-plugin", "reads the commit"},
	{"git-commit-id-plugin", "reads the commit"},
	{"buildnumber-maven-plugin", "reads the commit"},
	{"jgitver", "takes the version from git"},
	{"maven-git-versioning-extension", "takes the version from git"},
	{"gradle-git-properties", "reads the commit"},
	{"gradle-git-version", "takes the version from git"},
	{"git-version", "takes the version from git"},
	{"grgit", "reads the repository"},
	{"axion-release", "takes the version from git"},
	{"reckon", "takes the version from git"},
	{"sbt-git", "reads the repository"},
	{"sbt-dynver", "takes the version from git"},
	{"vergen", "reads the commit"},
	{"shadow-rs", "reads the commit"},
	{"built", "reads the commit"},
	{"git2", "reads repositories"},
	{"gitpython", "reads repositories"},
	{"GitPython", "reads repositories"},
	{"pygit2", "reads repositories"},
	{"dulwich", "reads repositories"},
	{"go-git", "reads repositories"},
	{"simple-git", "calls git"},
	{"isomorphic-git", "reads repositories"},
	{"nodegit", "reads repositories"},
	{"git-rev-sync", "reads the commit"},
	{"git-repo-info", "reads the commit"},
	{"git-revision-webpack-plugin", "reads the commit"},
	{"semantic-release", "takes the version from git"},
	{"lerna", "asks git what has changed"},
	{"enableGitInfo", "reads the dates of commits"},
	{"showLastUpdateTime", "reads the dates of commits"},
	{"lastUpdated", "reads the dates of commits"},
	{"sphinx_last_updated_by_git", "reads the dates of commits"},
	{"git-revision-date", "reads the dates of commits"},
	{"MinVer", "takes the version from git"},
	{"Nerdbank.GitVersioning", "takes the version from git"},
	{"GitVersion", "takes the version from git"},
	{"vcs_tag", "takes the version from git"},
	{"git-version-gen", "takes the version from git"},
	{"workspace_status_command", "reads the commit"},
	{"@sentry/webpack-plugin", "reads the commit"},
	{"@sentry/vite-plugin", "reads the commit"},
	{"@sentry/nextjs", "reads the commit"},
	{"@sentry/sveltekit", "reads the commit"},
	{"sentry-maven-plugin", "reads the commit"},
	{"io.sentry.jvm.gradle", "reads the commit"},
}

// hooks are tools that an install of Node's packages runs, and that want a repository then.
var hooks = []string{"husky", "simple-git-hooks", "lefthook", "yorkie"}

// harmless are git's commands that do not look at the repository around them.
var harmless = []string{"clone", "config", "lfs", "--version", "version", "ls-remote", "credential", "help"}

// gitPrograms are programs that ask git.
var gitPrograms = []string{
	"sentry-cli", "goreleaser", "semantic-release", "lerna", "nx", "turbo", "pre-commit", "gitversion", "dotnet-gitversion", "nbgv", "minver", "git-cliff",
	"commitlint", "husky", "lefthook", "codecov", "coveralls", "datadog-ci", "flit", "changeset", "release-it", "standard-version", "bumpversion", "bump-my-version", "cz", "hatch", "dvc", "check-manifest", "reuse",
}

// historyNeed says why a document needs what s brings in of the version history, "" if it does not.
func (j *judge) historyNeed(d *dockerfile, s source, p string) string {
	installs := false
	for _, st := range d.steps {
		if st.in.Index < s.in.Index {
			continue // it has not been there yet
		}
		if why := j.stepAsks(d, st); why != "" {
			return fmt.Sprintf("line %d %s", st.in.Line(), why)
		}
		use, ok := st.use()
		installs = installs || ok && use.Manager.Ecosystem == "node" && use.Verb == pkgmgr.Install && !use.Global
	}
	if why := d.programAsks(); why != "" {
		return why
	}
	why, ok := j.asked[installs]
	if !ok {
		why = j.filesAsk(installs)
		j.asked[installs] = why
	}
	return why
}

// programAsks says which instruction lets the running image ask git, "" if none does.
func (d *dockerfile) programAsks() string {
	for _, in := range d.doc.Instructions {
		switch in.Keyword {
		case "CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD":
			text := words(in.Source())
			for i, w := range text {
				if why := gitAsks(text[i+1:]); path.Base(w) == "git" && why != "" {
					return fmt.Sprintf("line %d %s", in.Line(), why)
				}
			}
		}
	}
	return ""
}

// stepAsks says in words why a step needs the version history, "" if it does not.
func (j *judge) stepAsks(d *dockerfile, st step) string {
	for i, w := range st.argv {
		if path.Base(w) == "git" && (i == 0 || st.dir == "") {
			return gitAsks(st.argv[i+1:])
		}
		if slices.Contains(gitPrograms, path.Base(w)) {
			return "runs " + path.Base(w) + ", which asks git"
		}
	}
	use, ok := st.use()
	switch {
	case !ok:
	case use.Manager.Name == "go" && stamps(st, use) && !j.withoutGit(d, st):
		return "runs go " + verbWord(st, use) + ", which stamps the program with the commit; -buildvcs=false would not"
	case use.Manager.Name == "poetry" && use.Verb == pkgmgr.Build:
		return "runs poetry " + verbWord(st, use) + ", which asks git what to leave out"
	case use.Manager.Name == "dotnet" && use.Verb == pkgmgr.Build:
		return "runs dotnet " + verbWord(st, use) + ", which puts the commit into the version since .NET 8"
	}
	return ""
}

func gitAsks(args []string) string {
	for len(args) > 1 && strings.HasPrefix(args[0], "-") && args[0] != "--version" {
		n := 1
		if args[0] == "-c" || args[0] == "-C" {
			n = 2
		}
		args = args[min(n, len(args)):]
	}
	if len(args) == 0 || slices.Contains(harmless, args[0]) {
		return ""
	}
	return "runs git " + args[0]
}

// stamps reports whether a go command writes the commit into a program: by default go build and go install do for the
// main package of a module in a repository, where git is installed. Source: go.dev/cmd/go, -buildvcs=auto.
func stamps(st step, use pkgmgr.Use) bool {
	if verb := verbWord(st, use); verb != "build" && verb != "install" {
		return false
	}
	for _, w := range append(st.argv, strings.Fields(st.variable("GOFLAGS"))...) {
		if w == "-buildvcs=false" || strings.Contains(w, "@") { // of another module
			return false
		}
	}
	return true
}

// withoutGit reports whether a step's image has no git: Go's own Alpine images come without it.
// Source: github.com/docker-library/golang, Dockerfile-linux.template.
func (j *judge) withoutGit(d *dockerfile, st step) bool {
	stages := chain(d.doc, st.in.Stage)
	base := stages[len(stages)-1].Base
	name, tag, _ := strings.Cut(base, ":")
	if path.Base(name) != "golang" || !strings.Contains(tag, "alpine") {
		return false
	}
	for _, other := range d.steps {
		if slices.Contains(stages, other.in.Stage) && slices.Contains(other.argv, "add") && slices.ContainsFunc(other.argv, func(w string) bool { return w == "git" || w == "build-base" }) {
			return false
		}
	}
	return true
}

// The bounds on reading texts: files beyond them are not asked.
const (
	maxTexts = 500
	maxText  = 256 << 10
)

// filesAsk says which file of the project asks git, "" if none does. With installs, hooks that an install
// sets up count as well.
func (j *judge) filesAsk(installs bool) string {
	for i, p := range j.survey.texts {
		if i >= maxTexts {
			return fmt.Sprintf("the project has more than %d source files to look through", maxTexts)
		}
		if !j.mayRun(p) {
			continue
		}
		if line, why := asksGit(path.Base(p), j.read(p), installs); why != "" {
			return fmt.Sprintf("%s:%d %s", p, line, why)
		}
	}
	return ""
}

// runners are the programs that read files of tasks.
var runners = map[string]string{
	"Makefile": "make", "makefile": "make", "GNUmakefile": "make", "justfile": "just", "Justfile": "just", "Taskfile.yml": "task", "Taskfile.yaml": "task",
	"Rakefile": "rake",
}

// mayRun reports whether a file can play a part in the build or in the program. A shell script must be named
// somewhere, and a file of tasks needs its runner.
func (j *judge) mayRun(p string) bool {
	name := path.Base(p)
	word := runners[name]
	switch path.Ext(name) {
	case ".sh", ".bash":
		word = name
	case ".mk":
		word = "make"
	case "":
		if word == "" && !textSet().has(name) {
			word = name
		}
	}
	return word == "" || j.mentions(word, p)
}

// mentions reports whether an instruction has a word, or a file of tasks or a script other than p.
func (j *judge) mentions(word, p string) bool {
	for _, d := range j.dockerfiles {
		if d.doc != nil && d.mention(word) != nil || anyNames(d.raw, word) {
			return true
		}
	}
	return slices.ContainsFunc(j.survey.texts, func(other string) bool {
		return other != p && (isScript(path.Base(other)) || path.Base(other) == "package.json") && wordAt(j.read(other), word) >= 0
	})
}

// asksGit returns the line of a text that asks git, and says how.
func asksGit(name, text string, installs bool) (line int, why string) {
	if at := gitCall(text); at >= 0 {
		return lineOf(text, at), "asks git"
	}
	if at := stampingCall(text); at >= 0 && (isScript(name) || path.Ext(name) == "" || name == "package.json") {
		return lineOf(text, at), "builds a program into which the commit is stamped"
	}
	if !isManifest(name) {
		return 0, ""
	}
	for _, t := range versionTools {
		if at := wordAt(text, t.word); at >= 0 {
			return lineOf(text, at), fmt.Sprintf("has %s, which %s", t.word, t.is)
		}
	}
	for _, h := range hooks {
		if at := wordAt(text, h); installs && at >= 0 {
			return lineOf(text, at), fmt.Sprintf("has %s, which an install sets up in the repository", h)
		}
	}
	return 0, ""
}

// sourceNames are files of sources and scripts: they hold any word, so that a tool's name in them says nothing.
var sourceNames = []string{
	"*.go", "*.py", "*.js", "*.mjs", "*.cjs", "*.ts", "*.tsx", "*.rb", "*.php", "*.java", "*.kt", "*.scala", "*.rs", "*.ex", "*.exs", "*.pl", "*.lua", "*.hs", "*.sh",
	"*.bash", "*.service",
}

// manifestSources are files of sources that say which tools a project uses.
var manifestSources = []string{
	"setup.py", "conf.py", "tasks.py", "build.rs", "mix.exs", "vue.config.js", "*.config.js", "*.config.ts", "*.config.mjs", "*.config.cjs", "*.config.mts",
	"config.js", "config.ts", "config.mjs", "config.mts",
}

// isManifest reports whether a file says which tools a project uses.
func isManifest(name string) bool { return !sourceSet().has(name) || manifestSet().has(name) }
