FROM buildpack-deps:{{.suite}} AS build
RUN set -eux; \
	if [ -e /etc/apt/sources.list.d/debian.sources ]; \
	then sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources; \
	else sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >/etc/apt/sources.list.d/src.list; fi; \
	apt-get update; \
	apt-get install -y --no-install-recommends libbluetooth-dev tk-dev uuid-dev; \
	mkdir -p /usr/src/python /src; cd /src; \
	apt-get source --download-only python{{.minor}}/{{.suite}}; \
	tar -xf python{{.minor}}_{{.py}}.orig.tar.?z -C /usr/src/python --strip-components=1
WORKDIR /usr/src/python
RUN set -eux; \
	./configure --build="$(dpkg-architecture -q DEB_BUILD_GNU_TYPE)" --enable-shared \
		--enable-loadable-sqlite-extensions --enable-option-checking=fatal --with-ensurepip; \
	flags="$(dpkg-buildflags --get CFLAGS)"; ld="$(dpkg-buildflags --get LDFLAGS) -Wl,--strip-all"; \
	make -j "$(nproc)" "EXTRA_CFLAGS=$flags" "LDFLAGS=$ld"; \
	rm python; \
	make "EXTRA_CFLAGS=$flags" "LDFLAGS=$ld -Wl,-rpath='\$\$ORIGIN/../lib'" python; \
	make install
RUN set -eux; \
	ldconfig; \
	if [ -n "{{.extra}}" ]; then \
		apt-get install -y --no-install-recommends python3-wheel-whl || apt-get install -y --no-install-recommends python-pip-whl; \
		pip3 install --no-cache-dir --no-compile --disable-pip-version-check --retries 0 {{.extra}} || \
		pip3 install --no-cache-dir --no-compile --disable-pip-version-check --no-index --find-links /usr/share/python-wheels wheel; \
	fi; \
	find /usr/local -depth \( -type d \( -name test -o -name tests -o -name idle_test -o -name __pycache__ \) \
		-o -type f -name 'libpython*.a' \) -exec rm -rf '{}' +; \
	for f in idle3 pip3 pydoc3 python3 python3-config; do ln -sT "$f" "/usr/local/bin/$(echo "$f" | tr -d 3)"; done; \
	test "$(python -c 'import platform; print(platform.python_version())')" = {{.py}}; \
	find /usr/local -type f -executable -not -name '*tkinter*' -exec ldd '{}' ';' 2>/dev/null | \
		awk '/=>/ && $(NF-1) !~ "^/usr/local/" { sub("^/(usr/)?", "*", $(NF-1)); print $(NF-1) }' | sort -u | \
		xargs dpkg-query --search | awk 'sub(":$", "", $1) { sub(":.*", "", $1); print $1 }' | sort -u >/runtime-packages; \
	rm -rf /usr/local/share/ca-certificates
FROM scratch
COPY --from=build /usr/local /usr/local
COPY --from=build /runtime-packages /
