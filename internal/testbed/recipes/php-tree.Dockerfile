FROM debian:bookworm-slim AS build
RUN set -eux; \
	sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources; \
	apt-get update; \
	apt-get install -y --no-install-recommends \
		autoconf bison dpkg-dev file g++ gcc libargon2-dev libc-dev libcurl4-openssl-dev libonig-dev libreadline-dev \
		libsodium-dev libsqlite3-dev libssl-dev libxml2-dev make pkg-config re2c xz-utils zlib1g-dev; \
	mkdir -p /src /usr/src/php; cd /src; \
	apt-get source --download-only php{{.minor}}/bookworm; \
	mv php{{.minor}}_*.orig.tar.xz /usr/src/php.tar.xz; \
	tar -xf /usr/src/php.tar.xz -C /usr/src/php --strip-components=1
WORKDIR /usr/src/php
RUN set -eux; \
	export CFLAGS='-fstack-protector-strong -fpic -fpie -O0' LDFLAGS='-Wl,-O1 -pie'; \
	./configure --build="$(dpkg-architecture -q DEB_BUILD_GNU_TYPE)" --enable-option-checking=fatal \
		--with-config-file-path=/usr/local/etc/php --with-config-file-scan-dir=/usr/local/etc/php/conf.d \
		--disable-cgi --disable-phpdbg --enable-mbstring --enable-mysqlnd --with-curl --with-iconv --with-mhash --with-openssl \
		--with-password-argon2 --with-pdo-sqlite=/usr --with-pic --with-readline --with-sodium=shared --with-sqlite3=/usr --with-zlib; \
	make -j "$(nproc)"
RUN set -eux; \
	find . -type f -name '*.a' -delete; \
	make install; \
	strip --strip-all /usr/local/bin/php /usr/local/lib/php/extensions/*/*.so
RUN set -eux; \
	mkdir -p /usr/local/etc/php/conf.d; \
	cp php.ini-development php.ini-production /usr/local/etc/php/; \
	echo extension=sodium >/usr/local/etc/php/conf.d/docker-php-ext-sodium.ini; \
	php --version; \
	find /usr/local -type f -executable -exec ldd '{}' ';' 2>/dev/null | \
		awk '/=>/ && $(NF-1) !~ "^/usr/local/" { sub("^/(usr/)?", "*", $(NF-1)); print $(NF-1) }' | sort -u | \
		xargs dpkg-query --search | awk 'sub(":$", "", $1) { sub(":.*", "", $1); print $1 }' | sort -u >/runtime-packages
FROM scratch
COPY --from=build /usr/local /usr/local
COPY --from=build /usr/src/php.tar.xz /usr/src/php.tar.xz
COPY --from=build /runtime-packages /
