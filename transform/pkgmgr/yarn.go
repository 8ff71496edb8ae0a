package pkgmgr

// Yarn is two programs of one name. Classic (1) is what the official node images have; Berry (2
// and later) takes over in a project that says so: .yarnrc.yml, packageManager in package.json, or
// a yarn.lock without the line "# yarn lockfile v1". A command that only Berry has names the row
// yarn-berry; all others name yarn, and may be either.

const (
	yarnCache        = "~/.cache/yarn"
	yarnBerryCache   = "~/.yarn/berry/cache"
	yarnProjectCache = ".yarn/cache"
)

var yarn = Manager{
	Name: "yarn", Ecosystem: "node", Programs: []string{"yarn", "yarnpkg"},
	Commands: []Command{
		{Words: "install", With: [][]string{yarnBerryFlags}, Verb: Install, Args: Nothing, Edition: "yarn-berry"},
		{Words: "install", Verb: Install},
		{Words: "add|link", Verb: Install},
		{Words: "global add", Verb: Install, Global: true},
		{Words: "global remove", Verb: Remove},
		{Words: "global upgrade", Verb: Upgrade},
		{Words: "global bin|dir|list|ls", Verb: Other},
		{Words: "workspace * add", Verb: Install},
		{Words: "workspace * remove", Verb: Remove},
		{Words: "workspace *", Verb: Run},
		{Words: "workspaces focus", Verb: Install, Args: Nothing, Edition: "yarn-berry"},
		{Words: "workspaces foreach", Verb: Run, Edition: "yarn-berry"},
		{Words: "workspaces run", Verb: Run},
		{Words: "workspaces info|list", Verb: Other},
		{Words: "upgrade|up|upgrade-interactive", Verb: Upgrade},
		{Words: "remove|unlink|autoclean", Verb: Remove},
		{Words: "rebuild", Verb: Build, Edition: "yarn-berry"},
		{Words: "dedupe", Verb: Install, Args: Nothing, Edition: "yarn-berry"},
		{Words: "cache clean|clear", With: [][]string{{"--all", "--mirror"}}, Verb: Clean, Edition: "yarn-berry", Empties: []string{yarnBerryCache, yarnProjectCache}},
		{Words: "cache clean|clear", Bare: true, Verb: Clean, Empties: []string{yarnCache}},
		{Words: "cache clean|clear|dir|list|ls", Verb: Other},
		{Words: "dlx", Verb: Run, Wraps: true, Edition: "yarn-berry", Values: []string{"-p", "--package"}},
		{Words: "exec", Verb: Run, Wraps: true},
		{Words: "run|node|test|start|create", Verb: Run},
		{Words: "set version", Verb: Download, Args: Nothing},
		{Words: "plugin import", Verb: Download, Args: Nothing, Edition: "yarn-berry"},
		{Words: "policies set-version", Verb: Download, Args: Nothing},
		{
			Words: "config|check|audit|npm|info|init|licenses|list|login|logout|outdated|owner|pack|publish|tag|team|unplug|" +
				"version|versions|why|bin|help|import|generate-lock-entry|patch|patch-commit|constraints|explain|search|stage",
			Verb: Other,
		},
		{With: [][]string{{"-v", "--version", "-h", "--help"}}, Verb: Other},
		{With: [][]string{yarnBerryFlags}, Verb: Install, Args: Nothing, Edition: "yarn-berry"},
		{Verb: Install, Args: Nothing},
	},
	Fallback: Run,
	Values: []string{
		"--cwd", "--registry", "--cache-folder", "--modules-folder", "--preferred-cache-folder", "--global-folder", "--link-folder", "--prefix", "--mutex",
		"--network-timeout", "--network-concurrency", "--child-concurrency", "--use-yarnrc", "--https-proxy", "--proxy", "--otp", "--mode", "--from",
		"--include", "--exclude",
	},
	PathFlags: []string{"--cwd", "--use-yarnrc"},
	Manifests: []string{"package.json"}, Locks: []string{"yarn.lock"}, Configs: []string{".yarnrc", ".npmrc"},
	Caches: []Cache{{
		Path: yarnCache, Holds: "unpacked packages", FilledBy: fetches,
		// github.com/yarnpkg/yarn, src/util/user-home-dir.js.
		Caveat: "root's is /usr/local/share/.cache/yarn",
	}},
	Moves: []Move{{
		Path: yarnCache, Root: "/usr/local/share/.cache/yarn", Flag: "--cache-folder",
		By: []string{"$YARN_CACHE_FOLDER", "$npm_config_cache_folder", "$XDG_CACHE_HOME/yarn"},
	}},
	CleanUps: []CleanUp{
		{
			Command: []string{"yarn", "cache", "clean"}, Empties: []string{yarnCache},
			Note: "only where the project is known to use Classic: Berry removes .yarn/cache, from which Plug'n'Play programs run",
		},
		{Command: []string{"rm", "-rf", yarnCache}, Empties: []string{yarnCache}, Note: "does nothing under Berry, unless YARN_CACHE_FOLDER is set"},
	},
	Mounts: []Mount{{Target: yarnCache, Sharing: "locked", Note: "yarn cache clean in the same step would empty it"}},
	Source: "https://classic.yarnpkg.com/en/docs/cli/, https://classic.yarnpkg.com/en/docs/cli/cache",
}

// yarnBerryFlags are flags of install that Classic does not have.
var yarnBerryFlags = []string{"--immutable", "--immutable-cache", "--check-cache", "--inline-builds", "--refresh-lockfile", "--check-resolutions", "--mode"}

// yarnBerry has no program of its own: see yarn.
var yarnBerry = Manager{
	Name: "yarn-berry", Ecosystem: "node",
	PathFlags: []string{"--cwd"},
	Manifests: []string{"package.json"}, Locks: []string{"yarn.lock"},
	Configs: []string{".yarnrc.yml", ".yarn/releases/*", ".yarn/plugins/*", ".yarn/patches/*", ".pnp.*js", ".npmrc"},
	Caches: []Cache{
		{
			Path: yarnBerryCache, Holds: "package archives: the global cache (Yarn 4), or the mirror of the project's", FilledBy: fetches, Loss: LosesInputs,
			Caveat: "with Plug'n'Play, the default, programs run from these archives; with nodeLinker: node-modules they do not",
		},
		{
			Path: yarnProjectCache, Holds: "package archives of the project, where enableGlobalCache is false", FilledBy: fetches, Loss: LosesInputs,
			Caveat: "with Plug'n'Play programs run from these archives; it may be part of the project's sources",
		},
	},
	Moves: []Move{
		{Path: yarnBerryCache, By: []string{"$YARN_CACHE_FOLDER", "$YARN_GLOBAL_FOLDER/cache"}},
		{Path: yarnProjectCache, By: []string{"$YARN_CACHE_FOLDER"}},
	},
	CleanUps: []CleanUp{{
		Command: []string{"yarn", "cache", "clean", "--all"}, Empties: []string{yarnBerryCache, yarnProjectCache}, Loss: LosesInputs,
		Note: "only with nodeLinker: node-modules or pnpm",
	}},
	Mounts: []Mount{{Target: yarnBerryCache, Sharing: "locked", Note: "only with nodeLinker: node-modules or pnpm, and with enableGlobalCache"}},
	Source: "https://yarnpkg.com/cli/cache/clean, https://yarnpkg.com/configuration/yarnrc, https://yarnpkg.com/features/linkers",
}
