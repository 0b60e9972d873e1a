// Fences: when may a participant forget a leg? When nothing about it can still be sent. The coordinator's partition says so
// by an index of its log; the participant logs it (FenceAdvanced) before it forgets. One fence for each pair of partitions.
//
// The rules are the same for whatever sends legs: what is fenced is known by the position of the event that began it.
#pragma once

#include <cstdint>

#include "base/ids.hpp"

namespace florin {

// This coordinator has finished all that it started at or before `index`: nothing of it is still kept.
struct Fence {
  PartitionId coordinator = 0;
  LogIndex index = 0;
  bool operator==(const Fence&) const = default;

  // Its coordinator has finished what began there, and its legs here may be forgotten.
  [[nodiscard]] bool covers(const TransferId& began) const noexcept {
    return began.partition == coordinator && began.index <= index;
  }
};

// What one participant was told of the fence that it has here, and has answered. No state: after a crash nothing is
// known of it, and everything counts as owed.
struct FenceTold {
  LogIndex last_leg_at = 0;  // it may keep legs of what began up to this entry
  LogIndex told = 0;
  LogIndex answered = 0;
  std::uint32_t repeats = 0;
  Timestamp again_at;  // when `told` is told once more
  // Owed until it is known to keep no leg.
  [[nodiscard]] bool is_owed() const noexcept { return told < last_leg_at; }
  [[nodiscard]] bool is_unanswered() const noexcept {
    return answered < last_leg_at && answered < told;
  }
};

enum class FenceTelling : std::uint8_t { nothing, news, once_more };

// `finished`: all with a leg there that began up to this entry has ended. The news when there is some, otherwise the last
// news once more, less and less often, until it is answered: told or answer may have been lost.
FenceTelling decide_fence(const FenceTold& fence, LogIndex finished, Timestamp now);

}  // namespace florin
