#!/usr/bin/env bash
# Runs payments.py against a cluster of real florind processes and florin-psp: a script of its own, for the time that it takes. Last
# line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/payments.py" "${@:-three_nodes}"
