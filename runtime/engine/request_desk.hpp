// RequestDesk: the Gateway of one node. Remembers who asked what, hands messages to the partitions, and
// answers each ask once: when its last reply has come, or when patience is over. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include <tsl/robin_map.h>

#include "runtime/engine/router.hpp"
#include "runtime/gateway.hpp"

namespace florin {

class RequestDesk final : public Gateway {
 public:
  // `on_overloaded` is told how many messages found no room.
  RequestDesk(Router& router, std::function<void(std::size_t)> on_overloaded);
  ~RequestDesk() override;

  void ask(std::vector<Addressed> messages, std::chrono::milliseconds patience,
           std::function<void(AskReplies)> done) override;

  // From partition managers: released replies, in order.
  void deliver(std::vector<Reply> replies);
  // From now on every ask is answered `stopping`.
  void close() { closed_ = true; }
  // Answers everybody who still waits: no answer in time. For the end of the node.
  void answer_all();
  // Asks that wait for an answer.
  [[nodiscard]] std::size_t pending() const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Pending {
    AskReplies replies;
    std::size_t remaining = 0;
    SteadyTime deadline;
    std::function<void(AskReplies)> done;
  };
  // An ask's number picks its shard, so threads seldom meet.
  struct Shard {
    mutable std::mutex mutex;
    tsl::robin_map<std::uint64_t, std::unique_ptr<Pending>> pending;
  };
  static constexpr std::size_t shard_count = 64;
  static constexpr unsigned item_bits = 16;  // a batch has at most 10,000 items

  Shard& shard_of(std::uint64_t number) { return shards_[number % shard_count]; }
  void refuse(std::uint64_t number, std::vector<std::size_t> items, NotAccepted::Why why);
  void expire_loop();
  void expire(SteadyTime now);

  Router& router_;
  std::function<void(std::size_t)> on_overloaded_;
  std::atomic<std::uint64_t> next_number_{1};
  std::atomic<bool> closed_{false};
  std::array<Shard, shard_count> shards_;

  std::mutex stop_mutex_;
  std::condition_variable stop_condition_;
  bool stop_ = false;
  std::thread expirer_;
};

}  // namespace florin
