FROM buildpack-deps:{{.suite}}
ENV PATH=/usr/local/bin:$PATH
{{if ne .suite "trixie"}}ENV LANG=C.UTF-8
{{end}}RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends libbluetooth-dev tk-dev uuid-dev; \
	{{if eq .suite "trixie"}}apt-get dist-clean{{else}}rm -rf /var/lib/apt/lists/*{{end}}
ENV PYTHON_VERSION={{.py}}
{{.env}}COPY --from=bake/python-tree:{{.minor}} /usr/local /usr/local
RUN ldconfig && python3 --version && pip3 --version
CMD ["python3"]
