package pkgmgr

var npm = Manager{
	Name: "npm", Ecosystem: "node", Programs: []string{"npm"}, Runners: []string{"npx"},
	Commands: []Command{
		{Words: "install|i|in|ins|inst|insta|instal|isnt|isnta|isntal|isntall|add|link|ln|install-test|it", With: [][]string{{"--dry-run"}}, Verb: Other},
		{Words: "install|i|in|ins|inst|insta|instal|isnt|isnta|isntal|isntall|add|link|ln|install-test|it", Verb: Install},
		{Words: "ci|clean-install|ic|install-clean|isntall-clean|install-ci-test|cit", Verb: Install, Args: Nothing},
		{Words: "update|up|upgrade|udpate", Verb: Upgrade},
		{Words: "uninstall|unlink|remove|rm|r|un|prune", Verb: Remove},
		{Words: "dedupe|ddp|find-dupes", Verb: Install, Args: Nothing},
		{Words: "rebuild|rb", Verb: Build},
		{Words: "cache clean|clear|rm", With: [][]string{{"-f", "--force"}}, Bare: true, Verb: Clean, Empties: []string{"~/.npm/_cacache"}},
		// npm 5 and later refuse to without --force, and remove one entry with a key.
		{Words: "cache clean|clear|rm|verify|ls|add|npx", Verb: Other},
		{Words: "exec|x", Verb: Run, Wraps: true, Values: []string{"-p", "--package", "-c", "--call"}},
		{Words: "run|run-script|rum|urn|start|stop|restart|test|t|tst|explore|init|create|innit", Verb: Run},
		{
			Words: "config|c|set|get|audit|version|verison|pack|publish|view|v|info|show|list|ls|ll|la|outdated|root|bin|prefix|" +
				"help|login|adduser|logout|whoami|ping|doctor|fund|search|s|token|team|owner|access|dist-tag|deprecate|pkg|" +
				"query|shrinkwrap|completion|explain|sbom|hook|org|profile|repo|docs|bugs|star|unstar|stars|edit|diff|unpublish",
			Verb: Other,
		},
	},
	Values: []string{
		"--prefix", "-C", "--registry", "--reg", "--cache", "--loglevel", "-w", "--workspace", "--only", "--also", "--omit", "--include", "--tag", "--before", "--depth",
		"--userconfig", "--globalconfig", "--location", "-L", "--fetch-retries", "--fetch-retry-factor", "--fetch-retry-mintimeout", "--fetch-retry-maxtimeout",
		"--fetch-timeout", "--maxsockets", "--install-strategy", "--script-shell", "--proxy", "--https-proxy", "--noproxy", "--cafile", "--ca", "--cert", "--key",
		"--python", "--node-gyp", "--nodedir", "--user", "--umask", "--otp", "--scope", "--arch", "--target", "--target_arch", "--target_platform",
		"--disturl", "--runtime",
		"--cpu", "--os", "--libc", "--network-timeout", "--jobs",
	},
	GlobalValues: []string{"-p", "--package", "-c", "--call"}, // of npx
	GlobalFlags:  []string{"-g", "--global"},
	PathFlags:    []string{"--prefix", "-C", "--userconfig", "--globalconfig"},
	Manifests:    []string{"package.json"}, Locks: []string{"package-lock.json", "npm-shrinkwrap.json"}, Configs: []string{".npmrc"},
	Caches: []Cache{
		{Path: "~/.npm/_cacache", Holds: "downloaded packages", FilledBy: fetches},
		{Path: "~/.npm/_logs", Holds: "logs of the last runs", FilledBy: builds},
	},
	Moves: []Move{{Path: "~/.npm", By: []string{"$npm_config_cache", "$NPM_CONFIG_CACHE"}, Flag: "--cache"}},
	CleanUps: []CleanUp{
		{Command: []string{"npm", "cache", "clean", "--force"}, Empties: []string{"~/.npm/_cacache"}, Note: "not with a cache mount: it would empty that"},
		{Command: []string{"rm", "-rf", "~/.npm/_logs"}, Empties: []string{"~/.npm/_logs"}},
	},
	Mounts: []Mount{{Target: "~/.npm", Sharing: "shared"}},
	Source: "https://docs.npmjs.com/cli/v11/commands/npm-cache, https://docs.npmjs.com/cli/v11/using-npm/config",
}

// pnpm hard-links from its store into node_modules, so that within one layer only what no project
// has is saved; "pnpm fetch" fills it as the source of a later "pnpm install --offline".
const pnpmStore = "~/.local/share/pnpm/store"

var pnpm = Manager{
	Name: "pnpm", Ecosystem: "node", Programs: []string{"pnpm"}, Runners: []string{"pnpx"},
	Commands: []Command{
		{Words: "install|i", Verb: Install},
		{Words: "add|link|ln|install-test|it", Verb: Install},
		{Words: "ci|clean-install|ic|install-clean", Verb: Install, Args: Nothing},
		{Words: "fetch", Verb: Download, Args: Nothing},
		{Words: "import", Verb: Download, Args: Nothing},
		{Words: "update|up|upgrade", Verb: Upgrade},
		{Words: "remove|rm|uninstall|un|unlink|prune", Verb: Remove},
		{Words: "rebuild|rb", Verb: Build},
		{Words: "deploy", Verb: Install, Args: Nothing},
		{Words: "env use|add", Verb: Install, Args: Nothing},
		{Words: "env remove|rm|list|ls", Verb: Other},
		// It removes what no project links to, and the cached metadata.
		{Words: "store prune|path|status", Verb: Other},
		{Words: "store add", Verb: Download},
		{Words: "dlx|exec", Verb: Run, Wraps: true},
		{Words: "run|run-script|start|stop|restart|test|t|tst|create|init", Verb: Run},
		{
			Words: "config|c|set|get|list|ls|la|ll|outdated|why|audit|licenses|pack|publish|root|bin|prefix|setup|server|doctor|" +
				"patch|patch-commit|patch-remove|dedupe|self-update|help|cat-file|cat-index|find-hash|approve-builds|" +
				"ignored-builds|cache|version|view|info|whoami|login|logout",
			Verb: Other,
		},
		{With: [][]string{{"-v", "--version", "-h", "--help"}}, Verb: Other},
	},
	Fallback: Run,
	Values: []string{
		"-C", "--dir", "-F", "--filter", "--filter-prod", "--store-dir", "--virtual-store-dir", "--modules-dir", "--lockfile-dir", "--registry",
		"--loglevel", "--reporter",
		"--child-concurrency", "--network-concurrency", "--workspace-concurrency", "--hoist-pattern", "--public-hoist-pattern", "--shamefully-hoist-pattern",
		"--changed-files-ignore-pattern", "--test-pattern", "--package-import-method", "--global-dir", "--node-linker", "--cache-dir", "--state-dir", "--package",
		"--config-dir", "--userconfig", "--use-node-version", "--cpu", "--os", "--libc",
	},
	GlobalFlags: []string{"-g", "--global"},
	PathFlags:   []string{"-C", "--dir", "--lockfile-dir"},
	Manifests:   []string{"package.json", "pnpm-workspace.yaml"}, Locks: []string{"pnpm-lock.yaml"},
	Configs: []string{".npmrc", ".pnpmfile.cjs", ".pnpmfile.mjs", "patches/*"},
	Caches: []Cache{
		{Path: "~/.cache/pnpm", Holds: "metadata of packages", FilledBy: fetches},
		{
			Path: pnpmStore, Holds: "the files of all packages, hard-linked into node_modules", FilledBy: fetches, Loss: LosesInputs,
			Caveat: "within one layer the links keep their files, so that removing it saves little",
		},
	},
	Moves: []Move{
		{Path: pnpmStore, By: []string{"$npm_config_store_dir", "$NPM_CONFIG_STORE_DIR", "$PNPM_HOME/store", "$XDG_DATA_HOME/pnpm/store"}, Flag: "--store-dir"},
		{Path: "~/.cache/pnpm", By: []string{"$npm_config_cache_dir", "$XDG_CACHE_HOME/pnpm"}, Flag: "--cache-dir"},
	},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.cache/pnpm"}, Empties: []string{"~/.cache/pnpm"}},
		{Command: []string{"rm", "-rf", pnpmStore}, Empties: []string{pnpmStore}, Loss: LosesInputs, Note: "saves only what no node_modules of the same layer links to"},
	},
	Mounts: []Mount{{Target: pnpmStore, Sharing: "shared", Note: "packages are then copied instead of hard-linked"}},
	Source: "https://pnpm.io/settings, https://pnpm.io/cli/store, https://pnpm.io/docker",
}

// --no-cache of bun is no NoCacheFlag: it ignores cached metadata, and packages are stored
// nevertheless (bun 1.3: bun install --no-cache fills ~/.bun/install/cache).
var bun = Manager{
	Name: "bun", Ecosystem: "node", Programs: []string{"bun"}, Runners: []string{"bunx"},
	Commands: []Command{
		{Words: "install|i|add|a|link", With: [][]string{{"--dry-run"}}, Verb: Other},
		{Words: "install|i|add|a|link", Verb: Install},
		{Words: "ci", Verb: Install, Args: Nothing},
		{Words: "update|upgrade", Verb: Upgrade},
		{Words: "remove|rm|r|unlink", Verb: Remove},
		{Words: "pm cache rm", Verb: Clean, Empties: []string{"~/.bun/install/cache"}},
		{Words: "pm cache|bin|ls|hash|hash-string|hash-print|pack|whoami|migrate|trust|untrusted|default-trusted|view|version|pkg|why", Verb: Other},
		{Words: "x", Verb: Run, Wraps: true},
		{Words: "build", Verb: Build},
		{Words: "run|test|exec|create|c|init|repl", Verb: Run},
		{Words: "outdated|audit|publish|patch|patch-commit|info|why|help|completions", Verb: Other},
		{With: [][]string{{"-v", "--version", "--revision", "-h", "--help"}}, Verb: Other},
	},
	Fallback: Run,
	Values: []string{
		"-c", "--config", "--cwd", "--cache-dir", "--registry", "--backend", "--ca", "--cafile", "--env-file", "--concurrent-scripts", "--network-concurrency",
		"--omit", "--linker", "--minimum-release-age", "--cpu", "--os", "--libc", "-F", "--filter", "--catalog",
	},
	GlobalValues: []string{"-p", "--package"}, // of bunx
	GlobalFlags:  []string{"-g", "--global"},
	PathFlags:    []string{"--cwd", "-c", "--config"},
	Manifests:    []string{"package.json"}, Locks: []string{"bun.lock", "bun.lockb"}, Configs: []string{"bunfig.toml", ".npmrc", "patches/*"},
	Caches: []Cache{{
		Path: "~/.bun/install/cache", Holds: "unpacked packages, hard-linked into node_modules", FilledBy: fetches,
		Caveat: "within one layer the links keep their files; with --backend symlink node_modules is lost with it",
	}},
	Moves: []Move{{Path: "~/.bun/install/cache", By: []string{"$BUN_INSTALL_CACHE_DIR", "$BUN_INSTALL/install/cache", "$XDG_CACHE_HOME/.bun/install/cache"}, Flag: "--cache-dir"}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.bun/install/cache"}, Empties: []string{"~/.bun/install/cache"}},
		{Command: []string{"bun", "pm", "cache", "rm"}, Empties: []string{"~/.bun/install/cache"}},
	},
	Mounts: []Mount{{Target: "~/.bun/install/cache", Sharing: "shared"}},
	Source: "https://bun.com/docs/pm/global-cache, https://bun.com/docs/pm/cli/install",
}
