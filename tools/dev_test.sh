# ./dev test: builds and runs all tests and counts them. Sourced by ./dev.
# Nothing may pass by being absent: a part without tests, a binary that was not built and a crash count as failed.

all_parts=(lint unit property component sim integration fuzz)
results=build/test-results
passed=0
failed=0
failed_parts=()

# add_counts NAME PASSED FAILED: adds to the totals and says so.
add_counts() {
  passed=$((passed + $2))
  failed=$((failed + $3))
  [[ $3 -eq 0 ]] || failed_parts+=("$1")
  say "$1: $2 passed, $3 failed"
}

fail_part() {
  say "$1: $2"
  add_counts "$1" 0 1
}

log_of() { printf '%s' "$results/${1//\//_}.log"; }

# run_logged NAME COMMAND...: its output and its exit code are in the log of that name and beside it.
run_logged() {
  local log rc=0 child
  log="$(log_of "$1")"
  shift
  timeout --kill-after=10 "${FLORIN_TEST_TIMEOUT:-600}" "$@" >"$log" 2>&1 </dev/null &
  child=$!
  trap 'kill "$child" 2>/dev/null || true; exit 143' TERM INT
  wait "$child" || rc=$?
  trap - TERM INT
  echo "$rc" >"$log.exit"
}

# Counts what was logged by its last line `N passed, N failed`, or as one test by its exit code.
count_logged() {
  local name="$1" log rc counts good bad
  log="$(log_of "$name")"
  rc="$(cat "$log.exit")"
  counts="$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1 || true)"
  if [[ -n "$counts" ]]; then
    read -r good bad < <(tr -dc '0-9 ' <<<"$counts" | awk '{ print $1, $2 }')
  else
    good=$((rc == 0)) bad=$((rc != 0))
  fi
  [[ $rc -eq 0 || $bad -gt 0 ]] || bad=1
  [[ $((good + bad)) -gt 0 ]] || bad=1
  if [[ $bad -gt 0 ]]; then
    tail -n 80 "$log"
    [[ $rc -ne 124 ]] || say "$name: stopped after ${FLORIN_TEST_TIMEOUT:-600} s"
  fi
  add_counts "$name" "$good" "$bad"
}

run_counted() {
  run_logged "$@"
  count_logged "$1"
}

# Runs a gtest binary of the dev preset.
run_gtest() {
  local part="$1"
  shift
  local binary="build/dev/bin/florin_${part}_tests"
  [[ -x "$binary" ]] || { fail_part "$part" "$binary was not built (no tests in tests/$part?)"; return; }
  run_counted "$part" tools/gtest_run "$results/$part.json" "$binary" "$@"
}

# gtest part -> 0 when there is something to build.
has_gtests() { [[ -n "$(find "tests/$1" -name '*_test.cpp' -print -quit 2>/dev/null)" ]]; }

run_lint() {
  run_counted lint tools/lint
  run_counted lint_self_test tools/lint --self-test
  run_counted mutants_apply tools/mutants --check
  run_counted toy_kind_applies tools/toy_kind --check
}

# Scripts mostly wait, for clocks, disks and each other's processes: two at a time. Each has its own directories and ports.
run_integration() {
  local script lane pids=()
  export FLORIN_BIN_DIR="$root/build/release/bin"
  if has_gtests integration; then run_gtest integration "$@"; fi
  mapfile -t scripts < <(find tests/integration -name '*_test.sh' -type f | sort)
  [[ ${#scripts[@]} -gt 0 ]] || { has_gtests integration || fail_part integration "no tests in tests/integration"; return 0; }
  echo 0 >"$results/next_script"
  for lane in 1 2; do
    run_lane &
    pids+=($!)
  done
  lanes="${pids[*]}"
  wait "${pids[@]}" || true
  lanes=""
  for script in "${scripts[@]}"; do
    if [[ -f "$(log_of "$script").exit" ]]; then count_logged "$script"; else fail_part "$script" "did not end"; fi
  done
}

# Takes the next script that nobody has taken until there is none.
run_lane() {
  local next
  while next="$(take_next)" && [[ $next -lt ${#scripts[@]} ]]; do
    run_logged "${scripts[next]}" "${scripts[next]}"
    say "${scripts[next]} has ended"
  done
}

take_next() {
  local next
  exec 9<"$results/next_script"
  flock 9
  next="$(<"$results/next_script")"
  echo $((next + 1)) >"$results/next_script"
  echo "$next"
}

# The simulator and the fuzz targets need processors and neither disks nor clocks; the integration tests are the other way
# round and mostly wait. So the first run beside the second, with less priority.
start_beside() {
  beside_parts=()
  if wants sim; then
    if [[ $dev_built -eq 0 ]]; then
      fail_part sim "not run: the dev build failed"
    elif [[ ! -x build/dev/bin/florin-sim ]]; then
      fail_part sim "build/dev/bin/florin-sim was not built"
    else
      beside_parts+=(sim)
    fi
  fi
  if wants fuzz; then beside_parts+=(fuzz); fi
  run_beside &
  beside=$!
  trap 'kill "$beside" $lanes 2>/dev/null || true' EXIT
}

run_beside() {
  local part
  export FLORIN_TEST_TIMEOUT="${FLORIN_TEST_TIMEOUT:-2400}"
  renice -n 10 -p "$BASHPID" >/dev/null
  for part in "${beside_parts[@]}"; do
    case "$part" in
      # Without the fake stack, which costs it two thirds more: the tests before this have run the same code on it.
      sim) ASAN_OPTIONS="${ASAN_OPTIONS/detect_stack_use_after_return=1/detect_stack_use_after_return=0}" \
        run_logged sim tools/sim_smoke build/dev/bin/florin-sim ;;
      fuzz) run_logged fuzz tests/fuzz/run.sh "${FLORIN_FUZZ_SECONDS:-60}" ;;
    esac
    say "$part has ended"
  done
}

# What a part says is counted here: run_beside is another process.
count_beside() {
  local part
  wait "$beside" || true
  trap - EXIT
  for part in "${beside_parts[@]}"; do
    if [[ -f "$(log_of "$part").exit" ]]; then count_logged "$part"; else fail_part "$part" "did not end"; fi
  done
  if wants sim; then grep -h 'fresh seeds' "$(log_of sim)" || true; fi
}

wants() { [[ " ${parts[*]} " == *" $1 "* ]]; }

# Builds the gtest binaries that the wanted parts need; a failed build fails each of these parts.
run_gtest_parts() {
  local part targets=() runnable=()
  for part in unit property component; do
    wants "$part" || continue
    if has_gtests "$part"; then
      targets+=("florin_${part}_tests") runnable+=("$part")
    else
      fail_part "$part" "no tests in tests/$part"
    fi
  done
  if wants sim; then targets+=(florin-sim); fi
  if wants integration && has_gtests integration; then targets+=(florin_integration_tests); fi
  [[ ${#targets[@]} -gt 0 ]] || return 0
  if ! build dev "${targets[@]}"; then
    dev_built=0
    for part in "${runnable[@]}"; do fail_part "$part" "not run: the dev build failed"; done
    return 0
  fi
  for part in "${runnable[@]}"; do run_gtest "$part" "$@"; done
}

parse_parts() {
  parts=()
  while [[ $# -gt 0 && "$1" != -- ]]; do
    [[ " ${all_parts[*]} " == *" $1 "* ]] || die "no test part '$1'; parts are: ${all_parts[*]}"
    parts+=("$1")
    shift
  done
  [[ ${#parts[@]} -gt 0 ]] || parts=("${all_parts[@]}")
  [[ "${1:-}" != -- ]] || shift
  gtest_options=("$@")
}

run_tests() {
  local dev_built=1 release_built=1 beside lanes=""
  parse_parts "$@"
  require_build lint test
  mkdir -p "$results"
  rm -f "$results"/*.exit
  export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"

  if wants lint; then run_lint; fi
  run_gtest_parts "${gtest_options[@]}"
  if wants integration && [[ $dev_built -eq 1 ]] && ! build release florind florin florin-load florin-psp -DFLORIN_BENCH=OFF; then
    release_built=0
  fi
  start_beside
  if wants integration; then
    if [[ $dev_built -eq 0 ]]; then
      fail_part integration "not run: the dev build failed"
    elif [[ $release_built -eq 0 ]]; then
      fail_part integration "not run: the release build failed"
    else
      run_integration "${gtest_options[@]}"
    fi
  fi
  count_beside

  [[ ${#failed_parts[@]} -eq 0 ]] || say "failed: ${failed_parts[*]}; logs are in $results"
  [[ $((passed + failed)) -gt 0 ]] || failed=1
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}
