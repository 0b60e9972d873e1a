#!/usr/bin/env bash
# `./dev demo`: the 60-second story with curl. Starts a node of its own on a free port with a temporary data
# directory, moves money, repeats, is refused, pulls the plug (kill -9), finds everything again and audits it.
# Ends with 1 when an answer is not what the story says. Stops only the process it started, and removes its directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/dev_common.sh

florind=build/release/bin/florind
[[ -x "$florind" && -x build/release/bin/florin ]] || ./dev build
if ! command -v curl >/dev/null; then
  [[ "$(id -u)" -eq 0 ]] || die "the demo needs curl. As root: apt-get install curl"
  run_long build/logs/apt.log apt_install curl
fi

dir="$(mktemp -d)"
pid=""
end() {
  if [[ -n "$pid" ]]; then kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; fi
  rm -rf "$dir"
}
trap end EXIT

bold="" plain=""
if [[ -t 1 ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi
step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# Starts the node and waits until it says on which port it is ready.
start_node() {
  : >"$dir/log"
  "$florind" --data-dir "$dir/data" --http-listen 127.0.0.1:0 --log-format text 2>"$dir/log" &
  pid=$!
  address=""
  for _ in $(seq 300); do
    address="$(sed -n 's/.* ready address=\([^ ]*\).*/\1/p' "$dir/log")"
    [[ -z "$address" ]] || break
    kill -0 "$pid" 2>/dev/null || { cat "$dir/log"; die "florind did not start"; }
    sleep 0.1
  done
  [[ -n "$address" ]] || { cat "$dir/log"; die "florind was not ready within 30 s"; }
  echo "  florind runs as process $pid on http://$address, data in $dir/data"
}

# call EXPECTED METHOD PATH [BODY]: shows request, status, the headers of interest and the body; checks that the
# answer holds EXPECTED.
call() {
  local expected="$1" method="$2" path="$3" body="${4:-}"
  local options=(-sS -X "$method" -D "$dir/head" -o "$dir/body")
  [[ -z "$body" ]] || options+=(-H 'content-type: application/json' -d "$body")
  printf '  %s %s' "$method" "$path"
  [[ -z "$body" ]] || printf '  %s' "$body"
  printf '\n'
  curl "${options[@]}" "http://$address$path"
  printf '    %s\n' "$(tr -d '\r' <"$dir/head" | sed -n '1p; /^florin-/Ip' | paste -sd ' ')"
  printf '    %s\n' "$(sed "s/$no_money//g; s/},\]/}]/" "$dir/body")"
  cat "$dir/head" "$dir/body" | tr -d '\r' | grep -qiF -- "$expected" || die "expected in the answer: $expected"
}

# Partitions without money, left out of what is shown of a trial balance.
no_money='{"partition":[0-9]*,"position":"[^"]*","currencies":\[\]},\?'

transfer() {
  printf '{"from_account":"%s","to_account":"%s","amount":"%s","currency":"USD","transaction_id":"%s"}' "$@"
}
deposit_id=00000000-0000-4000-8000-000000000001
transfer_id=00000000-0000-4000-8000-000000000002
refused_id=00000000-0000-4000-8000-000000000003

step "1. A node: one process, one directory, nothing else."
start_node

step "2. Two accounts."
call '201' POST /v1/accounts '{"account_id":"alice","currency":"USD"}'
call '201' POST /v1/accounts '{"account_id":"bob","currency":"USD"}'

step "3. A deposit: a transfer from the outside world."
call '"success"' POST /v1/wallet/balance_transfer "$(transfer @outside:USD alice 100.00 "$deposit_id")"

step "4. A transfer. Alice and Bob live in different partitions: Try, Confirm, then the answer."
call '"success"' POST /v1/wallet/balance_transfer "$(transfer alice bob 12.34 "$transfer_id")"

step "5. The same request again: the recorded answer, no second transfer (Florin-Replayed)."
call 'florin-replayed: true' POST /v1/wallet/balance_transfer "$(transfer alice bob 12.34 "$transfer_id")"

step "6. More than there is: refused, with a code that says whether and how to try again."
call '"insufficient_available"' POST /v1/wallet/balance_transfer "$(transfer alice bob 500.00 "$refused_id")"

step "7. kill -9, as if the power had failed. Then a new process on the same directory."
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
start_node

step "8. The balances are still there, and the books of every partition add up to zero."
call '"posted":"87.66"' GET /v1/accounts/alice
call '"posted":"12.34"' GET /v1/accounts/bob
call '"in_flight":{"USD":"0.00"}' GET /v1/ledger/trial_balance

step "9. So is the memory of what was asked: the repeat is still a repeat, the refusal still a refusal."
call 'florin-replayed: true' POST /v1/wallet/balance_transfer "$(transfer alice bob 12.34 "$transfer_id")"
call 'florin-replayed: true' POST /v1/wallet/balance_transfer "$(transfer alice bob 500.00 "$refused_id")"

step "10. Stopped in order. The audit replays the log from its first entry and compares it with the stored state."
kill "$pid"
wait "$pid" || die "florind did not stop cleanly"
pid=""
build/release/bin/florin audit verify "$dir/data"

step "Done. The directory is removed; ./dev run starts a node that stays."
