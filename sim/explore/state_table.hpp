// StateTable: distinct states, numbered in the order in which they were found, and found again by their bytes.
#pragma once

#include <deque>
#include <string_view>
#include <utility>

#include "actors/entity/slot_index.hpp"
#include "cluster/partition_map.hpp"
#include "sim/explore/explore_world.hpp"

namespace florin::sim {

class StateTable {
 public:
  // The state's number, and whether it is new.
  std::pair<std::uint32_t, bool> number(const ExploreState& state) {
    const std::uint64_t hash = hash64({reinterpret_cast<const char*>(&state), sizeof(state)});
    const auto known = index_.find(hash, [&](std::uint32_t at) { return states_[at] == state; });
    if (known != SlotIndex::no_slot) return {known, false};
    const auto at = static_cast<std::uint32_t>(states_.size());
    states_.push_back(state);
    index_.insert(hash, at);
    return {at, true};
  }
  [[nodiscard]] const ExploreState& at(std::uint32_t number) const { return states_[number]; }
  [[nodiscard]] std::size_t size() const { return states_.size(); }

 private:
  std::deque<ExploreState> states_;  // never copied while it grows
  SlotIndex index_;
};

}  // namespace florin::sim
