// Replica: one partition as a member of its raft group. It follows the log, evolving what is committed, or
// leads it, taking turns as the partition of a single node does. The CAF actor of the node and the simulator's
// node are shells around it.
//
// Promises
//  - It decides only between leading and following news, on a state that holds everything ever acknowledged.
//  - When the leadership ends, all that it decided and that was not committed is thrown away with the state it
//    was decided on: the partition is made again from its store and the log. None of those effects leaves.
//    Whoever asked is told `lost`: ask again with the same id.
//  - What comes from clients while it does not lead is refused with `no_leader`; what comes from partitions is
//    dropped: they send it again, to whoever leads then.
//
// Crash anywhere: as PartitionHost; the log gives the committed rest again. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "actors/partition/partition_host.hpp"
#include "actors/partition/replica_news.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

// What a replica does to the world, beside what a host does.
class ReplicaPorts {
 public:
  virtual ~ReplicaPorts() = default;

  [[nodiscard]] virtual Timestamp now() const = 0;
  [[nodiscard]] virtual ClockReading clock() const { return {now(), ClockTrust::own}; }
  [[nodiscard]] virtual std::int64_t monotonic_us() const = 0;
  [[nodiscard]] virtual LogIndex checkpoint_index() const = 0;

  virtual void propose(std::uint64_t epoch, LogEntry entry) = 0;
  virtual void confirm(std::uint64_t epoch, std::uint64_t ticket) = 0;
  virtual void deliver(std::vector<Reply> replies) = 0;
  virtual void tell(PartitionId to, std::vector<Message> messages) = 0;
  virtual void write_checkpoint(Checkpoint checkpoint) = 0;
  virtual std::optional<Checkpoint> take_refused_checkpoint() = 0;  // see HostPorts
  virtual void stopped() = 0;
  virtual void released(const Effects& effects) = 0;
  virtual void turn_begins() {}
  virtual void turn_ended(std::size_t messages) { static_cast<void>(messages); }
  virtual void turn_cost(const TurnCost& cost) { static_cast<void>(cost); }
  // The log or the store cannot be trusted: the process must end.
  virtual void failed(const Error& error) = 0;
};

class Replica final : private HostPorts {
 public:
  // All outlive it.
  Replica(PartitionId id, const PartitionMap& map, StateStore& store, EventLogReader& log,
          Inbox& inbox, ReplicaNewsQueue& news, ReplicaPorts& ports,
          PartitionOptions partition_options, HostOptions host_options);
  ~Replica() override;

  // Before anything else: the store, then the log up to `committed`.
  Status<Error> recover(LogIndex committed);

  void wake();
  void tick();
  void stop();

  [[nodiscard]] bool leads() const { return epoch_ != 0; }
  // Nothing is left of it: no partition, no host.
  [[nodiscard]] bool is_dropped() const { return dropped_; }
  [[nodiscard]] LogIndex committed() const { return committed_; }
  // By the last recover().
  [[nodiscard]] std::uint64_t entries_replayed() const { return entries_replayed_; }
  // As this replica knows it; while it leads, with what is not yet committed.
  Partition& partition() { return *partition_; }
  PartitionHost& host() { return *host_; }

 private:
  // HostPorts
  [[nodiscard]] Timestamp now() const override { return ports_.now(); }
  [[nodiscard]] ClockReading clock() const override { return ports_.clock(); }
  [[nodiscard]] std::int64_t monotonic_us() const override { return ports_.monotonic_us(); }
  [[nodiscard]] LogIndex durable_index() const override { return committed_; }
  [[nodiscard]] LogIndex checkpoint_index() const override { return ports_.checkpoint_index(); }
  std::uint64_t ask_confirmation() override;
  [[nodiscard]] std::uint64_t confirmed_ticket() const override { return confirmed_; }
  void append(LogEntry entry) override { ports_.propose(epoch_, std::move(entry)); }
  void deliver(std::vector<Reply> replies) override { ports_.deliver(std::move(replies)); }
  void tell(PartitionId to, std::vector<Message> messages) override {
    ports_.tell(to, std::move(messages));
  }
  void write_checkpoint(Checkpoint checkpoint) override {
    ports_.write_checkpoint(std::move(checkpoint));
  }
  std::optional<Checkpoint> take_refused_checkpoint() override {
    return ports_.take_refused_checkpoint();
  }
  void stopped() override { ports_.stopped(); }
  void released(const Effects& effects) override { ports_.released(effects); }
  void turn_begins() override { ports_.turn_begins(); }
  void turn_ended(std::size_t messages) override { ports_.turn_ended(messages); }
  void turn_cost(const TurnCost& cost) override { ports_.turn_cost(cost); }

  void on(const EntriesCommitted& news);
  void on(const LeadershipBegins& news);
  void on(const LeadershipEnds& news);
  void on(const LeadershipConfirmed& news);
  void on(const ChangeWanted& news);
  void on(const PartnerReturned& news);
  void on(const ReplicaDropped& news);
  void begin_leading(const LeadershipBegins& news);
  void make_partition();
  void maybe_rebuild();
  void refuse_waiting();
  Status<Error> replay(LogIndex index, std::string_view bytes);
  void fail(const Error& error);

  PartitionId id_;
  const PartitionMap& map_;
  StateStore& store_;
  EventLogReader& log_;
  Inbox& inbox_;
  ReplicaNewsQueue& news_;
  ReplicaPorts& ports_;
  PartitionOptions partition_options_;
  HostOptions host_options_;

  std::unique_ptr<Partition> partition_;
  std::unique_ptr<PartitionHost> host_;
  LogIndex committed_ = 0;
  std::uint64_t entries_replayed_ = 0;
  std::uint64_t epoch_ = 0;  // 0: follows
  std::uint64_t last_ticket_ = 0;
  std::uint64_t confirmed_ = 0;
  std::vector<PartitionId> partners_returned_;  // since the last tick, while it leads
  bool is_to_rebuild_ = false;                  // the state holds what was never committed
  std::optional<LeadershipBegins> leads_after_rebuild_;
  bool stopping_ = false;
  bool dropped_ = false;
  bool failed_ = false;
};

}  // namespace florin
