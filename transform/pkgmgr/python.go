package pkgmgr

var pip = Manager{
	Name: "pip", Ecosystem: "python", Programs: []string{"pip"}, Versioned: true, Modules: []string{"pip"},
	Commands: []Command{
		{Words: "install", With: [][]string{{"--dry-run"}}, Verb: Other},
		// In pip before 10, -d made install a download.
		{Words: "install", With: [][]string{{"-d", "--download"}}, Verb: Download},
		{Words: "install", Verb: Install},
		{Words: "download", Verb: Download},
		{Words: "wheel", Verb: Build, Args: Names},
		{Words: "uninstall", Verb: Remove},
		{Words: "cache purge", Verb: Clean, Empties: []string{"~/.cache/pip"}},
		{Words: "cache dir|info|list|remove", Verb: Other},
		{Words: "freeze|list|show|check|config|search|debug|hash|index|inspect|lock|completion|help", Verb: Other},
	},
	Values: []string{
		"-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-t", "--target", "--platform", "--python-version", "--implementation", "--abi",
		"--root", "--prefix", "--src", "--source", "--source-dir", "--source-directory", "--upgrade-strategy", "-C", "--config-settings", "--config-setting",
		"--global-option", "--install-option", "--build-option", "--no-binary", "--only-binary", "--progress-bar", "--root-user-action", "--report",
		"--group", "-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--python", "--log", "--log-file", "--local-log",
		"--keyring-provider", "--proxy", "--retries", "--resume-retries", "--timeout", "--default-timeout", "--exists-action", "--trusted-host", "--cert",
		"--client-cert", "--cache-dir", "--use-feature", "--use-deprecated", "-d", "--dest", "--download", "--download-dir", "--download-directory",
		"-w", "--wheel-dir", "-b", "--build", "--build-dir", "--build-directory", "--build-constraint", "--requirements-from-script",
		"--uploaded-prior-to", "--all-releases", "--only-final", "--format", "--path", "--exclude",
	},
	PathFlags: []string{"-r", "--requirement", "-c", "--constraint", "-e", "--editable", "--build-constraint", "--requirements-from-script", "-f", "--find-links"},
	Manifests: []string{"requirements*.txt", "requirements/*.txt", "constraints*.txt", "pyproject.toml", "setup.py", "setup.cfg"},
	Locks:     []string{"pylock.toml", "pylock.*.toml"},
	Configs:   []string{"MANIFEST.in"},
	Caches:    []Cache{{Path: "~/.cache/pip", Holds: "downloads and wheels built from source", FilledBy: builds}},
	Moves:     []Move{{Path: "~/.cache/pip", By: []string{"$PIP_CACHE_DIR", "$XDG_CACHE_HOME/pip"}, Flag: "--cache-dir"}},

	NoCacheFlag:    "--no-cache-dir",
	NoCacheAliases: []string{"--no-cache"}, // optparse takes any unique beginning
	NoCacheVerbs:   []Verb{Install, Download, Build},
	NoCacheEnv:     pipNoCacheEnv,

	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.cache/pip"}, Empties: []string{"~/.cache/pip"}},
		{Command: []string{"pip", "cache", "purge"}, Empties: []string{"~/.cache/pip"}, Note: "pip 20.1 and later; it fails where the cache is disabled"},
	},
	Mounts: []Mount{{Target: "~/.cache/pip", Sharing: "shared", Note: "--no-cache-dir and PIP_NO_CACHE_DIR must go"}},
	Source: "https://pip.pypa.io/en/stable/topics/caching/, https://pip.pypa.io/en/stable/cli/pip_install/",
}

// Since pip 19.0 any truth value disables the cache, off and 0 too. Before, 1 and yes made pip
// crash, and off disabled it: github.com/pypa/pip/issues/2897, 5385 and 5735.
var pipNoCacheEnv = []string{
	"PIP_NO_CACHE_DIR=1", "PIP_NO_CACHE_DIR=true", "PIP_NO_CACHE_DIR=yes", "PIP_NO_CACHE_DIR=on", "PIP_NO_CACHE_DIR=t", "PIP_NO_CACHE_DIR=y",
	"PIP_NO_CACHE_DIR=0", "PIP_NO_CACHE_DIR=false", "PIP_NO_CACHE_DIR=no", "PIP_NO_CACHE_DIR=off", "PIP_NO_CACHE_DIR=f", "PIP_NO_CACHE_DIR=n",
}

// pipx makes pip do the work: its cache, and the variables that avoid it, are pip's.
var pipx = Manager{
	Name: "pipx", Ecosystem: "python", Programs: []string{"pipx"}, Modules: []string{"pipx"},
	Commands: []Command{
		{Words: "install|install-all", Verb: Install, Global: true},
		// The first word is the environment.
		{Words: "inject", Verb: Install, Global: true},
		{Words: "upgrade|upgrade-all|upgrade-shared|reinstall|reinstall-all", Verb: Upgrade},
		{Words: "uninstall|uninstall-all|uninject", Verb: Remove},
		{Words: "run", Verb: Run, Wraps: true},
		{Words: "ensurepath|list|environment|runpip|completions|interpreter|pin|unpin|help", Verb: Other},
	},
	Values:     []string{"--suffix", "--python", "--preinstall", "-i", "--index-url", "--pip-args", "--spec", "--include-deps-from"},
	Caches:     []Cache{{Path: "~/.cache/pip", Holds: "downloads and wheels built from source", FilledBy: builds}},
	Moves:      []Move{{Path: "~/.cache/pip", By: []string{"$PIP_CACHE_DIR", "$XDG_CACHE_HOME/pip"}}},
	NoCacheEnv: pipNoCacheEnv,
	CleanUps:   []CleanUp{{Command: []string{"rm", "-rf", "~/.cache/pip"}, Empties: []string{"~/.cache/pip"}}},
	Mounts:     []Mount{{Target: "~/.cache/pip", Sharing: "shared"}},
	Source:     "https://pipx.pypa.io/stable/reference/cli/",
}

const (
	poetryMetadata  = "~/.cache/pypoetry/cache"
	poetryArtifacts = "~/.cache/pypoetry/artifacts"
)

// --no-cache of poetry is no NoCacheFlag: it disables the metadata cache, and the artifacts are
// stored nevertheless (poetry 2.5.1, installation/executor.py). ~/.cache/pypoetry as a whole must stay:
// it holds the virtual environments too, unless virtualenvs.in-project or virtualenvs.path say otherwise.
var poetry = Manager{
	Name: "poetry", Ecosystem: "python", Programs: []string{"poetry"}, Modules: []string{"poetry"},
	Commands: []Command{
		{Words: "install|sync|add", With: [][]string{{"--dry-run"}}, Verb: Other},
		{Words: "install|sync", Verb: Install, Args: Nothing},
		{Words: "add", Verb: Install, Values: []string{"--python", "--platform", "--markers", "--source"}},
		{Words: "self add|install|sync", Verb: Install, Global: true, Values: []string{"--source"}},
		{Words: "update", Verb: Upgrade},
		{Words: "self update", Verb: Upgrade},
		{Words: "lock", Verb: Download, Args: Nothing},
		{Words: "remove", Verb: Remove},
		{Words: "self remove", Verb: Remove},
		{Words: "build", Verb: Build, Values: []string{"-f", "--format", "-l", "--local-version", "-o", "--output", "-c", "--config-settings"}},
		{Words: "run", Verb: Run, Wraps: true},
		// It empties one named repository's cache, and asks.
		{Words: "cache clear|list", Verb: Other},
		{Words: "export", Verb: Other, Values: []string{"-f", "--format", "-o", "--output"}},
		{Words: "config|env|show|check|version|about|init|new|publish|search|shell|source|plugin|self|debug|list|help|python", Verb: Other},
	},
	Values: []string{
		"-C", "--directory", "-P", "--project", "--without", "--with", "--only", "-E", "--extras", "-G", "--group",
	},
	PathFlags: []string{"-C", "--directory", "-P", "--project"},
	Manifests: []string{"pyproject.toml"}, Locks: []string{"poetry.lock"}, Configs: []string{"poetry.toml"},
	Caches: []Cache{
		{Path: poetryMetadata, Holds: "metadata of packages", FilledBy: builds},
		{Path: poetryArtifacts, Holds: "downloads and wheels built from source", FilledBy: builds},
	},
	Moves: []Move{{Path: "~/.cache/pypoetry", By: []string{"$POETRY_CACHE_DIR", "$XDG_CACHE_HOME/pypoetry"}}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", poetryMetadata, poetryArtifacts}, Empties: []string{poetryMetadata, poetryArtifacts}},
	},
	Mounts: []Mount{
		{Target: poetryMetadata, Sharing: "locked"},
		{Target: poetryArtifacts, Sharing: "locked"},
	},
	Source: "https://python-poetry.org/docs/configuration/, https://python-poetry.org/docs/cli/",
}

var pipenv = Manager{
	Name: "pipenv", Ecosystem: "python", Programs: []string{"pipenv"}, Modules: []string{"pipenv"},
	Commands: []Command{
		{Words: "install|upgrade", Verb: Install},
		{Words: "sync", Verb: Install, Args: Nothing},
		{Words: "update", Verb: Upgrade},
		{Words: "lock", Verb: Download, Args: Nothing},
		{Words: "uninstall|clean", Verb: Remove},
		{Words: "run", Verb: Run, Wraps: true},
		{Words: "check|audit|graph|open|shell|activate|scripts|verify|requirements|pylock|remove", Verb: Other},
		{With: [][]string{{"--clear"}}, Bare: true, Verb: Clean, Empties: []string{"~/.cache/pipenv", "~/.cache/pip"}},
	},
	Values: []string{
		"--pypi-mirror", "--python", "--extra-pip-args", "--resolver", "--categories", "--extras", "--config-settings",
		"-r", "--requirements", "-e", "--editable", "-i", "--index", "-c", "--code",
	},
	PathFlags: []string{"-r", "--requirements", "-e", "--editable"},
	Manifests: []string{"Pipfile"}, Locks: []string{"Pipfile.lock"},
	Caches: []Cache{
		{Path: "~/.cache/pipenv", Holds: "downloads, and hashes of packages", FilledBy: builds},
		{Path: "~/.cache/pip", Holds: "what pip, which it runs, keeps", FilledBy: builds},
	},
	Moves: []Move{
		{Path: "~/.cache/pipenv", By: []string{"$PIPENV_CACHE_DIR", "$XDG_CACHE_HOME/pipenv"}},
		{Path: "~/.cache/pip", By: []string{"$PIP_CACHE_DIR", "$XDG_CACHE_HOME/pip"}},
	},
	NoCacheEnv: pipNoCacheEnv,
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", "~/.cache/pipenv", "~/.cache/pip"}, Empties: []string{"~/.cache/pipenv", "~/.cache/pip"}},
		{Command: []string{"pipenv", "--clear"}, Empties: []string{"~/.cache/pipenv", "~/.cache/pip"}},
	},
	Mounts: []Mount{{Target: "~/.cache/pipenv", Sharing: "locked"}, {Target: "~/.cache/pip", Sharing: "shared"}},
	Source: "https://pipenv.pypa.io/en/latest/configuration.html, https://pipenv.pypa.io/en/latest/cli.html",
}

var pdm = Manager{
	Name: "pdm", Ecosystem: "python", Programs: []string{"pdm"}, Modules: []string{"pdm"},
	Commands: []Command{
		{Words: "install|sync|add", With: [][]string{{"--dry-run"}}, Verb: Other},
		{Words: "install|sync", Verb: Install, Args: Nothing},
		{Words: "add", Verb: Install, Values: []string{"-e", "--editable"}},
		{Words: "self|plugin add|update", Verb: Install, Global: true},
		{Words: "update", Verb: Upgrade},
		{Words: "lock", Verb: Download, Args: Nothing},
		{Words: "remove", Verb: Remove},
		{Words: "self remove", Verb: Remove},
		{Words: "build", Verb: Build, Values: []string{"-d", "--dest"}},
		{Words: "run", Verb: Run, Wraps: true, Values: []string{"--env-file", "--working-dir"}},
		{Words: "cache clear", Bare: true, Verb: Clean, Empties: []string{"~/.cache/pdm"}},
		{Words: "cache clear|info|list|remove", Verb: Other},
		{Words: "config|completion|export|fix|import|info|init|list|new|outdated|publish|py|python|search|self|show|use|venv", Verb: Other},
	},
	Values: []string{
		"-p", "--project", "-L", "--lockfile", "--override", "-k", "--skip", "-G", "--group", "--with", "--without", "--config-setting",
		"--venv", "--exclude-newer", "-S", "--strategy", "--python", "--platform", "--implementation", "-o", "--output",
	},
	GlobalValues: []string{"-c", "--config"},
	PathFlags:    []string{"-p", "--project", "-L", "--lockfile", "-e", "--editable"},
	Manifests:    []string{"pyproject.toml"}, Locks: []string{"pdm.lock"}, Configs: []string{"pdm.toml", ".pdm-python"},
	Caches: []Cache{{
		Path: "~/.cache/pdm", Holds: "downloads and wheels built from source", FilledBy: builds,
		Caveat: "with install.cache on, environments link to it",
	}},
	Moves:       []Move{{Path: "~/.cache/pdm", By: []string{"$PDM_CACHE_DIR", "$XDG_CACHE_HOME/pdm"}}},
	NoCacheFlag: "--no-cache", NoCacheFirst: true, NoCacheSince: "2.13", NoCacheVerbs: []Verb{Install, Upgrade, Download},
	NoCacheEnv: []string{"PDM_NO_CACHE=1"},
	CleanUps: []CleanUp{
		{Command: []string{"pdm", "cache", "clear"}, Empties: []string{"~/.cache/pdm"}, Note: "not with install.cache on"},
		{Command: []string{"rm", "-rf", "~/.cache/pdm"}, Empties: []string{"~/.cache/pdm"}, Note: "not with install.cache on"},
	},
	Mounts: []Mount{{Target: "~/.cache/pdm", Sharing: "shared"}},
	Source: "https://pdm-project.org/en/latest/reference/cli/, https://pdm-project.org/en/latest/reference/configuration/",
}
