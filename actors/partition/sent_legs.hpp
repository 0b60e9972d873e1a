// SentLegs: what a partition has open with legs in other partitions, by kind of sender and by participant. Where the first
// one of all kinds began is where the fence ends that the participant is told: a leg's key says where its sender began,
// not of which kind it is, so one fence speaks for all of them.
//
// A kind that sends legs is a type in the list, in PartitionState. Legs beside their sender are not counted: they go with
// it, without a fence. Crash: made again from what is open (load) and from the log (apply).
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <vector>

#include "actors/transfer/open_starts.hpp"
#include "base/ids.hpp"

namespace florin {

// What those ask who need not know which kinds there are.
class SentLegsOfAll {
 public:
  // Where the first one began, of any kind, that is open with a leg there; none: nothing is.
  [[nodiscard]] std::optional<LogIndex> first_open(PartitionId participant) const {
    std::optional<LogIndex> first;
    for (std::size_t kind = 0; kind < kinds_; ++kind)
      if (const auto open = starts_.at(participant * kinds_ + kind).first_open())
        first = std::min(first.value_or(*open), *open);
    return first;
  }
  // Everything that began at or before this index and has a leg there has ended. `last`: of the log.
  [[nodiscard]] LogIndex finished_up_to(PartitionId participant, LogIndex last) const {
    const auto open = first_open(participant);
    return open ? *open - 1 : last;
  }
  [[nodiscard]] bool knows(PartitionId participant) const {
    return participant * kinds_ < starts_.size();
  }

 protected:
  SentLegsOfAll(std::size_t kinds, std::size_t partitions)
      : kinds_(kinds), starts_(kinds * partitions) {}
  OpenStarts& starts_of(std::size_t kind, PartitionId participant) {
    return starts_.at(participant * kinds_ + kind);
  }

 private:
  std::size_t kinds_;
  std::vector<OpenStarts> starts_;  // by participant, then by kind
};

template <class... Kinds>
class SentLegs : public SentLegsOfAll {
 public:
  explicit SentLegs(std::size_t partitions) : SentLegsOfAll(sizeof...(Kinds), partitions) {}

  // One leg at `participant` of a `Kind` that began in entry `index`; never before the last one of its kind.
  template <class Kind>
  void began(PartitionId participant, LogIndex index) {
    starts_of(place_of<Kind>(), participant).add(index);
  }
  // One leg that was added.
  template <class Kind>
  void ended(PartitionId participant, LogIndex index) {
    starts_of(place_of<Kind>(), participant).end(index);
  }

 private:
  template <class Kind>
  static constexpr std::size_t place_of() {
    static_assert((std::same_as<Kind, Kinds> + ... + 0) == 1, "a kind that sends legs is listed");
    std::size_t place = 0;
    static_cast<void>(((std::same_as<Kind, Kinds> ? true : (++place, false)) || ...));
    return place;
  }
};

}  // namespace florin
