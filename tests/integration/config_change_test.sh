#!/usr/bin/env bash
# Runs config_change.py against real florind processes; names of cases as arguments choose some. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/config_change.py" "$@"
