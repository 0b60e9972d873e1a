#!/usr/bin/env bash
# Runs stalled_disk.py: a disk that does not answer for a while; names of cases as arguments choose some. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/stalled_disk.py" "$@"
