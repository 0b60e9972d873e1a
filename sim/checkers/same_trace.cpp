// Two runs of one seed, compared.
#include "sim/checkers/same_trace.hpp"

namespace florin::sim {

std::optional<std::string> check_same_trace(const RunReport& once) {
  const RunReport again = run_seed(once.seed, once.kind);
  if (once.trace_hash == again.trace_hash && once.events == again.events &&
      once.outcome == again.outcome)
    return std::nullopt;
  return "seed " + std::to_string(once.seed) + " ran twice and differed: trace hash " +
         std::to_string(once.trace_hash) + " and " + std::to_string(again.trace_hash);
}

}  // namespace florin::sim
