package golang_test

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
	"dopt/internal/artifact/golang"
)

const (
	module  = "-- go.mod --\nmodule example.com/app/v2\n\ngo 1.22\n"
	program = "-- main.go --\npackage main\n\nfunc main() {}\n"
	bases   = `aggressive: base scratch
aggressive: base gcr.io/distroless/static-debian12
aggressive: base busybox:glibc
aggressive: base gcr.io/distroless/base-debian12
aggressive: base gcr.io/distroless/cc-debian12
standard: base debian:bookworm-slim
`
)

func TestFind(t *testing.T) {
	archive := func(run string) string {
		return "-- Dockerfile --\nFROM golang:1.22\nWORKDIR /src\nCOPY . .\n" + run + "\n" + module + program
	}
	artifacttest.Run(t, golang.Language, []artifacttest.Case{
		{Name: "the name is the module's, without its major version", Archive: archive("RUN go build"), Want: bases + "/src/app"},
		{Name: "a folder for the output", Archive: archive("RUN go build -o bin/ ."), Want: bases + "/src/bin/app"},
		{Name: "-C", Archive: archive("RUN cd / && go build -C src -o x ."), Want: bases + "/src/x"},
		{Name: "GOBIN", Archive: archive("ENV GOBIN=/out\nRUN go install ."), Want: bases + "/out/app"},
		{Name: "moved", Archive: archive("RUN go build -o x . && mv x /usr/local/bin/y"), Want: bases + "/usr/local/bin/y"},
		{Name: "a flag without its value", Archive: archive("RUN go build -o"), Want: bases + "/src/app"},
		{Name: "only checked", Archive: archive("RUN go vet ./..."), Want: "nothing"},
		{Name: "a variable", Archive: archive("RUN go build -o $OUT ."), Want: "unknown Dockerfile:4: builds what a variable names"},
		{Name: "another module", Archive: archive("RUN go install example.org/tool@latest"), Want: "nothing"},
		{Name: "a plugin", Archive: archive("RUN go build -buildmode=plugin ."), Want: "unknown Dockerfile:4: builds with -buildmode=plugin"},
	})
}
