FROM debian:{{.suite}}-slim AS build
RUN set -eux; \
	mkdir -p /usr/share/man/man1; \
	apt-get update; \
	apt-get install -y --no-install-recommends {{.package}}; \
	cd /usr/lib/jvm/java-17-openjdk-amd64; \
	find . -xtype l -delete; \
	rm -rf docs lib/src.zip man; \
	cp -rL . /java; \
	find /java -name '*.so' -exec ldd '{}' ';' 2>/dev/null | awk '/=> \/(usr\/)?lib\// { print $3 }' | sort -u | \
		grep -vE '/lib(c|m|dl|rt|pthread|resolv)\.so' | xargs cp -Lt /java/lib; \
	LD_LIBRARY_PATH=/java/lib /java/bin/java -Xshare:dump; \
	/java/bin/java -version
FROM scratch
COPY --from=build /java /java
