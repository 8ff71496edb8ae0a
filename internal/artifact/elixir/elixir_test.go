package elixir_test

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
	"dopt/internal/artifact/elixir"
)

func TestFind(t *testing.T) {
	archive := func(release, start, releases string) string {
		return "-- Dockerfile --\nFROM elixir:1.16\nWORKDIR /app\nCOPY . .\nRUN " + release + "\nCMD [\"" + start + "\", \"start\"]\n" +
			"-- mix.exs --\n[app: :shop, version: \"0.1.0\"" + releases + "]\n-- lib/shop.ex --\ndefmodule Shop do\nend\n"
	}
	const base = "standard: base debian:bookworm-slim\n"
	artifacttest.Run(t, elixir.Language, []artifacttest.Case{
		{Name: "the application's name", Archive: archive("MIX_ENV=prod mix release", "_build/prod/rel/shop/bin/shop", ""), Want: base + "/app/_build/prod/rel/shop/"},
		{Name: "the environment that mix takes by itself", Archive: archive("mix release", "_build/dev/rel/shop/bin/shop", ""), Want: base + "/app/_build/dev/rel/shop/"},
		{Name: "one of several releases", Archive: archive("mix release web", "_build/dev/rel/web/bin/web", ", releases: [web: [], worker: []]"), Want: base + "/app/_build/dev/rel/web/"},
		{Name: "the only release", Archive: archive("mix release", "_build/dev/rel/web/bin/web", ", releases: [web: []]"), Want: base + "/app/_build/dev/rel/web/"},
		{Name: "another program of the release", Archive: archive("mix release shop", "_build/dev/rel/shop/bin/server", ""), Want: base + "/app/_build/dev/rel/shop/"},
		{Name: "tasks one after the other", Archive: archive("mix do compile, release --overwrite", "_build/dev/rel/shop/bin/shop", ""), Want: base + "/app/_build/dev/rel/shop/"},
		{Name: "a release that is not started", Archive: archive("mix release", "/usr/bin/env", ""), Want: "nothing"},
		{Name: "no release", Archive: archive("mix compile", "_build/dev/rel/shop/bin/shop", ""), Want: "nothing"},
		{Name: "started by mix", Archive: archive("mix compile", "mix", ""), Want: "unknown Dockerfile:5: starts mix, which compiles the program"},
	})
}
