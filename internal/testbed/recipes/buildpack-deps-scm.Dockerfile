FROM buildpack-deps:{{.suite}}-curl
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends git mercurial openssh-client procps subversion; \
	{{if eq .suite "trixie"}}apt-get dist-clean{{else}}rm -rf /var/lib/apt/lists/*{{end}}
