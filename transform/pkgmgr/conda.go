package pkgmgr

// The packages folder is below the root prefix; /opt/conda is that of the official images.
// Environments hard-link into it, so that within one layer only what no environment has is saved.
const condaPackages = "/opt/conda/pkgs"

var condaCommands = []Command{
	{Words: "install|create|update|upgrade|remove|uninstall", With: [][]string{{"-d", "--dry-run"}}, Verb: Other},
	{Words: "install", Verb: Install},
	{Words: "create", Verb: Install},
	{Words: "update|upgrade", Verb: Upgrade},
	{Words: "env create", Verb: Install, Args: Nothing, Values: []string{"-f"}},
	{Words: "env update", Verb: Upgrade, Args: Nothing, Values: []string{"-f"}},
	{Words: "env remove", Verb: Remove, Args: Nothing},
	{Words: "env list|export|config", Verb: Other},
	{Words: "remove|uninstall", Verb: Remove},
	{Words: "clean", With: [][]string{{"-a", "--all"}}, Verb: Clean, Empties: []string{condaPackages}},
	{Words: "clean", With: [][]string{{"-f", "--force-pkgs-dirs"}}, Verb: Clean, Empties: []string{condaPackages}},
	{Words: "clean", With: [][]string{{"-t", "--tarballs"}, {"-p", "--packages"}}, Verb: Clean, Empties: []string{condaPackages}},
	{Words: "clean", Verb: Other},
	{Words: "build", Verb: Build},
	{Words: "run", Verb: Run, Wraps: true, Values: []string{"--cwd", "-e"}},
	{
		Words: "activate|deactivate|config|info|init|list|search|package|compare|notices|rename|doctor|content-trust|export|" +
			"commands|shell|repoquery|help",
		Verb: Other,
	},
}

var condaValues = []string{
	"-n", "--name", "-p", "--prefix", "-c", "--channel", "--file", "--revision", "--solver", "--experimental", "--repodata-fn", "--subdir", "--platform",
	"--download-threads", "--console", "--format", "--clone", "--default-channel", "--rc-file", "-r", "--root-prefix", "--category",
}

var condaCaches = []Cache{{
	Path: condaPackages, Holds: "downloaded archives, unpacked packages and the index", FilledBy: installs,
	Caveat: "where environments link to it by symbolic links (allow_softlinks, another file system), they are lost with it",
}}

var condaMounts = []Mount{{Target: condaPackages, Sharing: "locked", Note: "only where the root prefix is known; packages are then copied instead of hard-linked"}}

const condaSource = "https://docs.conda.io/projects/conda/en/stable/commands/clean.html"

var conda = Manager{
	Name: "conda", Ecosystem: "conda", Programs: []string{"conda"}, Modules: []string{"conda"},
	Commands: condaCommands, Values: condaValues, PathFlags: []string{"-f", "--file"},
	Manifests: []string{"environment*.yml", "environment*.yaml"}, Locks: []string{"conda-lock.yml", "conda-*.lock"}, Configs: []string{".condarc"},
	Caches: condaCaches, Moves: []Move{{Path: condaPackages, By: []string{"$CONDA_PKGS_DIRS"}}},
	CleanUps: []CleanUp{{Command: []string{"conda", "clean", "-afy"}, Empties: []string{condaPackages}}},
	Mounts:   condaMounts, Source: condaSource,
}

var mamba = Manager{
	Name: "mamba", Ecosystem: "conda", Programs: []string{"mamba"},
	Commands: condaCommands, Values: condaValues, PathFlags: []string{"-f", "--file"},
	Manifests: []string{"environment*.yml", "environment*.yaml"}, Locks: []string{"conda-lock.yml", "conda-*.lock"}, Configs: []string{".condarc", ".mambarc"},
	Caches: condaCaches, Moves: []Move{{Path: condaPackages, By: []string{"$CONDA_PKGS_DIRS", "$MAMBA_ROOT_PREFIX/pkgs"}}},
	CleanUps: []CleanUp{{Command: []string{"mamba", "clean", "-afy"}, Empties: []string{condaPackages}}},
	Mounts:   condaMounts, Source: "https://mamba.readthedocs.io/en/latest/user_guide/mamba.html, " + condaSource,
}

var micromamba = Manager{
	Name: "micromamba", Ecosystem: "conda", Programs: []string{"micromamba"},
	Commands: condaCommands,
	Values: []string{
		"-n", "--name", "-p", "--prefix", "-c", "--channel", "-f", "--file", "-r", "--root-prefix", "--rc-file", "--platform", "--channel-priority", "--category",
		"--repodata-ttl", "--retry-clean-cache", "--cacert-path", "--log-level", "--download-threads", "--extract-threads",
	},
	PathFlags: []string{"-f", "--file"},
	Manifests: []string{"environment*.yml", "environment*.yaml"}, Locks: []string{"conda-lock.yml", "conda-*.lock"}, Configs: []string{".condarc", ".mambarc"},
	Caches: condaCaches, Moves: []Move{{Path: condaPackages, By: []string{"$CONDA_PKGS_DIRS", "$MAMBA_ROOT_PREFIX/pkgs"}}},
	CleanUps: []CleanUp{{Command: []string{"micromamba", "clean", "--all", "--yes"}, Empties: []string{condaPackages}}},
	Mounts:   condaMounts, Source: "https://micromamba-docker.readthedocs.io/en/latest/quick_start.html",
}
