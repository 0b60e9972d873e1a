// LogNews: what a node's replicated log says, and what other nodes say of theirs, to whom it is said: of the meta group to
// the keeper of memberships, of a partition to its replica here, in the order in which it comes. Who leads goes to the
// router; a partition that has another leader is a partner that has returned, for every replica that leads here.
//
// The node and the simulator's node are shells around it: `Shell` has the keeper and the replicas, and carries the news to
// them on threads or in events. Nothing of it is kept over a crash: the log says all of it again.
//
// On the thread of the replicated log; partner_returned() on any.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actors/asks/cluster_router.hpp"
#include "actors/hosting/replica_news.hpp"
#include "cluster/membership/membership_keeper.hpp"

namespace florin {

template <class Shell>
class LogNews {
 public:
  // All outlive it. A shell has
  //   keeper()                        of memberships; asked only when there is a meta group
  //   follow(partition, entries)      to its replica, which is here
  //   tell(partition, news)           the same
  //   tell_if_here(partition, news)   no replica here: nothing
  //   set_meta_leader(node)
  //   refused(node, fault), takes_frames_of(node)   as ReplicatedLogPorts
  //   fail(error)                     the process must end
  LogNews(Shell& shell, ClusterRouter& router, NodeNumber self, GroupNumber meta_group)
      : shell_(shell), router_(router), self_(self), meta_group_(meta_group) {}

  // --- what the log here says (ReplicatedLogPorts) --------------------------------------------------------
  void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) {
    if (group != meta_group_)
      return shell_.follow(partition_of(group), EntriesCommitted{first, std::move(entries)});
    if (auto done = shell_.keeper().committed(first, entries); !done) shell_.fail(done.error());
  }
  void leading(GroupNumber group, Reign reign, consensus::Term term) {
    if (group == meta_group_)
      shell_.keeper().leading(reign, term);
    else
      shell_.tell(partition_of(group), LeadershipBegins{reign, term});
  }
  void following(GroupNumber group) {
    if (group == meta_group_)
      shell_.keeper().following();
    else
      shell_.tell(partition_of(group), LeadershipEnds{});
  }
  // The meta group asks for none.
  void confirmed(GroupNumber group, Reign reign, std::uint64_t ticket) {
    if (group != meta_group_) shell_.tell(partition_of(group), LeadershipConfirmed{reign, ticket});
  }
  void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) {
    if (group == meta_group_)
      shell_.set_meta_leader(leader);
    else
      note_leader(partition_of(group), term, leader);
  }

  // --- what other nodes say -------------------------------------------------------------------------------
  // A later term wins: what others say comes late.
  void note_leader(PartitionId partition, consensus::Term term, NodeNumber leader) {
    if (router_.leader_seen(partition, term, leader)) partner_returned(partition);
  }
  // For those that are led here. Others send everything again when they begin to lead.
  void partner_returned(PartitionId partition) {
    for (std::uint32_t p = 0; p < meta_group_; ++p) {
      const auto coordinator = static_cast<PartitionId>(p);
      if (coordinator == partition || router_.leader(coordinator) != self_) continue;
      shell_.tell_if_here(coordinator, PartnerReturned{partition});
    }
  }
  // Between two rounds. Of the meta group this node's own log knows better, if it has it.
  void take_facts(NodeNumber from, const std::string& frame, const ReplicatedLog& log) {
    if (!shell_.takes_frames_of(from)) return;
    const auto taken = shell_.keeper().take_facts(from, frame);
    if (!taken) return shell_.fail(taken.error());
    if (taken->fault) shell_.refused(from, *taken->fault);
    for (const LedGroup& led : taken->led) {
      if (led.group != meta_group_)
        note_leader(partition_of(led.group), led.facts.term, from);
      else if (!log.hosts(led.group))
        shell_.set_meta_leader(from);
    }
  }

 private:
  static PartitionId partition_of(GroupNumber group) { return static_cast<PartitionId>(group); }

  Shell& shell_;
  ClusterRouter& router_;
  NodeNumber self_;
  GroupNumber meta_group_;  // one for each partition lies below it
};

}  // namespace florin
