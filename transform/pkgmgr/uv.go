package pkgmgr

var uvPipValues = []string{
	"-r", "--requirement", "--requirements", "-e", "--editable", "-c", "--constraint", "--constraints", "--override", "--overrides", "--excludes",
	"-b", "--build-constraint", "--build-constraints", "-t", "--target", "--prefix", "--no-binary", "--only-binary", "--python-version",
	"--cert", "-o", "--output-file", "--format", "--annotation-style", "--custom-compile-command",
}

var uvAddValues = []string{
	"-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "-m", "--marker", "--optional", "--bounds", "--rev", "--tag", "--branch",
}

var uvToolValues = []string{
	"-w", "--with", "--with-requirements", "--with-editable", "--with-executables-from", "--from", "-c", "--constraint", "--constraints",
	"--override", "--overrides", "--excludes", "-b", "--build-constraint", "--build-constraints",
}

// uv hard-links, clones or copies from its cache into environments, unless UV_LINK_MODE=symlink:
// then the environment is lost with the cache.
var uv = Manager{
	Name: "uv", Ecosystem: "python", Programs: []string{"uv"}, Modules: []string{"uv"}, Runners: []string{"uvx"},
	Commands: []Command{
		{Words: "pip install", With: [][]string{{"--dry-run"}}, Verb: Other, Values: uvPipValues},
		{Words: "pip install", Verb: Install, Values: uvPipValues},
		// The words are requirements files.
		{Words: "pip sync", Verb: Install, Args: Nothing, Values: uvPipValues},
		{Words: "pip compile", Verb: Download, Args: Nothing, Values: uvPipValues},
		{Words: "pip uninstall", Verb: Remove, Values: uvPipValues},
		{Words: "pip freeze|list|show|check|tree|debug", Verb: Other},
		{Words: "sync", Verb: Install, Args: Nothing},
		{Words: "add", Verb: Install, Values: uvAddValues},
		{Words: "tool install", Verb: Install, Global: true, Values: uvToolValues},
		{Words: "tool upgrade", Verb: Upgrade, Values: uvToolValues},
		{Words: "tool uninstall", Verb: Remove},
		{Words: "tool run", Verb: Run, Wraps: true, Values: uvToolValues},
		{Words: "tool list|dir|update-shell", Verb: Other},
		{Words: "python install|upgrade", Verb: Install, Args: Nothing, Values: []string{"-i", "--install-dir", "--mirror", "--pypy-mirror"}},
		{Words: "python uninstall", Verb: Remove, Args: Nothing},
		{Words: "python list|find|pin|dir|update-shell", Verb: Other},
		{Words: "lock", Verb: Download, Args: Nothing, Values: []string{"--script"}},
		{Words: "export", Verb: Download, Args: Nothing, Values: []string{"--format", "-o", "--output-file", "--prune", "--no-emit-package"}},
		{Words: "remove", Verb: Remove},
		{Words: "build", Verb: Build, Values: []string{"-o", "--out-dir", "-b", "--build-constraint", "--build-constraints"}},
		{Words: "run", Verb: Run, Wraps: true, Values: []string{"-w", "--with", "--with-editable", "--with-requirements", "--env-file", "-m", "--module"}},
		{Words: "venv", Verb: Other, Values: []string{"--prompt"}},
		{Words: "cache clean", Bare: true, Verb: Clean, Empties: []string{"~/.cache/uv"}},
		// prune removes what is out of date, with --ci also the wheels that were downloaded; a clean
		// of named packages is no clean either.
		{Words: "cache clean|prune|dir|size", Verb: Other},
		{Words: "init|tree|version|publish|self|help|generate-shell-completion|auth|format", Verb: Other},
	},
	Values: []string{
		"--cache-dir", "-p", "--python", "--color", "--allow-insecure-host", "--directory", "--project", "--config-file", "--script", "--package",
		"--index", "--default-index", "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--index-strategy", "--keyring-provider",
		"-P", "--upgrade-package", "--upgrade-group", "--resolution", "--prerelease", "--prerelease-package", "--fork-strategy", "--exclude-newer",
		"--exclude-newer-package",
		"--no-sources-package", "--reinstall-package", "--refresh-package", "--link-mode", "-C", "--config-setting", "--config-settings-package",
		"--no-build-isolation-package", "--no-build-package", "--no-binary-package", "--no-editable-package", "--no-install-package", "--python-platform",
		"--torch-backend",
		"--extra", "--no-extra", "--group", "--no-group", "--only-group", "--output-format",
	},
	GlobalValues: uvToolValues, // of uvx
	PathFlags: []string{
		"-r", "--requirement", "--requirements", "-e", "--editable", "-c", "--constraint", "--constraints", "--override", "--overrides",
		"-b", "--build-constraint", "--build-constraints", "--directory", "--project", "--config-file", "--with-requirements", "--with-editable", "--script",
	},
	Manifests: []string{"pyproject.toml", "requirements*.txt", "requirements/*.txt", "constraints*.txt", "setup.py", "setup.cfg"},
	Locks:     []string{"uv.lock", "pylock.toml", "pylock.*.toml"}, Configs: []string{"uv.toml", ".python-version"},
	Caches: []Cache{{
		Path: "~/.cache/uv", Holds: "downloads, unpacked packages and wheels built from source", FilledBy: builds,
		Caveat: "with UV_LINK_MODE=symlink or --link-mode symlink environments link to it",
	}},
	Moves: []Move{{Path: "~/.cache/uv", By: []string{"$UV_CACHE_DIR", "$XDG_CACHE_HOME/uv"}, Flag: "--cache-dir"}},

	NoCacheFlag: "--no-cache", NoCacheAliases: []string{"-n", "--no-cache-dir"},
	NoCacheVerbs: []Verb{Install, Upgrade, Download, Build, Run},
	NoCacheEnv:   []string{"UV_NO_CACHE=1", "UV_NO_CACHE=true"},

	CleanUps: []CleanUp{
		{Command: []string{"uv", "cache", "clean"}, Empties: []string{"~/.cache/uv"}, Note: "not with the link mode symlink"},
		{Command: []string{"rm", "-rf", "~/.cache/uv"}, Empties: []string{"~/.cache/uv"}, Note: "not with the link mode symlink"},
	},
	Mounts: []Mount{{Target: "~/.cache/uv", Sharing: "shared", Note: "UV_LINK_MODE=copy silences the warning that hard links are not possible"}},
	Source: "https://docs.astral.sh/uv/concepts/cache/, https://docs.astral.sh/uv/reference/cli/, https://docs.astral.sh/uv/guides/integration/docker/",
}
