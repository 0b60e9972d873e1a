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

# Runs a command; counts it by its last line `N passed, N failed`, or as one test by its exit code.
run_counted() {
  local name="$1" log rc=0 counts good bad
  shift
  log="$results/${name//\//_}.log"
  timeout --kill-after=10 "${FLORIN_TEST_TIMEOUT:-600}" "$@" >"$log" 2>&1 </dev/null || rc=$?
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
}

run_integration() {
  local script found=0
  export FLORIN_BIN_DIR="$root/build/release/bin"
  if has_gtests integration; then
    found=1
    run_gtest integration "$@"
  fi
  while IFS= read -r script; do
    found=1
    run_counted "$script" "$script"
  done < <(find tests/integration -name '*_test.sh' -type f | sort)
  [[ $found -eq 1 ]] || fail_part integration "no tests in tests/integration"
}

run_sim() {
  [[ -x build/dev/bin/florin-sim ]] || { fail_part sim "build/dev/bin/florin-sim was not built"; return; }
  FLORIN_TEST_TIMEOUT="${FLORIN_TEST_TIMEOUT:-1500}" run_counted sim tools/sim_smoke build/dev/bin/florin-sim
  grep -h 'fresh seeds' "$results/sim.log" || true
}

run_fuzz() {
  [[ -x tests/fuzz/run.sh ]] || { fail_part fuzz "tests/fuzz/run.sh is not there"; return; }
  run_counted fuzz tests/fuzz/run.sh "${FLORIN_FUZZ_SECONDS:-60}"
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
  local dev_built=1
  parse_parts "$@"
  require_build lint test
  mkdir -p "$results"
  export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"

  if wants lint; then run_lint; fi
  run_gtest_parts "${gtest_options[@]}"
  if wants sim; then
    if [[ $dev_built -eq 1 ]]; then run_sim; else fail_part sim "not run: the dev build failed"; fi
  fi
  if wants integration; then
    if [[ $dev_built -eq 0 ]]; then
      fail_part integration "not run: the dev build failed"
    elif build release florind florin florin-load -DFLORIN_BENCH=OFF; then
      run_integration "${gtest_options[@]}"
    else
      fail_part integration "not run: the release build failed"
    fi
  fi
  if wants fuzz; then run_fuzz; fi

  [[ ${#failed_parts[@]} -eq 0 ]] || say "failed: ${failed_parts[*]}; logs are in $results"
  [[ $((passed + failed)) -gt 0 ]] || failed=1
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}
