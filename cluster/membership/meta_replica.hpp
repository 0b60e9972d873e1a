// MetaReplica: this node's replica of the meta group: the ClusterMap out of committed entries, and, while it leads,
// the entries that change it. Sans-I/O: the keeper (membership_keeper.hpp) brings it news of the replicated log.
//
// One entry is on its way at a time, so what is decided is decided on all that was decided before. Who asked is told
// when the entry is committed, or that nobody knows whether it is; a command that was not decided yet has certainly done
// nothing. It is given again by people only (actors/asks/repeats.hpp).
//
// Crash anywhere: the map is what the log says; of a command that was not answered nobody knows more than that.
// One thread at a time.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "cluster/membership/cluster_decide.hpp"
#include "cluster/membership/cluster_facts.hpp"
#include "cluster/replication/replica_entry.hpp"
#include "persistence/event_log.hpp"

namespace florin {

// How a command ended.
struct NotLed {
  // whether it was done: the leader is no more one. False: nobody has got it
  bool is_unknown = true;
};
using CommandOutcome = std::variant<LogIndex, MembershipError,
                                    NotLed>;  // LogIndex: ClusterMap::version from which it holds
using CommandDone = std::function<void(const CommandOutcome&)>;

class MetaReplica {
 public:
  using Propose = std::function<void(std::uint64_t reign, LogIndex index, std::string entry)>;

  // `reads`: what this process reads; events above it are unknown to it.
  MetaReplica(PartitionId stream, Propose propose, FormatLevel reads = format_level_own)
      : stream_(stream), reads_(reads), propose_(std::move(propose)) {}

  // Before anything else: the log up to `committed`. Errc::corrupt: it is not a meta group's. Errc::mismatch, here and
  // in committed(): the cluster writes what this process cannot read.
  Status<Error> recover(EventLogReader& log, LogIndex committed);

  // News of the replicated log.
  Status<Error> committed(LogIndex first, const std::vector<EntryBytes>& entries);
  void leading(std::uint64_t reign, std::uint64_t term);
  void following();

  // While it leads: decided when nothing is on its way, in order. `id`: whose it is, for the log.
  void command(ClusterCommand command, CommandDone done, CommandId id = {});
  // A change of the meta group's own replicas; dropped when something is on its way: it is asked for again.
  void change(const ReplicaChanged& change, Timestamp now);
  // Works on: the next command, or the next choice that the map needs (next_choices.hpp).
  void work(Timestamp now, const ClusterFacts& facts);

  [[nodiscard]] bool leads() const { return reign_ != 0; }
  [[nodiscard]] const ClusterMap& map() const { return map_; }
  [[nodiscard]] LogIndex committed_index() const { return last_; }

 private:
  struct Waiting {
    ClusterCommand command;
    CommandDone done;
    CommandId id;
  };

  Status<Error> evolve_entry(std::string_view bytes);
  [[nodiscard]] Status<Error> check_level() const;
  void propose(const std::vector<Event>& events, Timestamp now);
  [[nodiscard]] bool is_idle() const { return reign_ != 0 && proposed_ == 0; }

  PartitionId stream_;
  FormatLevel reads_;
  Propose propose_;
  ClusterMap map_;
  LogIndex last_ = 0;  // committed
  Hash last_hash_ = genesis_hash;
  Timestamp last_time_;

  std::uint64_t reign_ = 0;  // 0: follows
  std::uint64_t term_ = 0;
  LogIndex proposed_ = 0;  // on its way; 0: nothing
  std::deque<Waiting> waiting_;
  CommandDone in_progress_;  // whose command is on its way
};

}  // namespace florin
