// Text of what one partition knows of the explored transfer, and the checks of its books.
#pragma once

#include <optional>
#include <string>

#include "actors/partition/partition.hpp"
#include "sim/explore/explore_case.hpp"

namespace florin::sim {

// Rows: what a replay of the log must give again.
std::string rows_text(PartitionState& state, const ExploreSetup& setup);
// Who waits for the end; not in the log.
std::string waiters_text(PartitionState& state, const ExploreSetup& setup);

// The books balance, no account is below zero, and what is held and incoming is what the legs have reserved.
std::optional<std::string> books_violation(PartitionState& state);

}  // namespace florin::sim
