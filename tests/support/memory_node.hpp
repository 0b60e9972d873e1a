// MemoryNode: a whole node in memory, for tests of what sits on top of one: real partitions with real logs and
// stores, driven in turns on the caller's thread. No threads, no clock, no disk of its own.
//
// ask() runs turns until nothing is left to do and answers what can be answered. What a test holds back
// (hold) stays unanswered until release() or expire(): the latter is patience that is over.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "actors/partition/partition.hpp"
#include "persistence/memory/memory_event_log.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "runtime/gateway.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

class MemoryNode final : public Gateway {
 public:
  explicit MemoryNode(std::uint32_t partitions = 4, PartitionOptions options = {});
  ~MemoryNode() override;

  NodeServices services();
  [[nodiscard]] const PartitionMap& map() const { return map_; }
  MemoryEventLog& log() { return log_; }
  Metrics& metrics() { return metrics_; }

  void ask(std::vector<Addressed> messages, std::chrono::milliseconds patience,
           std::function<void(AskReplies)> done) override;

  // --- what a test may do to it ---------------------------------------------------------------------
  void set_ready(bool ready) { ready_ = ready; }
  // From now on somebody is outside, and answers calls at once; none: this one is never heard of again. (Else: none may be made.)
  void with_outside(std::function<std::optional<CallAnswer>(const OutsideCall&)> answer) {
    outside_ = std::move(answer);
  }
  // Time of the next turns, microseconds since 1970.
  void set_time(Timestamp now) { now_ = now; }
  [[nodiscard]] Timestamp time() const { return now_; }
  // The partition takes no turns: its messages wait.
  void hold(PartitionId partition) { held_.insert(partition); }
  void release(PartitionId partition);
  // One turn of a partition that is held; what it sends waits in the other inboxes until run().
  void step(PartitionId partition);
  // What waits for the partition never arrives.
  void lose_messages(PartitionId partition) { shards_.at(partition).inbox.clear(); }
  // Messages of clients to this partition are not accepted, until nullopt.
  void refuse(PartitionId partition, std::optional<NotAccepted::Why> why);
  // Patience of every open ask is over.
  void expire();
  [[nodiscard]] std::size_t open_asks() const { return asks_.size(); }
  // Of the newest ask.
  [[nodiscard]] std::chrono::milliseconds last_patience() const { return last_patience_; }
  // Runs turns, also of what is due by time, until nothing is left to do.
  void run();

  // An id such as "payer-17" that lives in `partition`; `number` picks among them.
  [[nodiscard]] AccountId account_in(PartitionId partition, std::string_view name = "account",
                                     unsigned number = 0) const;

 private:
  struct Ask {
    AskReplies replies;
    std::size_t remaining = 0;
    std::function<void(AskReplies)> done;
  };
  struct Shard {
    MemoryStateStore store;
    std::unique_ptr<Partition> partition;
    std::deque<Message> inbox;
  };

  bool take_turn(PartitionId id);
  void deliver(Reply reply);
  void call_outside(const OutsideCall& call);

  PartitionMap map_;
  MemoryEventLog log_;
  Metrics metrics_;
  std::deque<Shard> shards_;
  std::map<std::uint64_t, Ask> asks_;
  std::vector<Ask> answered_;
  std::uint64_t next_ask_ = 1;
  std::set<PartitionId> held_;
  std::map<PartitionId, NotAccepted::Why> refusing_;
  std::function<std::optional<CallAnswer>(const OutsideCall&)> outside_;
  Timestamp now_{1'790'000'000'000'000};
  std::chrono::milliseconds last_patience_{0};
  bool ready_ = true;
  bool running_ = false;
};

}  // namespace florin
