// SameTrace: the same seed gives the same trace hash, again and in another process. Not a Checker: it needs
// two runs.
#pragma once

#include <optional>
#include <string>

#include "sim/sim_run.hpp"

namespace florin::sim {

// Runs the seed of `once` again; text when the two differ in hash, number of events or outcome.
std::optional<std::string> check_same_trace(const RunReport& once);

}  // namespace florin::sim
