package pkgmgr

const hexPackages = "~/.hex/packages"

// mix runs tasks; hex, which it installs itself (mix local.hex), fetches the packages into deps/.
// ~/.mix holds hex and rebar, which later tasks need.
var mix = Manager{
	Name: "mix", Ecosystem: "beam", Programs: []string{"mix"}, Goals: true, Fallback: Run,
	Commands: []Command{
		{Words: "deps.get", Verb: Install},
		{Words: "local.hex|local.rebar|local.phx|archive.install|escript.install", Verb: Install},
		{Words: "deps.update", Verb: Upgrade},
		{Words: "compile|deps.compile|release|distillery.release|escript.build|test|assets.deploy|phx.digest|docs|dialyzer|credo", Verb: Build},
		{Words: "do|+|deps.clean|deps.unlock|hex.config|hex.info|hex.repo|hex.organization|new|format|help|clean", Verb: Other},
	},
	Values:    []string{"--only", "--target", "--sha512", "--timeout", "--archives-path"},
	Manifests: []string{"mix.exs", "apps/*/mix.exs"}, Locks: []string{"mix.lock"}, Configs: []string{"config/config.exs", "config/prod.exs", "config/runtime.exs", ".tool-versions"},
	Caches: []Cache{
		{Path: hexPackages, Holds: "downloaded packages", FilledBy: []Verb{Install, Upgrade}},
		{Path: "~/.cache/rebar3", Holds: "packages and plugins of rebar3", FilledBy: builds},
	},
	Moves: []Move{
		{Path: "~/.hex", By: []string{"$HEX_HOME"}},
		{Path: "~/.cache/rebar3", By: []string{"$REBAR_CACHE_DIR", "$XDG_CACHE_HOME/rebar3"}},
	},
	CleanUps: []CleanUp{
		{Command: []string{"rm", "-rf", hexPackages}, Empties: []string{hexPackages}},
		{Command: []string{"rm", "-rf", "~/.cache/rebar3"}, Empties: []string{"~/.cache/rebar3"}},
	},
	Mounts: []Mount{{Target: hexPackages, Sharing: "locked"}, {Target: "~/.cache/rebar3", Sharing: "locked"}},
	Source: "https://hexdocs.pm/hex/Mix.Tasks.Hex.Config.html, https://hexdocs.pm/mix/Mix.html, https://rebar3.org/docs/configuration/",
}
