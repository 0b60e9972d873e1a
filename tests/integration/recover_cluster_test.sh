#!/usr/bin/env bash
# Runs recover_cluster.py: the commands of docs/OPERATIONS.md on backups, as they stand; names of cases as arguments choose some. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/recover_cluster.py" "$@"
