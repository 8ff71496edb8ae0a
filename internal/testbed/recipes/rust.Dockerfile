FROM {{.base}}
ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:$PATH
{{if .host}}COPY host/ /
{{end}}# Debian's newest toolchain for a stable release; there is no rustup.
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends {{.more}} cargo-web rustc-web; \
	rm -rf /var/lib/apt/lists/*; \
	mkdir -p "$CARGO_HOME/bin" "$RUSTUP_HOME"; \
	for p in cargo rustc rustdoc; do ln -s "/usr/bin/$p" "$CARGO_HOME/bin/"; done; \
	chmod -R a+w "$CARGO_HOME" "$RUSTUP_HOME"; \
	cargo --version; rustc --version
