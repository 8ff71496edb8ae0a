FROM debian:{{.suite}} AS full
RUN set -eu; cd /usr/share; \
	{ \
		printf 'path-exclude /usr/share/%s/*\n' doc info linda lintian/overrides locale man; \
		printf 'path-include /usr/share/%s\n' 'doc/*/copyright' locale/locale.alias; \
	} >/etc/dpkg/dpkg.cfg.d/docker; \
	set -- $(ls -d doc info linda lintian/overrides locale man 2>/dev/null); \
	find "$@" -mindepth 1 -not -type d -not -path 'doc/*/copyright' -not -path locale/locale.alias -delete; \
	find "$@" -depth -mindepth 1 -type d -empty -delete; \
	mkdir -p man/man1 man/man2 man/man3 man/man4 man/man5 man/man6 man/man7 man/man8
FROM scratch
COPY --from=full / /
CMD ["bash"]
