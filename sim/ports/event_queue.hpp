// EventQueue: the one thread of the simulated world. Events run in order of (time, sequence), so that the
// same program of events always runs in the same order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace florin::sim {

using SimTime = std::int64_t;  // microseconds since the simulation began
inline constexpr SimTime millisecond = 1'000;
inline constexpr SimTime second = 1'000'000;
inline constexpr SimTime hour = 3'600 * second;

class EventQueue {
 public:
  using Event = std::function<void()>;

  [[nodiscard]] SimTime now() const { return now_; }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::uint64_t ran() const { return ran_; }
  [[nodiscard]] std::optional<SimTime> next_time() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().time;
  }

  // A time that has passed means now, behind what is already due now.
  void at(SimTime time, Event event) {
    heap_.push_back({std::max(time, now_), next_sequence_++, std::move(event)});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }
  void after(SimTime delay, Event event) { at(now_ + delay, std::move(event)); }

  // False when there is nothing left.
  bool run_one() {
    if (heap_.empty()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    Item item = std::move(heap_.back());
    heap_.pop_back();
    now_ = item.time;
    ++ran_;
    item.event();
    return true;
  }

 private:
  struct Item {
    SimTime time;
    std::uint64_t sequence;
    Event event;
  };
  struct Later {
    bool operator()(const Item& a, const Item& b) const {
      return a.time != b.time ? a.time > b.time : a.sequence > b.sequence;
    }
  };
  std::vector<Item> heap_;
  SimTime now_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t ran_ = 0;
};

}  // namespace florin::sim
