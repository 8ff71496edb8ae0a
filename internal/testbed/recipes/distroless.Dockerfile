FROM debian:bookworm-slim AS build
WORKDIR /debs
RUN set -eux; \
	mkdir -p /r/var/lib/dpkg/status.d; \
	apt-get update; \
	[ -z "{{.packages}}" ] || apt-get download {{.packages}}; \
	for d in *.deb; do \
		[ -e "$d" ] || continue; \
		dpkg-deb -x "$d" /r; \
		dpkg-deb -f "$d" >"/r/var/lib/dpkg/status.d/${d%%_*}"; \
	done
FROM {{.base}}
COPY --from=build /r /
{{.lines}}
