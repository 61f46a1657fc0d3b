# Two commands: "make run" shows what reeve does, "make test" proves it. "make help" lists the rest.
BIN   := bin/reeve
SHOP  := bin/shop
LDFLAGS := -s -w

.PHONY: help build run swift deps test lint gen fuzz bench clean

help: ## what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' Makefile

build: swift ## build bin/reeve
	go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/reeve

run: build ## scan and gate the example shop, and write the report as a page
	@go run ./tools/shop $(SHOP)
	@sh examples/tour.sh $(BIN) $(SHOP)

swift: ## get the grammar of Swift, which is too large to be kept here (npm)
	@sh tools/swift.sh

deps: ## install what the tests need: PostgreSQL, Chromium, Node.js packages
	@sh tools/deps.sh

test: deps swift lint ## everything: generated files, style, rules, scripts, races, fuzz seeds
	go test -race -timeout 30m ./...
	$(MAKE) --no-print-directory build
	$(BIN) rules test
	$(BIN) scan --gate --no-cache .

lint: swift ## vet, format, staleness of generated files, static analysis
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go run ./tools/gen -check
	go tool staticcheck ./...

gen: swift ## write the generated files again
	go run ./tools/gen

fuzz: swift ## fuzz every parser for FUZZTIME (default 30s) each
	sh tools/fuzz.sh $${FUZZTIME:-30s}

bench: swift ## side by side with the peers, into docs/benchmarks.md; BENCH_REPO=path:path adds clones of yours
	go run ./bench -write docs/benchmarks.md

clean: ## remove what was built
	rm -rf bin
