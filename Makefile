# What there is to do here. Everything works in a clean checkout with Go; "make test" installs what else it needs and says so.
GO ?= go
ARCHIVE ?= content
OUT ?= dist
FUZZTIME ?= 1m
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The browser's tests wait for a browser; the race detector would find nothing more in them and take long.
RACE_PACKAGES = $(shell $(GO) list ./... | grep -v -e /testkit/browser -e /testkit/sitecheck)

.PHONY: help site build test race lint bench fuzz golden netlify clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

site: ## build the sample archive, both editions, into dist
	$(GO) run ./cmd/debrief build $(ARCHIVE) --out $(OUT)

build: ## build bin/debrief
	$(GO) build -trimpath -o bin/debrief ./cmd/debrief

test: ## install what the tests use, run all of them, and those with goroutines under the race detector
	@if .ci/install-tools; then \
		export DEBRIEF_TOOLS=installed; \
	else \
		echo "test: the tests that need these tools are skipped" >&2; \
	fi; \
	echo "$(GO) test ./..." && $(GO) test -timeout 20m ./...
	@$(MAKE) --no-print-directory race

race: ## run the tests under the race detector
	@if command -v gcc >/dev/null || command -v clang >/dev/null; then \
		echo "$(GO) test -race -short"; CGO_ENABLED=1 $(GO) test -race -short -timeout 20m $(RACE_PACKAGES); \
	else \
		echo "race: skipped, as there is no C compiler here" >&2; \
	fi

lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run every fuzz target for FUZZTIME (1m)
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

golden: ## write what the tests get to their golden files; then read the difference
	$(GO) test $$(grep -rlE --include='*_test.go' 'flag\.Bool\("update"|testkit\.Golden' . | xargs -n 1 dirname | sort -u) -update
	UPDATE_SCRIPTS=1 $(GO) test ./cmd/...

netlify: ## build what Netlify would publish, into dist/netlify
	.ci/netlify-build

clean: ## remove what the targets above made
	rm -rf bin dist .ci/tools/node_modules
