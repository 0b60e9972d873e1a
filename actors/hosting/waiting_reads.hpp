// WaitingReads: reads that any replica may answer, from when they reach this one until it has the entry that each
// wants to see. Part of the Inbox, so that they stay when the partition behind it is made again.
//
// Promises: bounded in number; whoever looks at them again and again (PartitionHost) gets each out exactly once:
// to be answered, or because it has waited too long, or because nobody will answer it here. Thread-safe.
// Crash: forgotten, as everything that was only asked.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "actors/messages/messages.hpp"

namespace florin {

class WaitingReads {
 public:
  static constexpr std::size_t reads_max = 10'000;

  explicit WaitingReads(std::size_t max) : reads_max_(max) {}

  // Takes from the front what is a FollowerRead and fits; what was not taken stays behind in the vector.
  std::size_t push(std::vector<Message>& messages);
  // Adds to `out` those that a state with entry `index` may answer, `count_max` at most; true: more are ready. The
  // others wait from `now_us` on, if they have not been looked at before; monotonic microseconds.
  bool take_ready(LogIndex index, std::int64_t now_us, std::size_t count_max,
                  std::vector<Message>& out);
  // Those that were ready and had no room among the answers: they are the next.
  void put_back(std::vector<Message> reads, std::int64_t now_us);
  // Those that have waited since `since_us` or longer.
  std::vector<RequestId> take_expired(std::int64_t since_us);
  std::vector<RequestId> take_all();
  // Nothing more is taken.
  void close();

  // Cheap: asked at every wake-up.
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return count_.load(std::memory_order_acquire); }

 private:
  struct Waiting {
    Message read;
    std::int64_t since_us = 0;
  };

  std::size_t reads_max_;
  mutable std::mutex mutex_;
  std::vector<Message> arrived_;              // not looked at yet
  std::multimap<LogIndex, Waiting> waiting_;  // by the entry they want to see
  std::atomic<std::size_t> count_{0};
  bool closed_ = false;
};

}  // namespace florin
