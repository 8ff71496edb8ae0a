# Debian's Ruby, linked to where the official images have theirs.
FROM {{.base}}
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends \
		bzip2 ca-certificates libffi-dev libgmp-dev libssl-dev libyaml-dev procps zlib1g-dev ruby{{.minor}} ruby{{.minor}}-dev ruby-bundler; \
	rm -rf /var/lib/apt/lists/*; \
	ln -s /usr/bin/ruby{{.minor}} /usr/local/bin/ruby; \
	for f in bundle bundler erb gem irb rake; do ln -s "$(command -v "$f" || command -v "$f{{.minor}}")" "/usr/local/bin/$f"; done; \
	mkdir -p /usr/local/etc; \
	printf '%s: --no-document\n' install update >/usr/local/etc/gemrc
ENV LANG=C.UTF-8
ENV RUBY_MAJOR={{.minor}}
ENV RUBY_VERSION={{.v}}
ENV GEM_HOME=/usr/local/bundle
ENV BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_APP_CONFIG=$GEM_HOME
ENV PATH=$GEM_HOME/bin:$PATH
RUN mkdir -m 1777 "$GEM_HOME" && ruby --version && gem --version && bundle --version
CMD ["irb"]
