package pkgmgr

const hexPackages = "~/.hex/packages"

// mix runs tasks; hex, which it installs itself (mix local.hex), keeps the archives that it downloads and unpacks them into deps/.
// ~/.mix holds hex and rebar, which later tasks need, and ~/.hex the keys of repositories.
var mix = Manager{
	Name: "mix", Ecosystem: "beam", Programs: []string{"mix"}, Goals: true, Fallback: Run,
	Commands: []Command{
		{Words: "deps.get", Verb: Download},
		{Words: "local.hex|local.rebar|local.phx|archive.install|escript.install", Verb: Install},
		{Words: "deps.update", Verb: Upgrade},
		{Words: "compile|deps.compile|release|distillery.release|escript.build|test|assets.deploy|phx.digest|docs|dialyzer|credo", Verb: Build},
		{Words: "do|+|deps.clean|deps.unlock|hex.config|hex.info|hex.repo|hex.organization|new|format|help|clean", Verb: Other},
	},
	Values:    []string{"--only", "--target", "--sha512", "--timeout", "--archives-path"},
	Manifests: []string{"mix.exs", "apps/*/mix.exs"}, Locks: []string{"mix.lock"}, Configs: []string{"config/config.exs", "config/prod.exs", "config/runtime.exs", ".tool-versions"},
	Caches: []Cache{
		{Path: hexPackages, Holds: "downloaded packages", FilledBy: []Verb{Download, Upgrade}},
	},
	Moves: []Move{{Path: "~/.hex", By: []string{"$HEX_HOME"}}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", hexPackages}, Empties: []string{hexPackages}},
	},
	Mounts: []Mount{{Target: hexPackages, Sharing: "locked"}},
	Source: "https://hexdocs.pm/hex/Mix.Tasks.Hex.Config.html, https://hexdocs.pm/mix/Mix.html, Hex.SCM.cache_path at github.com/hexpm/hex",
}

const rebarPackages = "~/.cache/rebar3/hex"

// rebar3 fetches packages into _build. ~/.cache/rebar3 also holds plugins and, after rebar3 local install, rebar3 itself.
var rebar = Manager{
	Name: "rebar3", Ecosystem: "beam", Programs: []string{"rebar3"},
	Commands: []Command{
		{Words: "get-deps", Verb: Download},
		{Words: "as * get-deps", Verb: Download},
		{Words: "compile", With: [][]string{{"-d", "--deps_only"}}, Verb: Install, Args: Nothing},
		{Words: "as * compile", With: [][]string{{"-d", "--deps_only"}}, Verb: Install, Args: Nothing},
		{Words: "compile|release|tar|escriptize|ct|eunit|proper|dialyzer|xref|edoc|do", Verb: Build},
		{Words: "as * compile|release|tar|escriptize|ct|eunit|proper|dialyzer|xref|edoc|do", Verb: Build},
		{Words: "upgrade", Verb: Upgrade},
		{Words: "update", Verb: Update},
		{Words: "clean|deps|tree|unlock|version|help|new|path|lock", Verb: Other},
	},
	Manifests: []string{"rebar.config", "rebar.config.script", "apps/*/rebar.config", "lib/*/rebar.config"}, Locks: []string{"rebar.lock"},
	Configs: []string{"src/*.app.src", "apps/*/src/*.app.src", "lib/*/src/*.app.src"},
	Caches:  []Cache{{Path: rebarPackages, Holds: "downloaded packages and the index", FilledBy: []Verb{Update, Install, Upgrade, Download, Build}}},
	Moves:   []Move{{Path: "~/.cache/rebar3", By: []string{"$REBAR_CACHE_DIR", "$XDG_CACHE_HOME/rebar3"}}},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", rebarPackages}, Empties: []string{rebarPackages}},
	},
	Mounts: []Mount{{Target: rebarPackages, Sharing: "locked"}},
	Source: "https://rebar3.org/docs/commands/, https://rebar3.org/docs/configuration/dependencies/, https://rebar3.org/docs/getting-started/",
}
