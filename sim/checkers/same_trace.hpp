// SameTrace: the same seed gives the same trace hash, again and in another process. Not a Checker: it needs
// two runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace florin::sim {

// Runs the seed twice; text when the two differ in hash, number of events or outcome.
std::optional<std::string> check_same_trace(std::uint64_t seed);

}  // namespace florin::sim
