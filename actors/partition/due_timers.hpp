// DueTimers: when to look at an open transfer again. Derived from state: after a restart every open
// transfer is due at once. A timer of a transfer that has ended is dropped when it fires.
#pragma once

#include <optional>
#include <queue>
#include <vector>

#include "base/ids.hpp"

namespace florin {

class DueTimers {
 public:
  void arm(Timestamp due, const TransferId& id) { queue_.push({due, id}); }
  [[nodiscard]] std::optional<Timestamp> next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.top().due;
  }
  // The next transfer that is due at `now`.
  std::optional<TransferId> pop_due(Timestamp now) {
    if (queue_.empty() || queue_.top().due > now) return std::nullopt;
    const TransferId id = queue_.top().id;
    queue_.pop();
    return id;
  }

 private:
  struct Timer {
    Timestamp due;
    TransferId id;
    bool operator>(const Timer& other) const {
      return due != other.due ? due > other.due : id > other.id;
    }
  };
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> queue_;
};

}  // namespace florin
