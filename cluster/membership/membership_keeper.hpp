// MembershipKeeper: a node's part in who has which replicas. It runs beside the replicated log, on its thread, in the
// node and in the simulator alike:
//  - has this node's replica of the meta group, and tells it what leaders of groups say;
//  - drives the configuration of each group that is led here to what the map wants, one change at a time;
//  - makes replicas that the map wants here, and lets go those that their group has removed;
//  - tells the other nodes what it leads.
//
// Promise: a replica is let go only when a committed entry of its group has removed it for ever: until then its votes
// and entries may count, whatever the map says.
//
// Crash anywhere: the map and every group's configuration are in their logs; everything else is asked for again.
// One thread at a time, the one of the replicated log.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster/membership/facts_frame.hpp"
#include "cluster/membership/meta_replica.hpp"
#include "cluster/membership/peer_place.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

class MembershipPorts {
 public:
  virtual ~MembershipPorts() = default;
  // The leading replica of the partition shall log this, under this reign.
  virtual void want_change(PartitionId partition, Reign reign, const ReplicaChanged& change) = 0;
  // A new replica: make it out of what the journal has of the partition, and open it in the replicated log.
  virtual Status<Error> host(const ReplicaHere& hosted) = 0;
  // The replica is gone; its group is being closed. Its state may be deleted.
  virtual void drop(PartitionId partition) = 0;
  virtual void tell_facts(NodeNumber to, const std::string& frame) = 0;
  virtual void map_changed(const ClusterMap& map) = 0;
  // A newer map than this node's has it: frames of it are to be let in.
  virtual void heard_of(const ClusterMember& member) = 0;
};

struct KeeperOptions {
  NodeNumber self = 0;
  LogStreams streams;
  FormCluster birth;   // of a new cluster: the same on all its nodes
  bool joins = false;  // new to a cluster that exists: not one of the founders
  std::uint32_t life =
      0;  // of this node's disk (cluster/disk/): what is wanted here of an earlier one is not made
  FormatLevel reads = format_level_own;  // this process
};

// What a node that starts has to open, partitions and meta group: what its records say that it has, and what the map
// wants here. `birth` counts as long as the map is not formed.
Result<std::vector<ReplicaHere>, Error> replicas_at_start(const ClusterMap& map,
                                                          const KeeperOptions& options,
                                                          EventLogReader& log);

struct FactsTaken {
  std::optional<PeerFault> fault;  // something, or all, was not believed
  std::vector<LedGroup> led;       // that was
};

class MembershipKeeper {
 public:
  // All outlive it. `meta` has recovered.
  MembershipKeeper(KeeperOptions options, MetaReplica& meta, ReplicatedLog& log,
                   EventLogReader& reader, MembershipPorts& ports);

  // At each tick of the replicated log.
  Status<Error> tick(const std::vector<ReplicatedLog::Status>& groups, Timestamp now);
  // What another node has told, as far as its place lets it. Errc::mismatch: two nodes say that this one was started as
  // one of the founders, and is not; it must not go on.
  Result<FactsTaken, Error> take_facts(NodeNumber from, std::string_view frame);
  // While the meta group is led here; otherwise NotLed at once.
  void command(ClusterCommand command, CommandDone done, CommandId id = {}) {
    meta_.command(std::move(command), std::move(done), id);
  }

  // Another node has said what it reads; it may be another program than before.
  void heard_reads(NodeNumber node, FormatLevel level) { facts_.reads[node] = level; }

  // This node's empty disk takes the place of one that was lost.
  void set_life(std::uint32_t life) { options_.life = life; }

  // News of the meta group from the replicated log. Errc::mismatch: this founder was configured with another replication
  // than the cluster is formed with, so its groups began otherwise than those of the others; it must not go on.
  Status<Error> committed(LogIndex first, const std::vector<EntryBytes>& entries);
  void leading(Reign reign, consensus::Term term);
  void following() { meta_.following(); }

  [[nodiscard]] const ClusterMap& map() const { return meta_.map(); }
  [[nodiscard]] const ClusterFacts& facts() const { return facts_; }
  [[nodiscard]] bool leads_meta() const { return meta_.leads(); }

 private:
  struct Asked {  // until it is in force
    consensus::Term term = 0;
    consensus::ConfState conf;
    bool is_change = false;  // else another leader
    std::uint32_t ticks = 0;
  };
  struct Quiet {  // a led group had no change on its way by the map of that version
    consensus::Term term = 0;
    LogIndex map_version = 0;
  };

  [[nodiscard]] GroupNumber meta_group() const { return options_.streams.partitions; }
  [[nodiscard]] Status<Error> check_birth() const;
  void forget_asked(const ReplicatedLog::Status& group);
  void note_own(const std::vector<ReplicatedLog::Status>& groups);
  [[nodiscard]] GroupFacts facts_of(const ReplicatedLog::Status& group);
  void forget_silent();
  void drive(const ReplicatedLog::Status& group, Timestamp now);
  Status<Error> make_wanted();
  void let_go(const std::vector<ReplicatedLog::Status>& groups);
  Status<Error> open_meta(const std::vector<NodeNumber>& founders);
  void tell(const std::vector<ReplicatedLog::Status>& groups);
  [[nodiscard]] bool is_busy() const;
  [[nodiscard]] std::optional<PeerFault> doubts(NodeNumber from, const LedGroup& led) const;
  void hear_of(const FactsFrame& frame);

  KeeperOptions options_;
  MetaReplica& meta_;
  ReplicatedLog& log_;
  EventLogReader& reader_;
  MembershipPorts& ports_;

  ClusterFacts facts_;
  std::set<NodeNumber> heard_of_;   // that the map does not have
  std::set<NodeNumber> strangers_;  // who say that this node's cluster was founded by others
  std::map<GroupNumber, std::uint32_t> silent_ticks_;  // since the facts of a group were heard
  std::map<GroupNumber, std::set<consensus::ReplicaId>> retired_;  // as anybody has said
  std::map<GroupNumber, Asked> asked_;
  std::map<GroupNumber, Quiet> quiet_;
  LogIndex map_told_ = 0;
  std::uint32_t ticks_to_telling_ = 1;
};

}  // namespace florin
