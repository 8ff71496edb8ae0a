FROM debian:trixie-slim AS build
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends maven; \
	find /usr/share/maven/ -xtype l -delete; \
	cp -rL /usr/share/maven /maven; \
	mkdir -p /maven/ref
FROM eclipse-temurin:17-jdk
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends ca-certificates curl git openssh-client; \
	rm -rf /var/lib/apt/lists/*
ENV MAVEN_HOME=/usr/share/maven
COPY --from=build /maven $MAVEN_HOME
{{if .host}}COPY host/ /
{{end}}RUN ln -s "$MAVEN_HOME/bin/mvn" /usr/bin/mvn && mvn --version
ENV MAVEN_CONFIG=/root/.m2
# The official script also seeds a local repository, which nothing here has.
COPY --chmod=755 <<'SH' /usr/local/bin/mvn-entrypoint.sh
#!/bin/sh
unset MAVEN_CONFIG
exec "$@"
SH
ENTRYPOINT ["/usr/local/bin/mvn-entrypoint.sh"]
CMD ["mvn"]
