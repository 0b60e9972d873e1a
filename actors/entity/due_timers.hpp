// DueTimers: when to look at an open entity again, {actor, due}, over the kinds that have timers. Derived from state and
// never stored: after a start the partition says what is open (wake), and all of it is due soon. A timer of an actor that is
// over is dropped when it fires.
//
// Few are due at once after a start; many are spread by their own jitter, so that those who wait for other things need not
// wait for all of them. Whoever takes them bounds how many a turn takes; what is left is still due.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <queue>
#include <tuple>
#include <type_traits>
#include <vector>

#include "actors/entity/spread.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"

namespace florin {

// A kind with timers has a Key in an order, and `jitter(key)`: the same for ever, because times are part of what a history
// gives.
template <class Kind>
class KindTimers {
 public:
  using Key = typename Kind::Key;

  void arm(Timestamp due, const Key& key) {
    const Timer timer{due, key};
    if (in_order_.empty() || timer > in_order_.back())
      in_order_.push_back(timer);
    else
      others_.push(timer);
  }
  // After a start: all that are open, in order. Replaces those of the start before.
  void wake(const std::vector<Key>& open) {
    const bool are_many = open.size() > limits::woken_at_once_max;
    const std::int64_t spread = spread_us(open.size(), limits::woken_per_second_max);
    woken_.clear();
    for (const Key& key : open)
      woken_.push_back({Timestamp{are_many ? offset_within<Kind>(key, spread) : 0}, key});
    if (are_many) std::ranges::sort(woken_, [](const Timer& a, const Timer& b) { return b > a; });
    began_.reset();
  }

  [[nodiscard]] std::optional<Timestamp> next() const {
    const auto woken = first_woken();
    const Timer* armed = first_armed();
    if (armed == nullptr) return woken ? std::optional(woken->due) : std::nullopt;
    return woken ? std::min(woken->due, armed->due) : armed->due;
  }
  // The next one that is due at `now`, which never goes back.
  std::optional<Key> pop_due(Timestamp now) {
    if (!began_) began_ = now;
    const auto woken = first_woken();
    const Timer* armed = first_armed();
    const bool is_woken = woken && (armed == nullptr || *armed > *woken);
    if (is_woken) return woken->due > now ? std::nullopt : std::optional(pop_woken());
    return armed == nullptr || armed->due > now ? std::nullopt : std::optional(pop_armed());
  }

 private:
  struct Timer {
    Timestamp due;
    Key key;
    bool operator>(const Timer& other) const {
      return due != other.due ? due > other.due : key > other.key;
    }
  };

  // Counted from the first tick after the start: what time it was before that is not known.
  [[nodiscard]] std::optional<Timer> first_woken() const {
    if (woken_.empty()) return std::nullopt;
    Timer first = woken_.front();
    first.due = began_ && first.due.us != 0 ? *began_ + first.due.us : Timestamp{};
    return first;
  }
  Key pop_woken() {
    const Key key = woken_.front().key;
    woken_.pop_front();
    return key;
  }

  [[nodiscard]] const Timer* first_armed() const {
    if (in_order_.empty()) return others_.empty() ? nullptr : &others_.top();
    if (others_.empty() || others_.top() > in_order_.front()) return &in_order_.front();
    return &others_.top();
  }
  Key pop_armed() {
    const Timer* first = first_armed();
    const Key key = first->key;
    if (!others_.empty() && first == &others_.top())
      others_.pop();
    else
      in_order_.pop_front();
    return key;
  }

  // Nearly all timers are armed with the same wait, one after the other: those need no heap.
  std::deque<Timer> in_order_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> others_;
  std::deque<Timer> woken_;         // due: behind `began_`, or at once when that is zero
  std::optional<Timestamp> began_;  // the first tick after the start
};

template <class... Kinds>
class DueTimers {
 public:
  template <class Kind>
  void arm(Timestamp due, const typename Kind::Key& key) {
    of<Kind>().arm(due, key);
  }
  template <class Kind>
  void wake(const std::vector<typename Kind::Key>& open) {
    of<Kind>().wake(open);
  }
  [[nodiscard]] std::optional<Timestamp> next() const {
    std::optional<Timestamp> first;
    ((first = earlier(first, get<KindTimers<Kinds>>(timers_).next())), ...);
    return first;
  }
  // Gives the first one that is due at `now` to `act(std::type_identity<Kind>, key)`; of those that are due at the same time,
  // one of the kind that is listed first. False: none is due.
  template <class Act>
  bool pop_due(Timestamp now, Act&& act) {
    const auto first = next();
    if (!first || *first > now) return false;
    return (take<Kinds>(now, *first, act) || ...);
  }

 private:
  template <class Kind>
  KindTimers<Kind>& of() {
    return get<KindTimers<Kind>>(timers_);
  }
  template <class Kind, class Act>
  bool take(Timestamp now, Timestamp first, Act& act) {
    if (of<Kind>().next() != first) return false;
    // Its first tick after a start may be when it learns that nothing of it is due yet.
    if (const auto key = of<Kind>().pop_due(now)) act(std::type_identity<Kind>{}, *key);
    return true;
  }

  std::tuple<KindTimers<Kinds>...> timers_;
};

}  // namespace florin
