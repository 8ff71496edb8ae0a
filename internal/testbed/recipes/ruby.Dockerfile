FROM {{.base}}
RUN --mount=from=bake/ruby-tree:{{.minor}},target=/tree set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends bzip2 ca-certificates libffi-dev libgmp-dev libssl-dev libyaml-dev procps zlib1g-dev; \
	xargs apt-get install -y --no-install-recommends </tree/runtime-packages; \
	rm -rf /var/lib/apt/lists/*
ENV LANG=C.UTF-8
ENV RUBY_MAJOR={{.minor}}
ENV RUBY_VERSION={{.v}}
COPY --from=bake/ruby-tree:{{.minor}} /usr/local /usr/local
ENV GEM_HOME=/usr/local/bundle
ENV BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_APP_CONFIG=$GEM_HOME
ENV PATH=$GEM_HOME/bin:$PATH
RUN ldconfig && mkdir -m 1777 "$GEM_HOME" && ruby --version && gem --version && bundle --version
CMD ["irb"]
