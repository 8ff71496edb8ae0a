FROM debian:{{.suite}}
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends ca-certificates curl gnupg netbase {{if ne .suite "bullseye"}}sq{{end}} wget; \
	{{if eq .suite "trixie"}}apt-get dist-clean{{else}}rm -rf /var/lib/apt/lists/*{{end}}
