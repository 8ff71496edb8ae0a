package pkgmgr

// gemDir is the folder that gem installs to, shell text: it depends on how Ruby was installed. In
// the official images it is GEM_HOME, /usr/local/bundle.
const gemDir = `"$(gem env gemdir)"`

var gem = Manager{
	Name: "gem", Ecosystem: "ruby", Programs: []string{"gem"}, Versioned: true,
	Commands: []Command{
		{Words: "install|i", Verb: Install, Args: NamesBeforeDashes},
		{Words: "update", Verb: Upgrade},
		{Words: "uninstall|cleanup", Verb: Remove},
		{Words: "fetch", Verb: Download},
		{Words: "build", Verb: Build},
		{Words: "exec", Verb: Run},
		{Words: "sources", With: [][]string{{"-u", "--update"}}, Verb: Update},
		{
			Words: "sources|source|list|search|environment|env|help|info|outdated|owner|pristine|push|query|rdoc|server|" +
				"specification|stale|unpack|which|yank|cert|check|contents|dependency|generate_index|lock|mirror|open|signin|" +
				"signout|setup|rebuild",
			Verb: Other,
		},
	},
	Values: []string{
		"-v", "--version", "--platform", "-n", "--bindir", "-i", "--install-dir", "-s", "--source", "-P", "--trust-policy", "-p", "--http-proxy", "--build-root",
		"-B", "--bulk-threshold", "--config-file", "--without", "-j", "--jobs", "-r", "--remove", "-a", "--add",
	},
	Caches: []Cache{{Path: gemDir + "/cache", Holds: "downloaded .gem files", FilledBy: fetches}},
	Moves:  []Move{{Path: gemDir, By: []string{"$GEM_HOME"}, Flag: "--install-dir"}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", gemDir + "/cache/*"}, Empties: []string{gemDir + "/cache"}},
	},
	Mounts: []Mount{{Target: gemDir + "/cache", Sharing: "locked", Note: "only where GEM_HOME is known"}},
	Source: "https://guides.rubygems.org/command-reference/#gem-install, https://guides.rubygems.org/command-reference/#gem-environment",
}

// bundler installs to BUNDLE_PATH, else to where gem does; either way .gem files stay in cache/.
// vendor/cache is a part of the project: "bundle cache" puts it there to be installed from.
const bundlerCache = `"$BUNDLE_PATH"/ruby/*/cache`

var bundler = Manager{
	Name: "bundler", Ecosystem: "ruby", Programs: []string{"bundle", "bundler"}, Versioned: true,
	Commands: []Command{
		{Words: "install", Verb: Install, Args: Nothing},
		{Words: "add", Verb: Install},
		{Words: "update", Verb: Upgrade},
		{Words: "remove", Verb: Remove},
		{Words: "clean", Verb: Remove, Args: Nothing},
		{Words: "lock", Verb: Download, Args: Nothing},
		{Words: "cache|package|pack", Verb: Install, Args: Nothing},
		{Words: "exec|e", Verb: Run, Wraps: true},
		{
			Words: "config|check|show|list|outdated|binstubs|info|init|gem|platform|viz|open|doctor|env|help|console|licenses|" +
				"pristine|plugin|fund|issue|version|inject",
			Verb: Other,
		},
		{With: [][]string{{"-v", "--version", "-h", "--help"}}, Verb: Other},
		{Verb: Install, Args: Nothing},
	},
	Values: []string{
		"-j", "--jobs", "--path", "--without", "--with", "--gemfile", "--retry", "-r", "--shebang", "--trust-policy", "-P", "--target-rbconfig", "--group", "-g",
		"--source", "-s", "--require", "-v", "--version", "--cache-path", "--lockfile",
	},
	PathFlags: []string{"--gemfile"},
	Manifests: []string{"Gemfile", "gems.rb", "*.gemspec"}, Locks: []string{"Gemfile.lock", "gems.locked"},
	Configs: []string{".bundle/config", ".ruby-version", "vendor/cache/*"},
	Caches: []Cache{
		{Path: gemDir + "/cache", Holds: "downloaded .gem files, without BUNDLE_PATH", FilledBy: fetches},
		{Path: bundlerCache, Holds: "downloaded .gem files, with BUNDLE_PATH or --path", FilledBy: fetches},
		{Path: "~/.bundle/cache", Holds: "the package index", FilledBy: fetches},
	},
	Moves: []Move{
		{Path: gemDir, By: []string{"$GEM_HOME"}},
		{Path: `"$BUNDLE_PATH"`, By: []string{"$BUNDLE_PATH"}, Flag: "--path"},
		{Path: "~/.bundle", By: []string{"$BUNDLE_USER_HOME"}},
	},
	// Those that Rails writes into a new application's Dockerfile.
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.bundle/cache"}, Empties: []string{"~/.bundle/cache"}},
		{Command: []string{"rm", "-rf", gemDir + "/cache/*"}, Empties: []string{gemDir + "/cache"}},
		{Command: []string{"rm", "-rf", bundlerCache}, Empties: []string{bundlerCache}, Note: "only with BUNDLE_PATH"},
	},
	Mounts: []Mount{
		{Target: gemDir + "/cache", Sharing: "locked", Note: "only where GEM_HOME is known and BUNDLE_PATH is not set"},
		{Target: "~/.bundle/cache", Sharing: "locked"},
	},
	Source: "https://bundler.io/man/bundle-install.1.html, https://bundler.io/man/bundle-config.1.html, github.com/rails/rails railties Dockerfile.tt",
}
