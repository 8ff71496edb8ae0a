# The build context is the toolchain's module, whose files are neither writable nor executable.
FROM debian:bookworm-slim AS tree
COPY . /go
RUN chmod -R u+w,a+rX /go && chmod +x /go/bin/* /go/pkg/tool/*/*
FROM buildpack-deps:bookworm-scm
RUN set -eux; \
	apt-get update; \
	apt-get install -y --no-install-recommends g++ gcc libc6-dev make pkg-config; \
	rm -rf /var/lib/apt/lists/*
ENV GOLANG_VERSION={{.v}}
ENV GOTOOLCHAIN=local
ENV GOPATH=/go
ENV PATH=$GOPATH/bin:/usr/local/go/bin:$PATH
COPY --from=tree /go /usr/local/go
RUN mkdir -p "$GOPATH/src" "$GOPATH/bin" && chmod -R 1777 "$GOPATH" && go version
WORKDIR $GOPATH
