#!/usr/bin/env bash
# browser.sh [FILE…]: the browser tests; installs Playwright and axe if they are not there, builds the debug program, runs Chromium against it.
set -euo pipefail
cd "$(dirname "$0")/../.."

stamp=node_modules/.package-lock.json
if [ ! -e "$stamp" ] || [ package-lock.json -nt "$stamp" ]; then
  npm ci --ignore-scripts --no-progress --loglevel=error || { echo "missing: the npm packages of package-lock.json (npm ci failed)" >&2; exit 1; }
fi
if [ -z "${ANTRAG_BIN:-}" ]; then
  cargo build --locked --quiet --bin antragsassistent
  ANTRAG_BIN=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/debug/antragsassistent
  export ANTRAG_BIN
fi
rm -rf tests/browser/out
mkdir -p tests/browser/out
[ $# -gt 0 ] || set -- tests/browser/*.test.mjs
exec node --test --test-concurrency="${BROWSER_TESTS_AT_ONCE:-2}" --test-timeout=600000 "$@"
