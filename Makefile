# What a developer types. `make check` is what CI runs before anything lands.

FUZZTIME ?= 20s
SHARED ?= ../shared

.PHONY: check test vet lint race fuzz bench update cases build corpus

build:
	go build -o bin/spl ./cmd/spl

check: vet lint test race cases

test:
	go test ./...

vet:
	go vet ./...

lint:
	staticcheck ./...
	golangci-lint run

race:
	go test -race ./...

# Detections over real data, where the cases are there.
cases: build
	@if [ -d $(SHARED)/cases ]; then $(SHARED)/tools/run-cases --spl bin/spl --only '^k8s-eks' $(SHARED)/cases; fi

# Each fuzz target for FUZZTIME.
fuzz:
	@for pkg in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

bench:
	go test -run '^$$' -bench . -benchmem ./...

# Writes what the cases gave into their files. Read the diff.
update:
	go test ./spl -run "TestCases|TestReference|TestDifferences" -update
	go test ./spl/lint -run TestPage -update

# How much of all the real searches that lie beside the checkout is read.
corpus:
	go test ./spl -run TestCorpus -corpus -v
