# ./dev tsan: the tests that use threads, and a short load, under ThreadSanitizer. Sourced by ./dev. Not part of
# ./dev test: the first run builds CAF and everything else once more, some half an hour on two cores.
source tools/dev_test.sh

# Real nodes under load, one and three. A data race ends a node with its own exit code, which no script takes for a clean
# end. Scripts that hold a node to a time are not among them: everything takes ten times as long here.
tsan_scripts=(
  "tests/integration/crossing_test.sh crossing_pair_with_tcc crossing_pair_with_saga"
  "tests/integration/old_directories_test.sh"
)

run_tsan() {
  local script
  require_build lint test
  say "building CAF with ThreadSanitizer (once)"
  tools/caf_sources || die "there is no CAF to build with"
  mkdir -p "$results"
  build tsan florin_component_tests florind florin || die "the build failed"
  export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1 second_deadlock_stack=1 die_after_fork=0 suppressions=$root/tools/tsan.supp}"
  export FLORIN_BIN_DIR="$root/build/tsan/bin"
  run_counted tsan_component tools/gtest_run "$results/tsan_component.json" build/tsan/bin/florin_component_tests
  for script in "${tsan_scripts[@]}"; do
    # shellcheck disable=SC2086
    run_counted "tsan_$(basename "${script%% *}" .sh)" $script
  done
  [[ ${#failed_parts[@]} -eq 0 ]] || say "failed: ${failed_parts[*]}; logs are in $results"
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}
