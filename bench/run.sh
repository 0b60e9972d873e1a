#!/usr/bin/env bash
# The speed table: starts a fresh node for every row, puts load on it, takes medians of interleaved rounds.
# Needs the release binaries (./dev build) and python3. Called by `./dev bench`; how to read it: bench/README.md.
# Exit code: 0 the table is whole (a missed goal is no failure), 1 a row broke, 2 usage or nothing to run.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

usage() {
  cat <<'HELP'
Usage: bench/run.sh [--json FILE] [--rounds N] [--scale X] [--only ROW]... [--peers DIR]

  --json FILE   write machine, commit, rows and all rounds as JSON (rewritten after every round)
  --rounds N    rounds, interleaved over the rows; the table shows medians (default 3)
  --scale X     0.001-1: fewer accounts, shorter runs; only to try the script (default 1 or $FLORIN_BENCH_SCALE)
  --only ROW    a row's name, or a pattern such as 'batch_*'; may be repeated
  --peers DIR   also measure PostgreSQL and Redis in the same rounds with DIR/postgres.sh and DIR/redis.sh
  --list        print the names of the rows

Environment: FLORIN_BENCH_DIR (a directory on the disk to be measured; default: a new one in $TMPDIR or /tmp),
FLORIN_BIN_DIR (default build/release/bin; ./dev bench: build/package/bin).
HELP
}

for argument in "$@"; do
  case "$argument" in -h | --help) usage; exit 0 ;; esac
done

command -v python3 >/dev/null || {
  echo "bench/run.sh: needs python3 (apt-get install python3)" >&2
  exit 2
}
exec python3 -B "$here/speed/main.py" "$@"
