FROM {{.base}}
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
ENV NODE_VERSION={{.v}}
{{.env}}RUN --mount=target=/in set -eux; \
	cd /usr/local; \
	tar -xzf /in/node.tgz --strip-components=1 --no-same-owner --exclude=package/package.json; \
	for p in npm corepack; do \
		mkdir -p "lib/node_modules/$p"; \
		tar -xzf "/in/$p.tgz" -C "lib/node_modules/$p" --strip-components=1 --no-same-owner; \
	done; \
	chmod +x bin/node lib/node_modules/npm/bin/*-cli.js lib/node_modules/corepack/dist/*.js; \
	ln -s ../lib/node_modules/npm/bin/npm-cli.js bin/npm; \
	ln -s ../lib/node_modules/npm/bin/npx-cli.js bin/npx; \
	ln -s ../lib/node_modules/corepack/dist/corepack.js bin/corepack; \
	ln -s /usr/local/bin/node bin/nodejs; \
{{- if .slim}}
	find /usr/local/include/node/openssl/archs -mindepth 1 -maxdepth 1 ! -name linux-x86_64 -exec rm -rf {} +; \
{{- end}}
	node --version; npm --version; corepack --version
ENV YARN_VERSION=1.22.22
RUN --mount=target=/in set -eux; \
	mkdir -p "/opt/yarn-v$YARN_VERSION"; \
	tar -xzf /in/yarn.tgz -C "/opt/yarn-v$YARN_VERSION" --strip-components=1 --no-same-owner; \
	chmod +x /opt/yarn-v*/bin/yarn /opt/yarn-v*/bin/yarnpkg; \
	ln -s "/opt/yarn-v$YARN_VERSION/bin/yarn" "/opt/yarn-v$YARN_VERSION/bin/yarnpkg" /usr/local/bin/; \
	yarn --version
{{if .host}}COPY host/ /
{{end}}# Runs node on what is no command: an option, a file that cannot be run.
COPY --chmod=755 <<'SH' /usr/local/bin/docker-entrypoint.sh
#!/bin/sh
set -e
case $1 in -*) set -- node "$@" ;; *)
  if [ -z "$(command -v "$1")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then set -- node "$@"; fi ;;
esac
exec "$@"
SH
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
