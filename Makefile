# What there is to do here. Everything works in a clean checkout with Go; "make test" installs what else it needs and says so.
GO ?= go
ARCHIVE ?= content
OUT ?= dist
FUZZTIME ?= 1m
SIZES ?= 100,1000,10000
RUNS ?= 1
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: help site serve build test lint bench bench-peers fuzz golden netlify release clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 13

site: ## build the sample archive, both editions, into dist
	$(GO) run ./cmd/debrief build $(ARCHIVE) --out $(OUT)

serve: ## show the sample archive in a browser, both sites side by side, and follow its files
	$(GO) run ./cmd/debrief serve $(ARCHIVE) --open

build: ## build bin/debrief
	$(GO) build -trimpath -o bin/debrief ./cmd/debrief

test: ## install what the tests use, run all of them, and most again under the race detector
	@.ci/test

lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

bench: ## run the benchmarks, then whole builds of SIZES (100,1000,10000) postmortems; figures as JSON in bin/bench.json too
	$(GO) test -run '^$$' -bench . -benchmem ./...
	@mkdir -p bin
	$(GO) run ./generator/testkit/bench -sizes $(SIZES) -runs $(RUNS) -json bin/bench.json

bench-peers: ## build the same files with Hugo and index them with Pagefind, in turns with debrief, and compare
	@mkdir -p bin
	$(GO) run ./generator/testkit/bench -peers -sizes $(SIZES) -runs $(RUNS) -json bin/bench-peers.json

fuzz: ## run every fuzz target for FUZZTIME (1m)
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

golden: ## write what the tests get to their golden files; then read the difference
	$(GO) test $$(grep -rlE --include='*_test.go' 'flag\.Bool\("update"|testkit\.Golden' . | xargs -n 1 dirname | sort -u) -short -update
	UPDATE_SCRIPTS=1 $(GO) test ./cmd/...

netlify: ## build what Netlify would publish, into dist/netlify
	.ci/netlify-build

release: ## build what is published of a version for all platforms, into bin/release; VERSION is its name, else git tells it
	$(GO) run ./cmd/release -version "$(VERSION)" -out bin/release

clean: ## remove what the targets above made
	rm -rf bin dist .ci/tools/node_modules
