// Explorer: visits every state that a case can get into within a budget, once, and every move of each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "domain/money/amount.hpp"
#include "sim/explore/explore_world.hpp"

namespace florin::sim {

struct ExploreProgress {
  std::uint64_t states = 0;
  std::uint64_t ends = 0;
  std::size_t depth = 0;
};

struct ExploreReport {
  std::string name;
  ExploreBudget budget;
  std::uint64_t states = 0;         // distinct
  std::uint64_t moves = 0;          // between them
  std::uint64_t ends = 0;           // distinct states in which all is over
  UnsignedWideMinor schedules = 0;  // sequences of moves from the start to an end
  bool schedules_overflow = false;  // there are more than fit into 128 bits
  std::size_t deepest = 0;          // moves in the longest of them
  std::size_t local_states = 0;     // of single partitions
  std::size_t turns = 0;            // run on real Partition objects
  std::size_t messages = 0;         // distinct
  bool complete = false;            // false: stopped at states_max, or by a violation
  std::string violation;            // empty = none
  std::vector<std::string> path;    // moves that lead to it, the fewest there are
};

// `progress` may be null; called every few thousand states, false from it stops.
ExploreReport explore(const ExploreCase& explored, ExploreBudget budget, std::uint64_t states_max,
                      const std::function<bool(const ExploreProgress&)>& progress);

// For a process that dies of an assert: the moves that led there. Empty when nothing is explored.
std::vector<std::string> moves_at_hand();

std::string decimal(UnsignedWideMinor value);

}  // namespace florin::sim
