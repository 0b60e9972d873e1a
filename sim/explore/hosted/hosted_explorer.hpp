// Every interleaving of one hosted order within a budget: depth first over distinct worlds, and then whether all of them come to
// an end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/explore/hosted/hosted_world.hpp"

namespace florin::sim {

struct HostedReport {
  std::string name;
  HostedBudget budget;
  std::uint64_t states = 0;  // distinct worlds
  std::uint64_t moves = 0;   // edges between them
  std::uint64_t ends = 0;    // in which nothing happens any more by itself
  std::uint64_t rests = 0;   // in which only people can help
  std::uint64_t deepest = 0;
  bool complete = false;  // all were seen
  HostedCells cells{};
  std::string violation;
  std::vector<std::string> path;  // moves that lead to what is wrong
};

// `progress`: now and then; false ends it.
HostedReport explore_hosted(const HostedCase& explored, HostedBudget budget,
                            std::uint64_t states_max,
                            const std::function<bool(std::uint64_t states)>& progress = nullptr);

// Cells of the state table (of what is built) that no exploration reaches, and why none can.
struct UnreachableCell {
  OrderPhase phase = OrderPhase::none;
  OrderInput input = OrderInput::none;
  std::string_view why;
};
const std::vector<UnreachableCell>& unreachable_cells();
// Of the cells that the table lists, and that are built: those that were met by none of these, and are not said to be
// unreachable; and those that are, and were met.
std::vector<std::string> cells_against_table(const HostedCells& met);

}  // namespace florin::sim
