FROM {{.base}}
RUN --mount=from=bake/elixir-tree:1.14,target=/tree set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends libodbc1 libsctp1 libssl3; \
	xargs apt-get install -y --no-install-recommends </tree/runtime-packages; \
	rm -rf /var/lib/apt/lists/*
ENV OTP_VERSION=25 REBAR3_VERSION=3 ELIXIR_VERSION=v1.14.0 LANG=C.UTF-8
COPY --from=bake/elixir-tree:1.14 /usr/local /usr/local
RUN elixir --version && rebar3 version
CMD ["iex"]
