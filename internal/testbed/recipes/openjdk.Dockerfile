FROM {{.base}}
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends ca-certificates p11-kit bzip2 unzip xz-utils binutils fontconfig libfreetype6; \
	rm -rf /var/lib/apt/lists/*
ENV JAVA_HOME=/usr/local/openjdk-17
ENV PATH=$JAVA_HOME/bin:$PATH
ENV LANG=C.UTF-8
COPY --from=bake/java-tree:17-jdk-bullseye /java $JAVA_HOME
RUN set -eux; \
	find "$JAVA_HOME/lib" -name '*.so' -exec dirname '{}' ';' | sort -u >/etc/ld.so.conf.d/docker-openjdk.conf; \
	ldconfig; \
	javac --version
CMD ["jshell"]
