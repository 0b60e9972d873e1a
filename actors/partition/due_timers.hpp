// DueTimers: when to look at an open transfer again. Derived from state: after a restart every open
// transfer is due at once. A timer of a transfer that has ended is dropped when it fires.
#pragma once

#include <deque>
#include <optional>
#include <queue>
#include <vector>

#include "base/ids.hpp"

namespace florin {

class DueTimers {
 public:
  void arm(Timestamp due, const TransferId& id) {
    const Timer timer{due, id};
    if (in_order_.empty() || timer > in_order_.back())
      in_order_.push_back(timer);
    else
      others_.push(timer);
  }
  [[nodiscard]] std::optional<Timestamp> next() const {
    const Timer* first = first_timer();
    return first == nullptr ? std::nullopt : std::optional(first->due);
  }
  // The next transfer that is due at `now`.
  std::optional<TransferId> pop_due(Timestamp now) {
    const Timer* first = first_timer();
    if (first == nullptr || first->due > now) return std::nullopt;
    const TransferId id = first->id;
    if (!others_.empty() && first == &others_.top())
      others_.pop();
    else
      in_order_.pop_front();
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
  [[nodiscard]] const Timer* first_timer() const {
    if (in_order_.empty()) return others_.empty() ? nullptr : &others_.top();
    if (others_.empty() || others_.top() > in_order_.front()) return &in_order_.front();
    return &others_.top();
  }

  // Nearly all timers are armed with the same wait, one after the other: those need no heap.
  std::deque<Timer> in_order_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> others_;
};

}  // namespace florin
