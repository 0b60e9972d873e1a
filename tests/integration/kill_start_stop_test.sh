#!/usr/bin/env bash
# Runs kill_start_stop.py: kill -9 inside starts and orderly stops; names of cases as arguments choose some. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/kill_start_stop.py" "$@"
