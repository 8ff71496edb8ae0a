package validate

// An installer is what the validator knows of the installs of one package manager. Paths are
// relative to the directory in which the command runs.
type installer struct {
	// manager is the row of pkgmgr's table whose reading of the words is used, verbs the verbs
	// that install what manifests name, downloads those that only download it.
	manager          string
	verbs, downloads []string
	// reads are files and folders that an install reads, deep those at any depth, above those
	// that it reads in the directories above, too; patterns of path.Match.
	reads, deep, above []string
	// needs are those of which one must be there for a download to succeed.
	needs []string
	// makes and makesDeep are what it makes or replaces.
	makes, makesDeep []string
	// lock is the file that it may rewrite unless it has one of the flags, "" if none. keeps are
	// the verbs that never rewrite it.
	lock  string
	keeps []string
	fixed []string
	// partial are flags with which an install leaves out the project itself.
	partial []string
	// dirFlags choose the project's directory. climbs is true where it is the nearest, from there up, with one of needs.
	dirFlags []string
	climbs   bool
	// prefixes are flags with a directory that the install makes.
	prefixes []string
	// inspect reads the manifests for more that the install reads.
	inspect func(*inspection)
}

// condaVerbs are those that read environments or lists of packages. Source: docs.conda.io/projects/conda/en/stable/commands.
var condaVerbs = []string{"env create", "env update", "install", "create", "update"}

// projectInstalls: what each manager reads and makes is said by its manual.
var projectInstalls = []installer{
	{
		// docs.npmjs.com/cli: npm-install, npm-ci, package-lock.json, npmrc, scripts
		manager: "npm", dirFlags: []string{"--prefix", "-C"}, verbs: []string{"install", "i", "ci", "clean-install", "install-clean", "ic", "add"},
		reads: []string{"package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc", "binding.gyp"},
		makes: []string{"node_modules"}, lock: "package-lock.json", keeps: []string{"ci", "clean-install", "install-clean", "ic"}, fixed: []string{"--no-package-lock", "--no-save"},
		inspect: inspectNode,
	},
	{
		// classic.yarnpkg.com/en/docs: cli/install, yarnrc
		manager: "yarn", dirFlags: []string{"--cwd"}, verbs: []string{"", "install"}, above: []string{".yarnrc", ".npmrc", ".yarnrc.yml"},
		reads: []string{"package.json", "yarn.lock", ".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn", ".yarnclean", "binding.gyp"},
		makes: []string{"node_modules", ".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"}, lock: "yarn.lock", fixed: []string{"--frozen-lockfile", "--immutable", "--pure-lockfile", "--no-lockfile"},
		inspect: inspectNode,
	},
	{
		// yarnpkg.com: cli/install, configuration/yarnrc
		manager: "yarn-berry", dirFlags: []string{"--cwd"}, verbs: []string{"", "install"}, above: []string{".yarnrc.yml"},
		reads: []string{"package.json", "yarn.lock", ".npmrc", ".yarnrc.yml", ".yarn", ".pnp.cjs", "binding.gyp"},
		makes: []string{"node_modules", ".pnp.cjs", ".pnp.loader.mjs"}, lock: "yarn.lock", fixed: []string{"--immutable", "--frozen-lockfile"},
		inspect: inspectNode,
	},
	{
		// pnpm.io: cli/install, cli/fetch, pnpm-workspace_yaml, pnpmfile
		manager: "pnpm", dirFlags: []string{"-C", "--dir"}, verbs: []string{"install", "i"}, downloads: []string{"fetch"},
		reads: []string{"package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs", "pnpmfile.js", "binding.gyp"},
		needs: []string{"pnpm-lock.yaml"},
		makes: []string{"node_modules"}, lock: "pnpm-lock.yaml", keeps: []string{"fetch"}, fixed: []string{"--frozen-lockfile", "--no-lockfile"},
		inspect: inspectNode,
	},
	{
		// bun.sh/docs/cli/install
		manager: "bun", verbs: []string{"install", "i"},
		reads: []string{"package.json", "bun.lock", "bun.lockb", "bunfig.toml", ".npmrc", "binding.gyp"},
		makes: []string{"node_modules"}, lock: "bun.lock", fixed: []string{"--frozen-lockfile", "--no-save"},
		inspect: inspectNode,
	},
	{
		// pip.pypa.io/en/stable/cli/pip_install, .../reference/requirements-file-format
		manager: "pip", verbs: []string{"install"}, downloads: []string{"download"}, inspect: inspectPip,
	},
	{
		// docs.astral.sh/uv: reference/cli, concepts/projects/sync
		manager: "uv", partial: []string{"--no-install-project", "--no-install-workspace"}, dirFlags: []string{"--directory", "--project"}, verbs: []string{"sync", "pip install", "pip sync"},
		reads: []string{"pyproject.toml", "uv.lock", "uv.toml", ".python-version"},
		makes: []string{".venv"}, lock: "uv.lock", keeps: []string{"pip install", "pip sync"}, fixed: []string{"--frozen", "--locked"}, inspect: inspectUV,
	},
	{
		// python-poetry.org/docs/cli/#install
		manager: "poetry", partial: []string{"--no-root"}, dirFlags: []string{"-C", "--directory", "-P", "--project"}, verbs: []string{"install", "sync"},
		reads: []string{"pyproject.toml", "poetry.lock", "poetry.toml"}, makes: []string{".venv"}, inspect: inspectPoetry,
	},
	{
		// pipenv.pypa.io/en/latest/cli.html
		manager: "pipenv", verbs: []string{"install", "sync"},
		reads: []string{"Pipfile", "Pipfile.lock"}, makes: []string{".venv"}, lock: "Pipfile.lock", keeps: []string{"sync"}, fixed: []string{"--deploy", "--ignore-pipfile"},
		inspect: inspectPipenv,
	},
	{
		// pdm-project.org/en/latest/reference/cli
		manager: "pdm", partial: []string{"--no-self"}, dirFlags: []string{"-p", "--project"}, verbs: []string{"install", "sync"},
		reads: []string{"pyproject.toml", "pdm.lock", "pdm.toml", ".pdm.toml", ".pdm-python", ".python-version"}, makes: []string{".venv", "__pypackages__", ".pdm-python"},
		lock: "pdm.lock", keeps: []string{"sync"}, fixed: []string{"--frozen-lockfile", "--no-lock"}, inspect: inspectPDM,
	},
	{manager: "conda", verbs: condaVerbs, prefixes: []string{"-p", "--prefix"}, inspect: inspectConda},
	{manager: "mamba", verbs: condaVerbs, prefixes: []string{"-p", "--prefix"}, inspect: inspectConda},
	{manager: "micromamba", verbs: condaVerbs, prefixes: []string{"-p", "--prefix"}, inspect: inspectConda},
	{
		// bundler.io/man/bundle-install.1.html, gemfile.5
		manager: "bundler", verbs: []string{"", "install"},
		reads: []string{"Gemfile", "Gemfile.lock", "gems.rb", "gems.locked", ".bundle", ".ruby-version", ".tool-versions", "*.gemspec"},
		makes: []string{"vendor/bundle", "vendor/cache"}, inspect: inspectBundler,
	},
	{
		// getcomposer.org/doc: 03-cli.md#install-i, 04-schema.md
		manager: "composer", dirFlags: []string{"-d", "--working-dir"}, verbs: []string{"install", "i"},
		reads: []string{"composer.json", "composer.lock", "auth.json", "symfony.lock"}, makes: []string{"vendor"}, inspect: inspectComposer,
	},
	{
		// go.dev/ref/mod#go-mod-download
		manager: "go", climbs: true, above: []string{"go.work"}, downloads: []string{"mod download"},
		reads: []string{"go.mod", "go.sum", "go.work", "go.work.sum"}, needs: []string{"go.mod", "go.work"}, inspect: inspectGo,
	},
	{
		// maven.apache.org/plugins/maven-dependency-plugin: go-offline, resolve; maven.apache.org/configure.html (.mvn)
		manager: "maven", above: []string{".mvn"}, downloads: []string{"dependency:go-offline", "dependency:resolve", "dependency:resolve-plugins"},
		reads: []string{".mvn", "settings.xml"}, needs: []string{"pom.xml"}, inspect: inspectMaven,
	},
	{
		// docs.gradle.org/current/userguide: build_lifecycle.html, build_environment.html, viewing_debugging_dependencies.html
		manager: "gradle", above: []string{"settings.gradle", "settings.gradle.kts", "gradle.properties"}, downloads: []string{"dependencies", "help"},
		reads: []string{"gradle", "buildSrc", "gradlew"}, deep: []string{"*.gradle", "*.gradle.kts", "gradle.properties", "gradle.lockfile", "libs.versions.toml"},
		needs: []string{"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"},
		makes: []string{".gradle"}, makesDeep: []string{"build"}, inspect: inspectGradle,
	},
	{
		// doc.rust-lang.org/cargo: commands/cargo-fetch.html, reference/config.html, reference/cargo-targets.html
		manager: "cargo", climbs: true, above: []string{"Cargo.toml", "Cargo.lock", ".cargo"}, downloads: []string{"fetch"},
		reads: []string{".cargo", "rust-toolchain", "rust-toolchain.toml"}, deep: []string{"Cargo.toml", "Cargo.lock"}, needs: []string{"Cargo.toml"}, inspect: inspectCargo,
	},
	{
		// learn.microsoft.com/dotnet/core/tools/dotnet-restore, learn.microsoft.com/visualstudio/msbuild/customize-by-directory
		manager: "dotnet", downloads: []string{"restore"},
		needs: []string{"*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx", "*.slnf"}, makesDeep: []string{"obj"}, inspect: inspectDotnet,
	},
	{
		// scala-sbt.org/1.x/docs: Organizing-Build.html, Directories.html; it compiles the build definition to target
		manager: "sbt", downloads: []string{"update"},
		reads: []string{".sbtopts", ".jvmopts"}, deep: []string{"*.sbt"}, needs: []string{"*.sbt"}, makesDeep: []string{"target"}, inspect: inspectSBT,
	},
	{
		// rebar3.org/docs: commands, configuration/configuration (directories for source files), configuration/dependencies
		manager: "rebar3", verbs: []string{"compile"}, downloads: []string{"get-deps"},
		reads: []string{"rebar.config", "rebar.config.script", "rebar.lock", "_checkouts"}, needs: []string{"rebar.config"},
		makes: []string{"_build"}, lock: "rebar.lock", inspect: inspectRebar,
	},
	{
		// docs.swift.org/swiftpm/documentation/packagemanagerdocs: packageresolve, resolvingpackageversions
		manager: "swift", dirFlags: []string{"--package-path"}, downloads: []string{"package resolve"},
		reads: []string{"Package.swift", "Package@swift-*.swift", "Package.resolved", ".swiftpm", ".swift-version"}, needs: []string{"Package.swift"},
		makes: []string{".build"}, lock: "Package.resolved", fixed: []string{"--force-resolved-versions", "--only-use-versions-from-resolved-file", "--disable-automatic-resolution"},
		inspect: inspectSwift,
	},
	{
		// hexdocs.pm/mix/Mix.Tasks.Deps.Get.html
		manager: "mix", downloads: []string{"deps.get"},
		reads: []string{"mix.exs", "mix.lock"}, needs: []string{"mix.exs"}, makes: []string{"deps"}, lock: "mix.lock", fixed: []string{"--check-locked"}, inspect: inspectMix,
	},
}
