# One line each; what is longer lives in tools/. Every target sets up what it needs first.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-usb test-peers test-flash test-api test-neural test-web test-desktop web desktop firmware bench bench-host fuzz fmt lint
# Where rustup puts cargo, for shells that have not been told yet.
export PATH := $(PATH):$(HOME)/.cargo/bin
# For `make run ARGS="--offline"`, `make test ARGS="-p store"`.
ARGS ?=

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Install what building needs, or say what to type
	@tools/setup.sh

run: setup ## Build the program and open its window; without a display, do the tour and write a report
	@tools/run.sh $(ARGS)

test: ## Run every test, examples in the docs included, the real window under a virtual display too
	@tools/setup.sh tests
	@tools/test.sh $(ARGS)

test-usb: ## Plug a board in, pull it out and plug it in again, on the USB stack of a kernel in QEMU
	@tools/setup.sh usb
	@tools/test_usb.sh

test-peers: ## Let programs that others wrote read the meters that are played here
	@tools/setup.sh peers
	@tools/test_peers.sh

test-flash: ## Test flashing by espflash and probe-rs, which are no part of the usual build
	@tools/setup.sh
	@cargo test --profile work --workspace --exclude neural --features benchvise/espflash,benchvise/probe-rs,board/espflash,board/probe-rs -- flash

test-api: setup ## Have a foreign tool ask a bench host everything its OpenAPI document allows
	@tools/check_api.sh

test-neural: ## Test the models that read text: candle takes minutes to build, so they are not in `make test`
	@tools/setup.sh neural
	@cargo test --profile work -p neural
	@cargo test --profile work -p engine --features neural --test it lent

web: setup ## Build the window as a page, which `benchvise serve` shows in a browser
	@tools/setup.sh web
	@tools/web.sh

test-web: web ## Drive the page in a real Chromium: a run, a document, a wrong token, a host that comes back
	@tools/setup.sh chromium
	@tools/test_web.sh

desktop: setup ## Build the window for the system's own web view, with its packages: .deb and .rpm
	@tools/setup.sh web
	@tools/setup.sh desktop
	@tools/desktop.sh

test-desktop: desktop ## Install the .deb, start it under a virtual display, look at it, measure its channel
	@tools/setup.sh tests
	@tools/test_desktop.sh

firmware: ## Build the boards' firmware as far as this machine can, with flash and RAM of each image
	@tools/setup.sh firmware
	@tools/firmware.sh

bench: setup ## Measure against peers on this machine: one table of ratios
	@tools/bench.sh

bench-host: setup ## Load a bench host of its own and say which of its goals are met
	@tools/bench_host.sh

fuzz: setup ## Feed arbitrary bytes to every parser for FUZZ_S seconds each (60)
	@tools/fuzz.sh

fmt: setup ## Format the source
	@cargo fmt --all && cargo fmt --manifest-path firmware/Cargo.toml --all && cargo fmt --manifest-path firmware/esp32-c3/Cargo.toml && cargo fmt --manifest-path xtask/Cargo.toml && cargo fmt --manifest-path src-tauri/Cargo.toml

lint: setup ## What the source must pass: format, clippy
	@cargo fmt --all --check && cargo clippy --profile work --workspace --exclude neural --all-targets -- -D warnings
