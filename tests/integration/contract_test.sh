#!/usr/bin/env bash
# Holds a running florind to api/openapi.yaml. Needs node and npm (Debian: nodejs, npm) and, the first time, the npm
# registry: two packages, pinned by package-lock.json. FLORIND names another binary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/contract"

export FLORIND="${FLORIND:-${FLORIN_BIN_DIR:-$PWD/../../../build/release/bin}/florind}"
[[ -x "$FLORIND" ]] || { echo "$FLORIND is not built"; echo "0 passed, 1 failed"; exit 1; }
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed-lock
fi
exec node run.mjs
