#!/usr/bin/env bash
# Builds the fuzz targets with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, and runs
# them, one beside each processor, for SECONDS of processor time in all (default 60). Ends with a line `N passed, N failed`. A finding is kept in
# build/fuzz/<target>-artifacts/; `build/fuzz/<target> FILE` runs it again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds="${1:-60}"
compiler="${FUZZ_CXX:-clang++-14}"
out=build/fuzz
targets=(money event journal json peer log psp)

mkdir -p "$out"
cmake -S tests/fuzz -B "$out/tree" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=None >"$out/configure.log"
ninja -C "$out/tree" >"$out/build.log" || { cat "$out/build.log"; echo "0 passed, ${#targets[@]} failed"; exit 1; }

# Hex digits of a golden file, comments left out, as bytes.
bytes_of() {
  printf '%b' "$(grep -v '^#' "$1" | tr -d ' \n' | sed 's/../\\x&/g')"
}

# Standard input behind its length in two bytes, and an empty piece: one event, and the end of its entry (log_fuzz.cpp).
as_piece() {
  local hex size
  hex="$(od -An -v -tx1 | tr -d ' \n')"
  size=$((${#hex} / 2))
  printf '%b' "$(printf '%02x%02x%s0000' $((size % 256)) $((size / 256)) "$hex" | sed 's/../\\x&/g')"
}

# Golden events are the seeds of the event target; a good request that of the JSON edge.
seeds() {
  local target="$1" dir="$out/$1-corpus" hex
  mkdir -p "$dir" "$out/$target-artifacts"
  case "$target" in
    event) for hex in tests/golden/events/*.hex; do
             bytes_of "$hex" >"$dir/$(basename "$hex" .hex)"; done ;;
    json) printf '{"from_account":"a","to_account":"b","amount":"1.00","currency":"USD","transaction_id":"01589980-2664-11ec-9621-0242ac130002"}' >"$dir/transfer" ;;
    money) printf '\00212.34' >"$dir/amount" ;;
    peer) printf '\002\001\0\0\0\0\0\0\0\001\0\0\0\0\0\0\0\002\0\0\0\0\0\0\0' >"$dir/fetch" ;;
    log) for hex in tests/golden/events/*.hex; do bytes_of "$hex" | as_piece; done >"$dir/all"
         for hex in tests/golden/events/*.hex; do bytes_of "$hex" | as_piece >"$dir/$(basename "$hex" .hex)"; done ;;
    psp) printf '\0\0\0{"id":"cs_1","object":"checkout.session","status":"open","payment_status":"unpaid","amount_total":1099,"currency":"usd","livemode":false,"client_reference_id":"po-1","metadata":{"payment_order_id":"po-1","florin_cluster":"shop"},"payment_intent":{"id":"pi_1","object":"payment_intent","status":"requires_payment_method","amount":1099,"amount_received":0,"last_payment_error":null,"latest_charge":null},"url":"https://pay.example/c","created":1,"expires_at":2}' >"$dir/session"
         printf '\006\001\056{"error":{"type":"card_error","code":"card_declined"}}' >"$dir/declined"
         printf '\014\0\0whole none 200 once\nretry-after: 3\n\n{}' >"$dir/answer"
         printf '\022\0\0t=1700000000,v1=5ef6904438eb4c6269b254e751e7d64a8a82cd7e445000a54b52c18f9667f2ba\n{"id":"evt_1","object":"event","type":"x","created":1,"livemode":false,"data":{"object":{"id":"cs_1","object":"checkout.session"}}}' >"$dir/webhook" ;;
    journal) printf '\0\020\0\0\0\0' >"$dir/zeros" ;;
  esac
}

each=$(((seconds + ${#targets[@]} - 1) / ${#targets[@]}))

# What it says goes to its log; its exit code beside it.
fuzz() {
  local target="$1" rc=0
  seeds "$target"
  "$out/tree/${target}_fuzz" -max_total_time="$each" -max_len=4096 -timeout=10 -malloc_limit_mb=64 -print_final_stats=1 \
    -artifact_prefix="$out/$target-artifacts/" "$out/$target-corpus" >"$out/$target.log" 2>&1 || rc=$?
  echo "$rc" >"$out/$target.exit"
}

rm -f "$out"/*.exit
for target in "${targets[@]}"; do
  while [[ $(jobs -rp | wc -l) -ge $(nproc) ]]; do wait -n || true; done
  fuzz "$target" &
done
wait

passed=0 failed=0
for target in "${targets[@]}"; do
  if [[ "$(cat "$out/$target.exit" 2>/dev/null)" == 0 ]]; then
    passed=$((passed + 1))
    echo "fuzz $target: $(grep -o 'number_of_executed_units: [0-9]*' "$out/$target.log" | grep -o '[0-9]*$') runs in ${each} s, no finding"
  else
    failed=$((failed + 1))
    echo "fuzz $target: FAILED, see $out/$target.log"
    tail -n 30 "$out/$target.log"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
