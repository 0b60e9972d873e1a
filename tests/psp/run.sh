#!/usr/bin/env bash
# run.sh SCRIPT [argument...]: runs a test of florin-psp with its two npm packages, pinned by package-lock.json.
# FLORIN_PSP names another binary, CHROMIUM another browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export FLORIN_PSP="${FLORIN_PSP:-${FLORIN_BIN_DIR:-$PWD/../../build/release/bin}/florin-psp}"
[[ -x "$FLORIN_PSP" ]] || { echo "$FLORIN_PSP is not built"; echo "0 passed, 1 failed"; exit 1; }
exec 9>.install-lock  # two scripts may start at once
flock 9
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed-lock
fi
exec 9>&-
exec node "$@"
