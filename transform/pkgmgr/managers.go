package pkgmgr

// Managers are all rows.
var Managers = []*Manager{
	&aptGet, &apt, &aptitude,
	&apk,
	&dnf, &yum, &microdnf, &tdnf, &zypper,
	&pacman,
	&pip, &pipx, &uv, &poetry, &pipenv, &pdm,
	&conda, &mamba, &micromamba,
	&npm, &yarn, &yarnBerry, &pnpm, &bun,
	&gem, &bundler,
	&composer, &pecl,
	&golang,
	&cargo,
	&maven, &gradle, &sbt,
	&dotnet, &nuget,
	&rlang, &littler,
	&cpan, &cpanm,
	&luarocks,
	&mix, &rebar,
	&swift,
	&opam,
	&cabal, &stack,
}

// Verbs after which caches are fuller.
var (
	installs = []Verb{Install, Upgrade}
	fetches  = []Verb{Install, Upgrade, Download}
	indexes  = []Verb{Update, Install, Upgrade}
	builds   = []Verb{Install, Upgrade, Download, Build}
	runsToo  = []Verb{Install, Upgrade, Download, Build, Run}
)
