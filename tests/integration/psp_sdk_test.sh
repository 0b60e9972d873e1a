#!/usr/bin/env bash
# florin-psp against the official Stripe SDK (tests/psp). Needs node and npm and, the first time, the npm registry.
exec "$(dirname "${BASH_SOURCE[0]}")/../psp/run.sh" sdk.mjs
