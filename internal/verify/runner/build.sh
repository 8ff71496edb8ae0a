#!/bin/sh
# Builds the runner for each architecture; the same source and toolchain give the same bytes.
set -e
out=${1:-.}
[ "$out" != . ] || go env GOVERSION >toolchain
for arch in amd64 arm64; do
	CGO_ENABLED=0 GOOS=linux GOARCH=$arch GOFLAGS= go build -trimpath -buildvcs=false -tags netgo,osusergo -ldflags '-s -w -buildid=' -o "$out/runner-$arch" ./program
	gzip -9nf "$out/runner-$arch"
done
