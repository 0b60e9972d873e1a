#!/usr/bin/env bash
# Runs low_disk.py against a real florind on a small tmpfs. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/low_disk.py" "$@"
