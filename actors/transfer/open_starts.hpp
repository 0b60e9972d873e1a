// OpenStarts: where the transfers began that a partition has open with a leg at one other partition. Its first one is
// where the fence that this other partition is told ends (PartitionState::finished_up_to). Legs are counted, so two legs of
// one transfer are two.
//
// Transfers begin in the order of the log and end in any: what has ended behind one that stays open for days must not pile
// up, so it is thrown out when it is most of what is kept. A beginning costs O(1) amortised. An end finds its entry in the
// log by the place of the end before it, which is mostly the same; otherwise by a search in the entries that are open.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/assert.hpp"
#include "base/ids.hpp"

namespace florin {

class OpenStarts {
 public:
  // Of one leg; never before the last one.
  void add(LogIndex index) {
    if (starts_.empty() || starts_.back().index != index) {
      FLORIN_ASSERT(starts_.empty() || starts_.back().index < index, "transfers begin in order");
      starts_.push_back({index, 0});
    } else if (starts_.back().open == 0) {
      --over_;
    }
    ++starts_.back().open;
  }

  // Of one leg that was added.
  void end(LogIndex index) {
    Start& start = starts_[place_of(index)];
    FLORIN_ASSERT(start.open > 0, "an ended leg was open");
    if (--start.open != 0) return;
    ++over_;
    if (2 * over_ > starts_.size() + kept_over) throw_out();
    while (first_ < starts_.size() && starts_[first_].open == 0) ++first_;
    if (first_ == starts_.size()) clear();
  }

  // None: nothing is open.
  [[nodiscard]] std::optional<LogIndex> first_open() const {
    if (starts_.empty()) return std::nullopt;
    return starts_[first_].index;
  }
  // Entries of the log that are kept, open ones and others.
  [[nodiscard]] std::size_t kept() const { return starts_.size(); }

 private:
  struct Start {
    LogIndex index = 0;
    std::uint32_t open = 0;
  };
  static constexpr std::size_t kept_over = 8;  // fewer than these are not worth the work

  [[nodiscard]] std::size_t place_of(LogIndex index) {
    if (last_ended_ < starts_.size() && starts_[last_ended_].index == index) return last_ended_;
    const auto begin = starts_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto found = std::ranges::lower_bound(begin, starts_.end(), index, {}, &Start::index);
    FLORIN_ASSERT(found != starts_.end() && found->index == index, "an ended leg has begun");
    last_ended_ = static_cast<std::uint32_t>(found - starts_.begin());
    return last_ended_;
  }
  void throw_out() {
    std::erase_if(starts_, [](const Start& start) { return start.open == 0; });
    first_ = over_ = 0;
  }
  void clear() {
    starts_.clear();
    first_ = over_ = 0;
  }

  std::vector<Start> starts_;  // in order; what is over may still be among them
  std::uint32_t first_ = 0;    // that is open
  std::uint32_t over_ = 0;     // of starts_
  std::uint32_t last_ended_ = 0;
};

}  // namespace florin
