#!/usr/bin/env bash
# Runs payments.py against a real florind and florin-psp; names of cases as arguments choose others. Last line: N passed, N failed.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/payments.py" "${@:-one_node}"
