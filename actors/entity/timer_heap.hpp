// TimerHeap: the awake entities of one kind in the order of when to look at them. Each is in it at most once and its
// row knows where: a timer moves with what its entity waits for and goes with the entity, so none is left behind.
//
// A row has a field `timer_at` for it, which is `not_armed` when it comes and when it goes. Rows do not move in memory
// while they are in it (EntityTable). Of those that are due at the same time the one with the smaller key is first, so
// that the order does not depend on how they came.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/ids.hpp"

namespace florin {

inline constexpr std::uint32_t not_armed = UINT32_MAX;

template <class Row>
class TimerHeap {
 public:
  [[nodiscard]] std::size_t size() const { return timers_.size(); }
  [[nodiscard]] std::optional<Timestamp> next() const {
    return timers_.empty() ? std::nullopt : std::optional(timers_.front().at);
  }
  // There must be one.
  [[nodiscard]] Row& first() { return *timers_.front().row; }

  // For the first time, or at another time than so far.
  void arm(Row& row, Timestamp at) {
    if (row.timer_at == not_armed) {
      row.timer_at = static_cast<std::uint32_t>(timers_.size());
      timers_.push_back({at, &row});
    }
    timers_[row.timer_at].at = at;
    settle(row.timer_at);
  }
  void disarm(Row& row) {
    if (row.timer_at == not_armed) return;
    const std::size_t place = std::exchange(row.timer_at, not_armed);
    const Timer last = timers_.back();
    timers_.pop_back();
    if (place == timers_.size()) return;
    put(place, last);
    settle(place);
  }
  // Gives each another time: `at(row, its time)`.
  template <class At>
  void rearm_all(At&& at) {
    for (Timer& timer : timers_) timer.at = at(std::as_const(*timer.row), timer.at);
    for (std::size_t place = timers_.size() / 2; place-- > 0;) sink(place);
  }

 private:
  struct Timer {
    Timestamp at;
    Row* row;
    bool operator<(const Timer& other) const {
      return at != other.at ? at < other.at : row->key() < other.row->key();
    }
  };

  void put(std::size_t place, const Timer& timer) {
    timers_[place] = timer;
    timer.row->timer_at = static_cast<std::uint32_t>(place);
  }
  void settle(std::size_t place) { sink(risen(place)); }
  // Where it is then.
  std::size_t risen(std::size_t place) {
    const Timer timer = timers_[place];
    for (; place != 0 && timer < timers_[(place - 1) / 2]; place = (place - 1) / 2)
      put(place, timers_[(place - 1) / 2]);
    put(place, timer);
    return place;
  }
  void sink(std::size_t place) {
    const Timer timer = timers_[place];
    for (std::size_t child = 2 * place + 1; child < timers_.size(); child = 2 * place + 1) {
      if (child + 1 < timers_.size() && timers_[child + 1] < timers_[child]) ++child;
      if (!(timers_[child] < timer)) break;
      put(place, timers_[child]);
      place = child;
    }
    put(place, timer);
  }

  std::vector<Timer> timers_;
};

}  // namespace florin
