# Lanyard. `make run` opens it, `make test` runs everything that CI runs.

SHELL  := /bin/bash
GO     ?= go
BIN    := bin
TAGGED := -tags e2e,bench

# A checkout that belongs to somebody else must build too.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

.DEFAULT_GOAL := help

.PHONY: help run build deps test bench fuzz soak font clean
.PHONY: test-vet test-lint test-format test-unit test-race test-fuzz test-cross test-e2e test-windows

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, open Lanyard
	@.ci/deps.sh run
	@$(MAKE) --no-print-directory build
	@if [[ -n "$$DISPLAY$$WAYLAND_DISPLAY" || "$$(uname -s)" == Darwin ]]; then \
		exec $(BIN)/lanyard; \
	else \
		echo "There is no display here (DISPLAY and WAYLAND_DISPLAY are empty): starting bin/lanyard-cli serve, the same node without a window. Ctrl+C ends it."; \
		exec $(BIN)/lanyard-cli serve; \
	fi

build: ## build bin/lanyard and bin/lanyard-cli
	@mkdir -p $(BIN)
	$(GO) build -o $(BIN)/lanyard ./cmd/lanyard
	CGO_ENABLED=0 $(GO) build -o $(BIN)/lanyard-cli ./cmd/lanyard-cli

test: ## everything: checks, unit, race, fuzz, six systems, end to end, Windows under Wine
	@.ci/deps.sh test
	@.ci/stages.sh vet lint format unit race fuzz cross build e2e windows

# One part of it: make bench BENCH='^TestBench$$/^small$$'
BENCH := ^TestBench$$
bench: ## measure against plain TCP, scp and rsync
	@.ci/deps.sh bench
	@$(MAKE) --no-print-directory build
	@TAG=bench .ci/e2e.sh -test.timeout 40m -test.run '$(BENCH)'

fuzz: ## look for two minutes and more at every parser of what others send; FUZZ=FOLDERS for some
	@FUZZ="$(FUZZ)" .ci/fuzz.sh 200000 120

# SOAK is how many, or FROM-TO to repeat some of a SEED.
SOAK ?= 1000
SEED ?= random
soak: ## 1,000 transfers between processes, each cut by a fault at a random byte; SOAK=COUNT SEED=NUMBER
	LANYARD_SOAK=$(SOAK) LANYARD_SEED=$(SEED) $(GO) test -run '^TestTransfersEndureFaults$$' -count=1 -timeout 0 -v ./netcore/transfer

# The font is in the repository; this is how it was made. SOURCE may name another
# copy of Noto Sans CJK.
SOURCE ?= /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
font: ## make the embedded font again, with fonttools
	assets/fonts/make.sh "$(SOURCE)"

clean: ## remove what was built
	rm -rf $(BIN) build

# The stages of `make test`; each can be run alone.

test-vet:
	$(GO) vet $(TAGGED) ./...

test-lint:
	$(GO) tool staticcheck $(TAGGED) ./...
	@.ci/scan.sh

test-format:
	@bad=$$($(GO) tool gofumpt -l app assets cmd netcore) && [[ -z "$$bad" ]] || { echo "not formatted (go tool gofumpt -w FILE):"; echo "$$bad"; exit 1; }

# The attack suite floods real nodes, the faults between two processes take the
# time of these, a key is derived slowly on purpose, and what memory is taken says
# nothing under the race detector: these run in test-unit only. What they try has
# race tests of its own, of faults two of a kind. The two packages that have them
# take the longest: all else in them runs in test-race only.
UNRACED = ^Test[A-J][0-9][0-9]|^TestAnIdentityMovesToAnotherProfile$$|^TestTransfersEndureFaults$$|^TestTwoHundredThousandFilesFitIntoMemory$$
LONGEST = ./netcore ./netcore/transfer

test-unit:
	$(GO) test -timeout 10m $(filter-out $(shell $(GO) list $(LONGEST)),$(shell $(GO) list ./...))
	$(GO) test -timeout 10m -run '$(UNRACED)' $(LONGEST)

test-race:
	LANYARD_FAULTS=14 $(GO) test -race -timeout 10m -skip '$(UNRACED)' ./netcore/...

test-fuzz:
	@.ci/fuzz.sh 10000

test-cross:
	@.ci/cross.sh

test-e2e:
	@.ci/e2e.sh -test.skip '^TestWine'

# A Windows node under Wine beside a Linux one.
test-windows:
	@.ci/deps.sh windows
	@.ci/windows.sh
