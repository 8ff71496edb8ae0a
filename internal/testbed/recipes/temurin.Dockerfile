FROM debian:bookworm-slim
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH=$JAVA_HOME/bin:$PATH
ENV LANG='en_US.UTF-8' LANGUAGE='en_US:en' LC_ALL='en_US.UTF-8'
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends curl wget gnupg fontconfig ca-certificates p11-kit tzdata locales{{if eq .kind "jdk"}} binutils{{end}}; \
	echo 'en_US.UTF-8 UTF-8' >>/etc/locale.gen; locale-gen en_US.UTF-8; \
	rm -rf /var/lib/apt/lists/*
COPY --from=bake/java-tree:17-{{.kind}} /java $JAVA_HOME
RUN set -eux; \
	find "$JAVA_HOME/lib" -name '*.so' -exec dirname '{}' ';' | sort -u >/etc/ld.so.conf.d/docker-openjdk.conf; \
	ldconfig; \
	java -version
COPY --chmod=755 <<'SH' /__cacert_entrypoint.sh
#!/bin/sh
exec "$@"
SH
ENTRYPOINT ["/__cacert_entrypoint.sh"]
{{if eq .kind "jdk"}}CMD ["jshell"]
{{end}}