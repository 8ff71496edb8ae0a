package pkgmgr

const (
	rDownloads = "/tmp/downloaded_packages"
	rPak       = "~/.cache/R/pkgcache"
	rRenv      = "~/.cache/R/renv"
)

// rlang is R itself: installs are calls in a program text. What install.packages downloads goes to
// the session's own temporary folder, which R removes.
var rlang = Manager{
	Name: "r", Ecosystem: "r", Programs: []string{"R", "Rscript"},
	Commands: []Command{
		{Words: "CMD INSTALL", Verb: Install},
		{Words: "CMD REMOVE", Verb: Remove},
		{Words: "CMD build|check|SHLIB", Verb: Build},
		{Words: "CMD BATCH", Verb: Run},
		{Words: "CMD javareconf|config|Rd2pdf|Rdconv", Verb: Other},
	},
	Expressions: []Expression{
		{"renv::restore(", Install},
		{"renv::install(", Install},
		{"install.packages(", Install},
		{"BiocManager::install(", Install},
		{"biocLite(", Install},
		{"install_github(", Install},
		{"install_version(", Install},
		{"install_cran(", Install},
		{"install_url(", Install},
		{"install_git(", Install},
		{"install_gitlab(", Install},
		{"install_bitbucket(", Install},
		{"install_local(", Install},
		{"install_bioc(", Install},
		{"install_deps(", Install},
		{"devtools::install(", Install},
		{"remotes::install_", Install},
		{"pak::pkg_install(", Install},
		{"pak::pak(", Install},
		{"pkg_install(", Install},
		{"update.packages(", Upgrade},
		{"remove.packages(", Remove},
	},
	Values:    []string{"-e", "-f", "--file", "-l", "--library", "-g", "--gui", "-d", "--debugger", "--configure-args", "--configure-vars"},
	Manifests: []string{"DESCRIPTION", "packages.R", "install.R", "requirements.R"}, Locks: []string{"renv.lock", "pkg.lock"},
	Configs: []string{".Rprofile", "renv/activate.R", "renv/settings.json"},
	Caches: []Cache{
		{Path: rPak, Holds: "downloads and metadata of pak", FilledBy: installs},
		{
			Path: rRenv, Holds: "packages of renv, linked into the library of the project", FilledBy: installs, Loss: LosesInputs,
			Caveat: "unless RENV_CONFIG_CACHE_SYMLINKS or RENV_CONFIG_CACHE_ENABLED is FALSE",
		},
	},
	Moves: []Move{
		{Path: rPak, By: []string{"$R_PKG_CACHE_DIR", "$R_USER_CACHE_DIR/R/pkgcache", "$XDG_CACHE_HOME/R/pkgcache"}},
		{Path: rRenv, By: []string{"$RENV_PATHS_ROOT", "$R_USER_CACHE_DIR/R/renv", "$XDG_CACHE_HOME/R/renv"}},
	},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", rPak}, Empties: []string{rPak}},
		{Command: []string{"rm", "-rf", rRenv}, Empties: []string{rRenv}, Loss: LosesInputs},
	},
	Mounts: []Mount{
		{Target: rPak, Sharing: "locked"},
		{Target: rRenv, Sharing: "locked", Note: "only with RENV_CONFIG_CACHE_SYMLINKS=FALSE"},
	},
	Source: "https://cran.r-project.org/doc/manuals/r-release/R-admin.html, https://rstudio.github.io/renv/articles/docker.html, https://r-lib.github.io/pkgcache/",
}

// littler's scripts, which the rocker images have, install the packages that they are given.
var littler = Manager{
	Name: "littler", Ecosystem: "r", Programs: []string{"install2.r", "install.r", "installGithub.r", "installBioc.r", "installRub.r", "installSpark.r"},
	Commands: []Command{{Verb: Install, Args: Names}},
	Values:   []string{"-r", "--repos", "-l", "--libloc", "-n", "--ncpus", "-m", "--method", "-d", "--deps", "-t", "--type"},
	Caches:   []Cache{{Path: rDownloads, Holds: "downloaded packages", FilledBy: installs}},
	CleanUps: []CleanUp{{Command: []string{"rm", "-rf", rDownloads}, Empties: []string{rDownloads}}},
	Source:   "https://github.com/eddelbuettel/littler (inst/examples/install2.r), https://github.com/rocker-org/rocker-versioned2 (scripts)",
}
