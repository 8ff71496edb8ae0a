# Debian's Erlang and Elixir, moved to where the official images have theirs.
FROM debian:bookworm AS build
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends elixir rebar3 \
		erlang-asn1 erlang-base erlang-common-test erlang-crypto erlang-dev erlang-dialyzer erlang-eunit erlang-ftp erlang-inets \
		erlang-mnesia erlang-os-mon erlang-parsetools erlang-public-key erlang-reltool erlang-runtime-tools erlang-snmp erlang-ssh \
		erlang-ssl erlang-syntax-tools erlang-tftp erlang-tools erlang-xmerl; \
	cp -rL /usr/lib/erlang /usr/local/lib/erlang; \
	cp -rL /usr/lib/elixir /usr/local/lib/elixir; \
	cp -L /usr/bin/rebar3 /usr/local/bin/rebar3; \
	grep -rlIF /usr/lib/erlang /usr/local/lib/erlang | xargs sed -i 's#/usr/lib/erlang#/usr/local/lib/erlang#g'; \
	for f in /usr/local/lib/erlang/bin/*; do ln -s "../lib/erlang/bin/$(basename "$f")" /usr/local/bin/; done; \
	for f in elixir elixirc iex mix; do ln -s "../lib/elixir/bin/$f" /usr/local/bin/; done; \
	find /usr/local -type f -executable -exec ldd '{}' ';' 2>/dev/null | \
		awk '/=>/ && $(NF-1) !~ "^/usr/local/" { sub("^/(usr/)?", "*", $(NF-1)); print $(NF-1) }' | sort -u | \
		xargs dpkg-query --search | awk 'sub(":$", "", $1) { sub(":.*", "", $1); print $1 }' | sort -u >/runtime-packages
FROM scratch
COPY --from=build /usr/local /usr/local
COPY --from=build /runtime-packages /
