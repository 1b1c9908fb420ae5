# The commands of this project. `make run` and `make test` are all that a newcomer needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PROGRAM  := $(or $(CARGO_TARGET_DIR),target)/release/antragsassistent
SETTINGS := config/demo.toml
LINK     := http://127.0.0.1:8080/forms/OZG-Antragsassistent/standard/OZG-Antragsassistent?pstId=297492149&areaId=38693732

.PHONY: help run build test bench setup fmt check browser clean

help: ## what there is
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

run: build ## build and serve the demo on http://127.0.0.1:8080
	@printf '\n  Portal:      %s\n  Pilot:       %s\n  Mail:        %s\n  End:         Ctrl-C\n\n' \
	  'http://127.0.0.1:8080/' '$(LINK)' '$(CURDIR)/var/mail/new/ (one .eml file a mail)'
	@exec $(PROGRAM) --config $(SETTINGS) serve

build: ## the release program, complete with all assets: target/release/antragsassistent
	@tests/tools/need.sh cargo cc
	cargo build --release --locked --bin antragsassistent

test: ## everything: format, lints, unit, integration and browser tests, PDF and XML conformance
	@tests/tools/test.sh

bench: ## the performance figures, one a line: `name: value unit`
	@tests/tools/need.sh cargo cc taskset
	@cargo bench --locked --quiet --bench figures

setup: ## install what the tests need (Debian, as root; otherwise it says what is missing)
	@tests/tools/need.sh --all

fmt: ## format the Rust code
	cargo fmt

check: build ## check all forms, templates, tenants and directories
	$(PROGRAM) --config $(SETTINGS) check

browser: ## only the browser tests, with the debug program
	@tests/tools/need.sh cargo cc node chromium xmllint pdftotext python3
	@tests/tools/browser.sh

clean: ## forget everything that was built
	rm -rf target node_modules tests/browser/out
