FROM buildpack-deps:bookworm AS build
RUN set -eux; \
	sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources; \
	apt-get update; \
	apt-get install -y --no-install-recommends bison dpkg-dev libgdbm-compat-dev libgdbm-dev ruby; \
	mkdir -p /usr/src/ruby /src; cd /src; \
	apt-get source --download-only ruby{{.minor}}/bookworm; \
	tar -xf ruby{{.minor}}_{{.v}}.orig.tar.?z -C /usr/src/ruby --strip-components=1
WORKDIR /usr/src/ruby
RUN set -eux; \
	[ -e configure ] || ./autogen.sh; \
	rm -rf ext/-test-; \
	./configure --build="$(dpkg-architecture -q DEB_BUILD_GNU_TYPE)" --disable-install-doc --enable-shared optflags=-O0 debugflags=; \
	make -j "$(nproc)"
RUN make install
RUN set -eux; \
	ldconfig; \
	mkdir -p /usr/local/etc; \
	printf '%s: --no-document\n' install update >/usr/local/etc/gemrc; \
	test "$(/usr/local/bin/ruby -e 'print RUBY_VERSION')" = {{.v}}; \
	find /usr/local -type f -executable -exec ldd '{}' ';' 2>/dev/null | \
		awk '/=>/ && $(NF-1) !~ "^/usr/local/" { sub("^/(usr/)?", "*", $(NF-1)); print $(NF-1) }' | sort -u | \
		xargs dpkg-query --search | awk 'sub(":$", "", $1) { sub(":.*", "", $1); print $1 }' | sort -u >/runtime-packages; \
	rm -rf /usr/local/share/ca-certificates
FROM scratch
COPY --from=build /usr/local /usr/local
COPY --from=build /runtime-packages /
