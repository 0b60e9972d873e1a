// RequestDesk: the Gateway of one node. Remembers who asked what, hands messages to the partitions, and
// answers each ask once: when its last reply has come, or when patience is over. Thread-safe.
//
// In a cluster it asks again, for `ask_again_for`, what found no leader or may have been lost with one: every
// request is idempotent by its id, and what was decided twice is answered twice the same. It says `no_leader`
// only for what no leader can have decided, reads always; otherwise it says nothing, which means: not known yet.
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
  // `on_overloaded` is told how many messages found no room. `ask_again_for` 0: each message is sent once.
  RequestDesk(Router& router, std::function<void(std::size_t)> on_overloaded,
              std::chrono::milliseconds ask_again_for = {});
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
  // One message of an ask that may be sent again.
  struct Kept {
    Addressed message;
    std::uint64_t era = 0;        // of its partition, when it was last sent
    bool is_refused = false;      // by somebody who is no leader
    bool may_be_decided = false;  // by a leader that was lost since
  };
  struct Pending {
    AskReplies replies;
    std::size_t remaining = 0;
    SteadyTime deadline;
    SteadyTime ask_again_until;
    std::vector<Kept> kept;  // empty: nothing is sent again
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
  void send(std::uint64_t number, std::vector<std::vector<Message>> by_partition);
  bool keeps_asking(Pending& pending, std::size_t item, const Reply& reply) const;
  void ask_again(SteadyTime now);
  std::vector<std::vector<Message>> due_again(Pending& pending, SteadyTime now);
  void expire_loop();
  void expire(SteadyTime now);
  static void name_unanswered_reads(Pending& pending);

  Router& router_;
  std::function<void(std::size_t)> on_overloaded_;
  std::chrono::milliseconds ask_again_for_;
  std::atomic<std::uint64_t> next_number_{1};
  std::atomic<bool> closed_{false};
  std::array<Shard, shard_count> shards_;

  std::mutex stop_mutex_;
  std::condition_variable stop_condition_;
  bool stop_ = false;
  std::thread expirer_;
};

}  // namespace florin
