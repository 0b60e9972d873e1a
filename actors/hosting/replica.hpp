// Replica: one partition as a member of its raft group. It follows the log, evolving what is committed, or
// leads it, taking turns as the partition of a single node does. The CAF actor of the node and the simulator's
// node are shells around it.
//
// Promises
//  - It decides only between leading and following news, on a state that holds everything ever acknowledged.
//  - When the leadership ends, all that it decided and that was not committed is thrown away with the state it
//    was decided on: the partition is made again from its store and the log. None of those effects leaves.
//    Whoever asked is told `lost`: ask again with the same id.
//  - It tells the heads of its hash chain and hears those of the others (chain_heads.hpp). While it stands apart from them
//    it answers nobody and decides nothing; it goes on following the log.
//  - When its store is found damaged the state is thrown away, too, and made again from the log alone, a step at a time.
//    It keeps its vote and its log, and the leadership if it has it: until it is whole it decides nothing, answers no
//    read, and refuses what comes from clients with `rebuilding`.
//  - What comes from clients while it does not lead is refused with `no_leader`; what comes from partitions is
//    dropped: they send it again, to whoever leads then.
//
// Crash anywhere: as PartitionHost; the log gives the committed rest again. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "actors/hosting/partition_host.hpp"
#include "actors/hosting/replica_news.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/replication/chain_heads.hpp"

namespace florin {

// What a replica wants of its group, and of those who look after it: beside HostPorts.
class ReplicaPorts {
 public:
  virtual ~ReplicaPorts() = default;

  virtual void propose(std::uint64_t reign, LogEntry entry) = 0;
  virtual void confirm(std::uint64_t reign, std::uint64_t ticket) = 0;
  // Another replica has another history. Somebody must look: one of the two is wrong.
  virtual void chain_differs(const ChainHeads::Difference& difference) {
    static_cast<void>(difference);
  }
  // It has been dropped: nothing of it uses its store any more, but a checkpoint that was handed out.
  virtual void emptied() {}
  // It leads, and must not: somebody else shall.
  virtual void give_up_leadership() {}
  // The log or the store cannot be trusted: the process must end.
  virtual void failed(const Error& error) = 0;
};

class Replica final : private TurnLog {
 public:
  // All outlive it.
  Replica(PartitionId id, const PartitionMap& map, StateStore& store, EventLogReader& log,
          Inbox& inbox, ReplicaNewsQueue& news, HostPorts& ports, ReplicaPorts& group,
          PartitionOptions partition_options, HostOptions host_options);
  ~Replica() override;

  // Before anything else: the store, then the log up to `committed`. A damaged store is no error: it is made again from
  // the first wake-up on.
  Status<Error> recover(LogIndex committed);
  // The same with its first wake-up, on its own thread: the log that a replica left behind may be long, and whoever makes
  // it new must not wait. What is committed meanwhile comes as news.
  void recover_later(LogIndex committed);

  void wake();
  void tick();
  void stop();

  [[nodiscard]] bool leads() const { return reign_ != 0; }
  // Nothing is left of it: no partition, no host.
  [[nodiscard]] bool is_dropped() const { return dropped_; }
  // Its state says nothing that may be told: it is being made again.
  [[nodiscard]] bool is_rebuilding() const { return from_the_log_; }
  [[nodiscard]] LogIndex committed() const { return committed_; }
  // The chain as far as it is committed.
  [[nodiscard]] const ChainHeads& chain() const { return heads_; }
  // Also as news.
  void hear(NodeNumber from, std::span<const ChainHead> heads) { heads_.hear(from, heads); }
  void look_at_heads();
  // By the last recover().
  [[nodiscard]] std::uint64_t entries_replayed() const { return entries_replayed_; }
  // As this replica knows it; while it leads, with what is not yet committed.
  Partition& partition() { return *partition_; }
  PartitionHost& host() { return *host_; }

 private:
  // TurnLog
  [[nodiscard]] LogIndex durable_index() const override { return committed_; }
  void append(LogEntry entry) override;
  std::uint64_t ask_confirmation() override;
  [[nodiscard]] std::uint64_t confirmed_ticket() const override { return confirmed_; }

  void on(const EntriesCommitted& news);
  void on(const LeadershipBegins& news);
  void on(const LeadershipEnds& news);
  void on(const LeadershipConfirmed& news);
  void on(const ChangeWanted& news);
  void on(const PartnerReturned& news);
  void on(const ReplicaDropped& news);
  void on(const HeadsHeard& news);
  void begin_leading(const LeadershipBegins& news);
  void make_partition();
  void maybe_rebuild();
  Status<Error> load_and_replay();
  void drop_state();
  void look_at_host();
  void tell_stopped();
  void begin_from_the_log();
  Status<Error> begin_again();
  void rebuild_step();
  void finish_rebuild();
  void refuse_waiting();
  Status<Error> replay(LogIndex index, std::string_view bytes);
  void fail(const Error& error);

  PartitionId id_;
  const PartitionMap& map_;
  StateStore& store_;
  EventLogReader& log_;
  Inbox& inbox_;
  ReplicaNewsQueue& news_;
  HostPorts& ports_;
  ReplicaPorts& group_;
  PartitionOptions partition_options_;
  HostOptions host_options_;

  std::unique_ptr<Partition> partition_;
  std::unique_ptr<PartitionHost> host_;
  LogIndex committed_ = 0;
  std::uint64_t entries_replayed_ = 0;
  std::uint64_t reign_ = 0;  // 0: follows
  std::uint64_t term_ = 0;   // of that reign
  std::uint64_t last_ticket_ = 0;
  std::uint64_t confirmed_ = 0;
  ChainHeads heads_;
  std::vector<PartitionId> partners_returned_;  // since the last tick, while it leads
  bool is_to_rebuild_ = false;  // the state holds what was never committed, or cannot be believed
  // Of a damaged store: from the log alone.
  bool from_the_log_ = false;
  bool has_begun_again_ = false;  // the store is the new one
  LogIndex last_proposed_ =
      0;  // while it leads on: it may not decide before all of these are committed
  std::optional<LeadershipBegins> leads_after_rebuild_;
  bool stopping_ = false;
  bool told_that_stopped_ = false;
  bool dropped_ = false;
  bool failed_ = false;
};

}  // namespace florin
