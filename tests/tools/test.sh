#!/usr/bin/env bash
# `make test`: every stage in turn; stops at the first that fails, with one line that says which and why.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Nothing here waits for a person.
exec </dev/null
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never} DEBIAN_FRONTEND=noninteractive NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false
export RUST_BACKTRACE=${RUST_BACKTRACE:-1}
# Property tests try the same values on every run; a plain `cargo test` goes on trying others.
export PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-20200619}

stage=
began=$SECONDS
at=$SECONDS

next() {
  [ -z "$stage" ] || echo "── $stage: ok ($((SECONDS - at)) s)"
  stage=$1
  at=$SECONDS
  echo "── $stage"
}

leave() {
  local code=$?
  [ $code -eq 0 ] || echo "make test: stopped at “$stage” (exit code $code); the reason stands above this line" >&2
  exit $code
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

next "what the tests need"
tests/tools/need.sh --all
cargo fmt --version >/dev/null 2>&1 || { echo "missing: rustfmt; get it with: rustup component add rustfmt" >&2; exit 1; }
cargo clippy --version >/dev/null 2>&1 || { echo "missing: clippy; get it with: rustup component add clippy" >&2; exit 1; }

next "format"
cargo fmt --check

next "lints"
cargo clippy --locked --all-targets --quiet -- -D warnings

next "unit and integration tests, on SQLite and PostgreSQL"
cargo test --locked --no-run
tests/tools/postgres.sh run -- cargo test --locked -- --include-ignored

next "forms, templates, tenants, directories"
# The program that the tests were built with: `cargo build` would build half the crates again, with other features.
export ANTRAG_BIN=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/debug/antragsassistent
"$ANTRAG_BIN" --config config/demo.toml check

next "browser tests"
tests/tools/browser.sh

next "conformance of the documents: XML against its schema, PDF/A-3 and PDF/UA-1"
tests/tools/conformance.sh tests/browser/out/documents

next "end"
echo "make test: everything passed in $((SECONDS - began)) s"
