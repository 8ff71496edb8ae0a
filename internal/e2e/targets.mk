# Real builds: `include internal/e2e/targets.mk` in the Makefile. They need root, runc and, for stand-in
# base images, debootstrap; `make e2e-deps` installs both from Debian. DOPT_TESTBED=registry takes the
# real images instead, DOPT_BASES=DIR images that are there.

E2E = DOPT_TESTBED=$${DOPT_TESTBED:-local} go run ./internal/e2e
CASE ?=
LEVEL ?= safe
N ?= 100
SEED ?= 1
CACHE_MOUNTS ?=
BUDGET ?= 0

.PHONY: e2e e2e-all e2e-deps results slim-needed rebuilds difftest reach bases test-builds ci-builds

e2e-deps: ## install what the real builds need
	command -v runc >/dev/null && command -v debootstrap >/dev/null || { apt-get update && apt-get install -y --no-install-recommends runc debootstrap; }

e2e: ## build the quick example projects before and after a rewrite; CASE=name for one
	$(E2E) run --level $(LEVEL) --budget $(BUDGET) $(if $(CASE),$(CASE),--ci)

e2e-all: ## build all example projects
	$(E2E) run --level $(LEVEL) --budget $(BUDGET)

results: ## build what has changed since docs/results.json was written, CASE=name for one; write docs/results.md and the rebuilds of docs/performance.md
	$(E2E) run --level standard,aggressive,expert --tries 8 --rebuilds --cold --jobs 1 --outdated --budget $(BUDGET) \
		--json docs/results.json --markdown docs/results.md --performance docs/performance.md $(CASE)
	go run ./internal/e2e slim --corpus ../shared/corpus/dockerfiles.tar.gz --markdown docs/results.md

slim-needed: ## build the projects without each package that slim adds, one at a time; CASE=name for one
	$(E2E) slim --without $(CASE)

rebuilds: ## count and time what an edit of the source builds again, one project at a time; CASE=name for one
	$(E2E) run --level standard --jobs 1 --rebuilds $(CASE)

difftest: ## build N random programs from SEED before and after a rewrite at LEVEL, and compare; CACHE_MOUNTS=yes for these
	$(E2E) difftest --level $(LEVEL) $(if $(CACHE_MOUNTS),--cache-mounts) --n $(N) --seed $(SEED) --budget $(BUDGET)

reach: ## tell which package sources builds can reach
	$(E2E) reach

bases: ## bake the base images of all example projects
	$(E2E) bake

test-builds: ## run the tests that build for real
	DOPT_TESTBED=$${DOPT_TESTBED:-local} go test -p 1 -count 1 ./cmd/dopt ./internal/verify/... ./internal/testbed ./internal/difftest ./internal/e2e

ci-builds: e2e-deps ## what CI builds: a fixed few projects and programs, with a time limit each
	$(E2E) run --ci --budget 25m
	$(E2E) difftest --n 60 --budget 6m --out golden/pipeline
