// SentLegs: what a partition has open with legs in other partitions, by kind of sender and by participant. Where the first
// one of all kinds began is where the fence ends that the participant is told: a leg's key says where its sender began,
// not of which kind it is, so one fence speaks for all of them.
//
// A kind that sends legs is a type in the list, in PartitionState. Legs beside their sender are not counted: they go with
// it, without a fence. Crash: made again from what is open (load) and from the log (apply).
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <optional>
#include <vector>

#include "actors/transfer/open_starts.hpp"
#include "base/ids.hpp"

namespace florin {

template <class... Kinds>
class SentLegs {
 public:
  explicit SentLegs(std::size_t partitions) {
    for (auto& by_participant : starts_) by_participant.resize(partitions);
  }

  // One leg at `participant` of a `Kind` that began in entry `index`; never before the last one of its kind.
  template <class Kind>
  void began(PartitionId participant, LogIndex index) {
    starts_[place_of<Kind>()].at(participant).add(index);
  }
  // One leg that was added.
  template <class Kind>
  void ended(PartitionId participant, LogIndex index) {
    starts_[place_of<Kind>()].at(participant).end(index);
  }
  // Where the first one began, of any kind, that is open with a leg there; none: nothing is.
  [[nodiscard]] std::optional<LogIndex> first_open(PartitionId participant) const {
    std::optional<LogIndex> first;
    for (const auto& by_participant : starts_)
      if (const auto open = by_participant.at(participant).first_open())
        first = std::min(first.value_or(*open), *open);
    return first;
  }
  [[nodiscard]] bool knows(PartitionId participant) const {
    return participant < starts_.front().size();
  }

 private:
  template <class Kind>
  static constexpr std::size_t place_of() {
    static_assert((std::same_as<Kind, Kinds> + ... + 0) == 1, "a kind that sends legs is listed");
    std::size_t place = 0;
    static_cast<void>(((std::same_as<Kind, Kinds> ? true : (++place, false)) || ...));
    return place;
  }

  std::array<std::vector<OpenStarts>, sizeof...(Kinds)> starts_;
};

}  // namespace florin
