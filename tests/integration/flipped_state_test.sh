#!/usr/bin/env bash
# Runs flipped_state.py against a real florind; names of cases as arguments choose some. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/flipped_state.py" "$@"
