package beam_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/beam"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const phoenix = `
-- mix.exs --
defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [
      app: :shop,
      version: File.read!("VERSION"),
      dialyzer: [plt_file: {:no_warn, "priv/plts/dialyzer.plt"}],
      deps: deps()
    ]
  end

  defp deps do
    [
      {:phoenix, "~> 1.7.12"},
      # {:old, path: "../old"},
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false},
      {:pricing, path: "pricing"},
      {:plug, github: "elixir-plug/plug"}
    ]
  end
end
-- mix.lock --
%{
  "credo": {:hex, :credo, "1.7.6", "b8f1", [:mix], [], "hexpm", "146f"},
  "mime": {:hex, :mime, "2.0.5", "dc34", [:mix], [], "hexpm", "da0d"},
  "phoenix": {:hex, :phoenix, "1.7.12", "1cc5", [:mix], [], "hexpm", "d646"},
  "plug": {:git, "https://github.com/elixir-plug/plug.git", "aaaa", []},
}
-- VERSION --
-- pricing/mix.exs --
defmodule Pricing.MixProject do
  defp deps, do: [{:shop, path: ".."}]
end
-- pricing/lib/pricing.ex --
-- config/config.exs --
import Config
config :shop, secret: System.get_env("SECRET")
import_config "#{config_env()}.exs"
-- config/dev.exs --
import Config
-- config/prod.exs --
import Config
-- config/runtime.exs --
import Config
-- lib/shop.ex --
`

const umbrella = `
-- mix.exs --
  [apps_path: "apps", deps: []]
-- mix.lock --
-- config/config.exs --
import_config "../apps/*/config/config.exs"
-- apps/web/mix.exs --
  [build_path: "../../_build", config_path: "../../config/config.exs", lockfile: "../../mix.lock", deps_path: "../../deps",
   deps: [{:store, in_umbrella: true}]]
-- apps/web/config/config.exs --
import Config
-- apps/store/mix.exs --
-- apps/README.md --
`

const cowboy = `
-- rebar.config --
{erl_opts, [debug_info]}.
{deps, [
  {cowboy, "2.10.0"},
  {jiffy, {git, "https://github.com/davisp/jiffy.git", {tag, "1.1.1"}}}
]}.
{relx, [{release, {chat, "1.0"}, [chat]}]}.
-- rebar.lock --
{"1.2.0",
[{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.10.0">>},0},
 {<<"cowlib">>,{pkg,<<"cowlib">>,<<"2.12.1">>},1},
 {<<"jiffy">>,{git,"https://github.com/davisp/jiffy.git",{ref,"abc"}},0}]}.
-- apps/chat/src/chat.app.src --
{application, chat, []}.
-- apps/chat/rebar.config --
-- apps/chat/src/chat.erl --
`

func mixWith(line string) string { return "-- mix.exs --\n[\n" + line + "\n]\n" }

func TestInputs(t *testing.T) {
	const get = "mix deps.get"
	manifesttest.Run(t, []manifesttest.Case{
		{
			Name: "Phoenix", Context: phoenix, Command: "mix deps.get --only prod", Env: []string{"MIX_ENV=prod"},
			Files: "VERSION config/config.exs config/prod.exs mix.exs mix.lock pricing/mix.exs",
		},
		{Name: "the development environment", Context: phoenix, Command: get, Files: "VERSION config/config.exs config/dev.exs mix.exs mix.lock pricing/mix.exs"},
		{Name: "compiled, too", Context: strings.Replace(phoenix, `{:pricing, path: "pricing"},`, "", 1), Command: "mix do deps.get, deps.compile", Files: "VERSION config/config.exs config/dev.exs mix.exs mix.lock"},
		{Name: "an umbrella", Context: umbrella, Command: get, Files: "apps/store/mix.exs apps/web/config/config.exs apps/web/mix.exs config/config.exs mix.exs mix.lock"},
		{Name: "an application of an umbrella", Context: umbrella, Dir: "apps/web", Command: get, Files: "apps/store/mix.exs apps/web/config/config.exs apps/web/mix.exs config/config.exs mix.lock"},
		{
			Name: "folders on one line", Context: mixWith(`{:b, path: "b"}, {:a, only: :test, path: "a"}`) + "-- a/mix.exs --\n-- b/mix.exs --\n", Command: get, Files: "a/mix.exs b/mix.exs mix.exs",
		},
		{Name: "Hex itself", Context: phoenix, Command: "mix do local.hex --force, local.rebar --force"},
		{Name: "an archive", Context: phoenix, Command: "mix archive.install hex phx_new 1.7.12 --force"},
		{Name: "rebar3", Context: cowboy, Command: "rebar3 get-deps", Files: "apps/chat/rebar.config apps/chat/src/chat.app.src rebar.config rebar.lock"},
		{Name: "rebar3 compiles dependencies", Context: cowboy, Command: "rebar3 compile --deps_only", Files: "apps/chat/rebar.config apps/chat/src/chat.app.src rebar.config rebar.lock"},

		{Name: "a profile of rebar3", Context: cowboy, Command: "rebar3 as prod get-deps", Files: "apps/chat/rebar.config apps/chat/src/chat.app.src rebar.config rebar.lock"},

		{Name: "a version from git", Context: mixWith(`version: System.cmd("git", ["describe"]) |> elem(0)`), Command: get, Refusal: `mix.exs:2: "System.cmd": what it reads cannot be told`},
		{Name: "another task by that name", Context: mixWith(`"deps.get": ["deps.get", "assets.setup"]`), Command: get, Refusal: `mix.exs:2: "\"deps.get\":": what it reads cannot be told`},
		{Name: "a file that is not there", Context: mixWith(`version: File.read!("VERSION")`), Command: get, Refusal: "mix.exs:2: VERSION is not in the context"},
		{Name: "a folder by a variable", Context: mixWith(`{:a, path: System.get_env("A")}`), Command: get, Refusal: `mix.exs:2: "{:a, path: System.get_env(\"A\")}": what it names cannot be told`},
		{Name: "a folder in another form", Context: mixWith(`{:a, [{:path, "a"}]}`) + "-- a/mix.exs --\n", Command: get, Refusal: `mix.exs:2: "{:a, [{:path, \"a\"}]}": what it names cannot be told`},
		{Name: "a folder by a quoted key", Context: mixWith(`{:a, "path": "a"}`) + "-- a/mix.exs --\n", Command: get, Refusal: `mix.exs:2: "{:a, \"path\": \"a\"}": what it names cannot be told`},
		{Name: "applications by a list", Context: mixWith(`Enum.map(~w(a b)a, &{&1, in_umbrella: true})`), Dir: ".", Command: get, Refusal: `mix.exs:2: "Enum.map(~w(a b)a, &{&1, in_umbrella: true})": what it names cannot be told`},
		{
			Name: "applications by a list, all of which are read", Context: "-- mix.exs --\n[apps_path: \"apps\"]\n-- apps/b/mix.exs --\n-- apps/c/mix.exs --\nEnum.map(~w(a b)a, &{&1, in_umbrella: true})\n", Command: get,
			Files: "apps/b/mix.exs apps/c/mix.exs mix.exs",
		},
		{Name: "a folder outside", Context: mixWith(`{:a, path: "../a"}`), Command: get, Refusal: "mix.exs:2: ../a is outside the context"},
		{Name: "a configuration that is not there", Context: phoenix, Command: get, Env: []string{"MIX_ENV=staging"}, Refusal: "config/config.exs:3: staging.exs is not in the context"},
		{Name: "a computed configuration", Context: mixWith("") + "-- config/config.exs --\nfor f <- files, do: import_config f\n", Command: get, Refusal: `config/config.exs:1: "for f <- files, do: import_config f": what it imports cannot be told`},
		{Name: "a configuration that reads", Context: mixWith("") + "-- config/config.exs --\nconfig :a, key: File.read!(path)\n", Command: get, Refusal: `config/config.exs:1: "File.": what it reads cannot be told`},
		{Name: "folders are compiled", Context: phoenix, Command: "mix do deps.get + deps.compile", Refusal: "deps.compile compiles dependencies that are part of the project"},
		{Name: "the applications of an umbrella are compiled", Context: umbrella, Command: "mix do deps.get + deps.compile", Refusal: "deps.compile compiles dependencies that are part of the project"},
		{Name: "dependencies of the other machine", Context: mixWith("") + "-- deps/plug/mix.exs --\n", Command: get, Refusal: "deps: dependencies are fetched in the context; they have to be in .dockerignore, since a later copy puts them over the image's own"},
		{Name: "the source is compiled", Context: phoenix, Command: "mix do deps.get, compile", Refusal: "the task reads the source, or changes mix.lock, which a later copy would put back"},
		{Name: "no project", Context: "-- lib/a.ex --\n", Command: get, Refusal: "mix.exs: file does not exist"},
		{Name: "settings that are computed", Context: cowboy + "-- rebar.config.script --\n", Command: "rebar3 get-deps", Refusal: "rebar.config.script: the script computes the settings, and what it reads cannot be told"},
		{Name: "what another machine has compiled", Context: cowboy + "-- _build/default/lib/x --\n", Command: "rebar3 get-deps", Refusal: "_build: dependencies are fetched in the context; they have to be in .dockerignore, since a later copy puts them over the image's own"},
		{Name: "dependencies beside the project", Context: cowboy + "-- _checkouts/cowboy/rebar.config --\n", Command: "rebar3 get-deps", Refusal: "_checkouts: rebar3 compiles what is in it, which is developed along with the project, in place of what it would fetch"},
		{Name: "hooks", Context: cowboy + "-- lib/x/rebar.config --\n{pre_hooks, [{compile, \"make\"}]}.\n", Command: "rebar3 get-deps", Refusal: `lib/x/rebar.config:1: "pre_hooks": what it reads cannot be told`},
		{Name: "rebar3 compiles", Context: cowboy, Command: "rebar3 as prod release", Refusal: "rebar3 compiles the source in the same step as it fetches the dependencies"},
	}, beam.Inputs)
}

func TestDependencies(t *testing.T) {
	for _, c := range []struct {
		context string
		want    []string
	}{
		{phoenix, []string{
			"phoenix 1.7.12 [~> 1.7.12]  15", "credo 1.7.6 [~> 1.7] dev 17", "pricing  [] pricing 18", "plug  [] elixir-plug/plug 19", "mime 2.0.5 [] transitive 3",
		}},
		{cowboy, []string{"cowboy 2.10.0 [2.10.0]  3", "jiffy  [] https://github.com/davisp/jiffy.git 4", "cowlib 2.12.1 [] transitive 3"}},
	} {
		all, err := beam.Dependencies(manifesttest.Context(c.context), ".")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range all {
			group := d.Group + d.Git + d.Path
			if d.Transitive {
				group = "transitive"
			}
			got = append(got, fmt.Sprintf("%s %s [%s] %s %d", d.Name, d.Version, d.Constraint, group, d.Source.Line))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func FuzzMix(f *testing.F) {
	f.Add("{:a, path: \".\"}\napps_path: \"a\"", "import_config \"*.exs\"")
	f.Add("{:b, in_umbrella: true}\nconfig_path: \"mix.exs\"", "import_config \"#{Mix.env}.exs\"")
	f.Fuzz(func(t *testing.T, mix, config string) {
		fsys := fstest.MapFS{"mix.exs": {Data: []byte(mix)}, "config/config.exs": {Data: []byte(config)}, "a/b/mix.exs": {Data: []byte(mix)}, "mix.lock": {Data: []byte(config)}}
		in, err := beam.Inputs(fsys, manifest.Install{Argv: []string{"mix", "deps.get"}, Dir: ".", Getenv: func(string) string { return "" }})
		if err == nil && in.Refusal == "" && len(in.Files) == 0 {
			t.Error("mix.exs is not among the files")
		}
		beam.Dependencies(fsys, ".")
	})
}

func FuzzRebar(f *testing.F) {
	f.Add("{deps, [{a, \"1\"}]}.", "[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1\">>},0}].")
	f.Fuzz(func(t *testing.T, config, lock string) {
		fsys := fstest.MapFS{"rebar.config": {Data: []byte(config)}, "rebar.lock": {Data: []byte(lock)}}
		in, err := beam.Inputs(fsys, manifest.Install{Argv: []string{"rebar3", "get-deps"}, Dir: "."})
		if err == nil && in.Refusal == "" && len(in.Files) != 2 {
			t.Errorf("two files are read, not %+v", in.Files)
		}
		beam.Dependencies(fsys, ".")
	})
}
