FROM debian:{{.suite}}-slim
ENV PATH=/usr/local/bin:$PATH
{{if ne .suite "trixie"}}ENV LANG=C.UTF-8
{{end}}RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends ca-certificates netbase tzdata; \
	{{if eq .suite "trixie"}}apt-get dist-clean{{else}}rm -rf /var/lib/apt/lists/*{{end}}
ENV PYTHON_VERSION={{.py}}
{{.env}}RUN --mount=from=bake/python-tree:{{.minor}},target=/tree set -eux; \
	apt-get update; \
	xargs apt-get install -y --no-install-recommends </tree/runtime-packages; \
	{{if eq .suite "trixie"}}apt-get dist-clean{{else}}rm -rf /var/lib/apt/lists/*{{end}}
COPY --from=bake/python-tree:{{.minor}} /usr/local /usr/local
RUN ldconfig && python3 --version && pip3 --version
CMD ["python3"]
