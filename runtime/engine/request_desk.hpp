// RequestDesk: the Gateway of one node. Remembers who asked what, hands messages to the partitions, and
// answers each ask once: when its last reply has come, or when patience is over. Thread-safe.
//
// What it decides is decided in AskTable (actors/asks/), which the simulator runs too: here are threads, locks and the
// clock. In a cluster it asks again, for `ask_again_for`, what found no leader or may have been lost with one.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "actors/asks/ask_table.hpp"
#include "runtime/gateway.hpp"

namespace florin {

class Metrics;

// Of the clock that is never set.
AskTime steady_now();
// For RequestDesk: an alarm in log and metrics.
void note_unfit(Metrics& metrics, const Reply& reply);

class RequestDesk final : public Gateway {
 public:
  // `on_overloaded` is told how many messages found no room; `on_unfit` of each reply that answers another question than
  // the one of its number, on any thread. `self`: this process. `ask_again_for` 0: each message is sent once.
  RequestDesk(Router& router, std::function<void(std::size_t)> on_overloaded,
              AskTable::OnUnfit on_unfit, PeerProcess self,
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
  // An ask's number picks its shard, so threads seldom meet.
  struct Shard {
    Shard(const Router& router, AskTime ask_again_for, const AskTable::OnUnfit& on_unfit,
          PeerProcess self)
        : table(router, ask_again_for, on_unfit, self) {}
    mutable std::mutex mutex;
    AskTable table;
  };
  static constexpr std::size_t shard_count = 64;

  Shard& shard_of(std::uint64_t number) { return *shards_[number % shard_count]; }
  void refuse(const std::vector<Message>& left, NotAccepted::Why why);
  void send(std::vector<Addressed> messages);
  void ask_again(AskTime now);
  void expire_loop();
  void expire(AskTime now);

  Router& router_;
  std::function<void(std::size_t)> on_overloaded_;
  std::atomic<std::uint64_t> next_number_{1};
  std::atomic<bool> closed_{false};
  std::array<std::unique_ptr<Shard>, shard_count> shards_;

  std::mutex stop_mutex_;
  std::condition_variable stop_condition_;
  bool stop_ = false;
  std::thread expirer_;
};

}  // namespace florin
