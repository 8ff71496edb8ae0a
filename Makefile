# What there is to do; "make" alone lists it.

GOFUMPT     = mvdan.cc/gofumpt@v0.12.0
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 1m
SOURCES     = cmd internal passes transform

.PHONY: help build install test lint bench fuzz wasm cross catalog catalog-check catalog-wheels catalog-verify

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/dopt
	go build -trimpath -ldflags '-s -w' -o bin/dopt ./cmd/dopt

install: ## install dopt into the folder of Go programs
	go install -trimpath -ldflags '-s -w' ./cmd/dopt

test: ## run all tests
	go test ./...

lint: ## check format and correctness; must print nothing
	@unformatted=$$(go run $(GOFUMPT) -l $(SOURCES)) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "gofumpt would change:"; echo "$$unformatted"; exit 1; fi
	@go vet ./...
	@go run $(STATICCHECK) ./...

bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

fuzz: ## run each fuzz target for FUZZTIME (1m)
	@for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

wasm: ## check that the engine and the passes compile for WebAssembly
	GOOS=js GOARCH=wasm go build ./transform ./passes/...

cross: ## check that dopt compiles and links for the other systems that it is for
	@for system in linux/arm64 darwin/arm64 windows/amd64; do \
		echo $$system; \
		GOOS=$${system%/*} GOARCH=$${system#*/} go build -o /dev/null ./cmd/dopt || exit 1; \
	done

catalog: ## read Debian's indexes and DOPT_DATA (../shared/data) anew, and write what the catalog embeds
	go run ./internal/catalog/generate

catalog-check: ## tell what a new "make catalog" would change
	go run ./internal/catalog/generate -check

catalog-wheels: ## ask the package index of Python which wheels there are
	go run ./internal/catalog/generate -wheels

catalog-verify: ## install Python packages with what the catalog names and without; real builds, which go on where they stopped
	DOPT_TESTBED=$${DOPT_TESTBED:-local} nice go run ./internal/catalog/languagecheck $(VERIFYFLAGS)

include internal/e2e/targets.mk
