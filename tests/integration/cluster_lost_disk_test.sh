#!/usr/bin/env bash
# Runs cluster_lost_disk.py against a cluster of real florind processes; names of cases as arguments choose some. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/cluster_lost_disk.py" "$@"
