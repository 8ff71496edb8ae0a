# Debian's PHP, with its extensions and settings where the official images have theirs.
FROM debian:bookworm-slim
ENV PHPIZE_DEPS="autoconf dpkg-dev file g++ gcc libc-dev make pkg-config re2c"
RUN set -eux; \
	sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources; \
	apt-get update; \
	apt-get install -y --no-install-recommends $PHPIZE_DEPS ca-certificates curl xz-utils php{{.minor}}-cli php{{.minor}}-dev; \
	cd /tmp; \
	apt-get source --download-only php{{.minor}}/bookworm; \
	mkdir -p /usr/src /usr/local/lib/php/extensions /usr/local/etc/php; \
	mv php{{.minor}}_*.orig.tar.xz /usr/src/php.tar.xz; \
	rm -rf /tmp/* /var/lib/apt/lists/*; \
	sed -i 's/^Types: deb deb-src$/Types: deb/' /etc/apt/sources.list.d/debian.sources; \
	extensions=$(php-config{{.minor}} --extension-dir); \
	mv "$extensions" "/usr/local/lib/php/extensions/no-debug-non-zts-$(basename "$extensions")"; \
	ln -s "/usr/local/lib/php/extensions/no-debug-non-zts-$(basename "$extensions")" "$extensions"; \
	cp -rL /etc/php/{{.minor}}/cli/conf.d /usr/local/etc/php/conf.d; \
	rm -r /etc/php/{{.minor}}/cli/conf.d /etc/php/{{.minor}}/cli/php.ini; \
	ln -s /usr/local/etc/php/conf.d /etc/php/{{.minor}}/cli/conf.d; \
	for f in php phpize php-config; do ln -s "/usr/bin/${f}{{.minor}}" "/usr/local/bin/$f"; done
ENV PHP_INI_DIR=/usr/local/etc/php
ENV PHP_CFLAGS="-fstack-protector-strong -fpic -fpie -O2"
ENV PHP_CPPFLAGS="$PHP_CFLAGS"
ENV PHP_LDFLAGS="-Wl,-O1 -pie"
ENV PHP_VERSION={{.minor}}
# What the scripts of these names do in the official images, as far as options of theirs are not asked for: compile
# extensions of PHP's own source, and load them.
COPY --chmod=755 <<'SH' /usr/local/bin/docker-php-source
#!/bin/sh
set -e
case $1 in
extract) mkdir -p /usr/src/php; [ -e /usr/src/php/ext ] || tar -xf /usr/src/php.tar.xz -C /usr/src/php --strip-components=1 ;;
delete) rm -rf /usr/src/php ;;
*) echo "usage: $0 extract | delete" >&2; exit 1 ;;
esac
SH
COPY --chmod=755 <<'SH' /usr/local/bin/docker-php-ext-configure
#!/bin/sh
set -e
docker-php-source extract
extension=$1; shift
cd "/usr/src/php/ext/$extension"
touch .configured
phpize
./configure "$@"
SH
COPY --chmod=755 <<'SH' /usr/local/bin/docker-php-ext-enable
#!/bin/sh
set -e
for extension; do
  kind=extension
  [ "$extension" != opcache ] || kind=zend_extension
  echo "$kind=$extension" >"$PHP_INI_DIR/conf.d/docker-php-ext-$extension.ini"
done
SH
COPY --chmod=755 <<'SH' /usr/local/bin/docker-php-ext-install
#!/bin/sh
set -e
export CFLAGS="$PHP_CFLAGS" CPPFLAGS="$PHP_CPPFLAGS" LDFLAGS="$PHP_LDFLAGS"
jobs=1 extensions=
while [ $# -gt 0 ]; do
  case $1 in
  -j) jobs=$2; shift ;;
  -j*) jobs=${1#-j} ;;
  --jobs=*) jobs=${1#--jobs=} ;;
  *) extensions="$extensions $1" ;;
  esac
  shift
done
for extension in $extensions; do
  [ -e "/usr/src/php/ext/$extension/.configured" ] || docker-php-ext-configure "$extension"
  cd "/usr/src/php/ext/$extension"
  make -j "$jobs"
  make install
  find modules -name '*.so' -exec sh -c 'strip --strip-all "$(php-config --extension-dir)/$(basename "$1")"' sh {} ';'
  docker-php-ext-enable "$extension"
done
docker-php-source delete
SH
COPY --chmod=755 <<'SH' /usr/local/bin/docker-php-entrypoint
#!/bin/sh
set -e
case $1 in -*) set -- php "$@" ;; esac
exec "$@"
SH
RUN php --version
ENTRYPOINT ["docker-php-entrypoint"]
CMD ["php", "-a"]
