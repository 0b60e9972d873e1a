// MembershipHolds: what committed entries change in a group is possible, each once and each a single replica; a replica
// id is used once; no group has two replicas on one node, or too few voters; every replica works by a configuration
// that its group has had, and never by one before it; a replica is made and dropped only when its group or the map
// have said so; and the map chooses, settles and lets nodes go only as the groups are.
//
// It keeps its own account of every group, by the bytes of committed entries, from the members that the groups began
// with, and its own account of the map.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "cluster/placement/placement.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

using Replicas = std::set<std::uint64_t>;

std::string list(const Replicas& replicas) {
  std::string text = "{";
  for (const std::uint64_t replica : replicas)
    text += (text.size() > 1 ? ", " : "") + std::to_string(replica >> 16) + " of node " +
            std::to_string((replica & 0xFFFF) - 1);
  return text + "}";
}

std::uint64_t node_in(std::uint64_t replica) { return replica & 0xFFFF; }

bool has_node(const Replicas& replicas, std::uint64_t node) {
  return std::ranges::any_of(replicas,
                             [&](std::uint64_t replica) { return node_in(replica) == node; });
}

class MembershipHolds final : public Checker {
 public:
  explicit MembershipHolds(const RunView& run)
      : meta_(static_cast<PartitionId>(run.options.partitions)),
        replication_(run.options.replication) {
    std::vector<NodeNumber> founders;
    for (std::uint32_t n = 1; n <= run.options.nodes - run.options.spares; ++n)
      founders.push_back(static_cast<NodeNumber>(n));
    for (PartitionId p = 0; p < meta_; ++p) begin(p, replicas_for(p, founders, replication_));
    begin(meta_, founders);
    for (const NodeNumber node : founders) known_.insert(node);
  }
  [[nodiscard]] std::string_view name() const override { return "membership_holds"; }

  // Of partitions: each committed entry once, in order.
  void on_events(const DecodedEntry& entry, PartitionState&) override {
    take(entry.header.partition, entry.header.index, entry.events);
  }
  // Of the meta group.
  void on_committed(std::uint32_t node, PartitionId id, LogIndex index,
                    std::string_view bytes) override {
    heard_.insert({node, id});
    if (id == meta_ && index == groups_.at(meta_).index + 1) take_meta(bytes);
  }
  void on_group_recovered(std::uint32_t node, PartitionId id, LogIndex committed,
                          EventLogReader& log) override {
    // It was let go, and power failed before the record of that was durable: it is there again, as it was.
    std::erase_if(dropped_,
                  [&](const auto& dropped) { return node_in(dropped.second) == node + 1; });
    for (LogIndex index = groups_.at(id).index + 1; index <= committed; ++index) {
      const auto bytes = log.read(id, index);
      if (!bytes) return fail(where(id, index) + " is recovered as committed and cannot be read");
      take_meta(*bytes);
    }
  }
  void on_replica_recovered(std::uint32_t node, PartitionId id, LogIndex committed,
                            EventLogReader&) override {
    if (committed > 0) heard_.insert({node, id});
  }

  void on_leads(std::uint32_t node, PartitionId id, std::uint64_t) override {
    proposed_.erase({node, id});
  }
  void on_change_proposed(std::uint32_t node, PartitionId id, LogIndex index) override {
    LogIndex& before = proposed_[{node, id}];
    if (before > groups_.at(id).index)
      fail(where(id, index) + " is to change replicas, and entry " + std::to_string(before) +
           " still waits");
    before = index;
  }

  void on_hosted(std::uint32_t node, PartitionId id, std::uint64_t replica) override {
    const std::string what =
        "node " + std::to_string(node) + " has made a replica of " + name_of(id) + ", ";
    if (node_in(replica) != node + 1) fail(what + "which is another node's: " + list({replica}));
    if (dropped_.contains({id, replica}))
      fail(what + "which was dropped before: " + list({replica}));
    if (!groups_.at(id).ever.contains(replica) && !chosen_.at(id).ever.contains(replica))
      fail(what + "which nobody has chosen: " + list({replica}));
    heard_.erase({node, id});
  }

  void on_dropped(std::uint32_t node, PartitionId id, std::uint64_t replica) override {
    const std::string what =
        "node " + std::to_string(node) + " has dropped " + list({replica}) + " of " + name_of(id);
    const Group& group = groups_.at(id);
    // A learner that has heard nothing has nothing that could count.
    if (group.voters.contains(replica) ||
        (group.learners.contains(replica) && heard_.contains({node, id})))
      fail(what + ", which no committed entry has removed");
    if (!group.retired.contains(replica) && chosen_.at(id).wanted.contains(replica))
      fail(what + ", which is wanted");
    if (group.retired.contains(replica)) dropped_.insert({id, replica});
  }

  void on_configuration(std::uint32_t node, const GroupSeen& seen) override {
    Group& group = groups_.at(seen.group);
    const Replicas voters(seen.voters.begin(), seen.voters.end()),
        learners(seen.learners.begin(), seen.learners.end());
    if (voters.empty() && learners.empty()) return;  // it has told nothing yet
    std::size_t& last = last_seen_[{node, seen.group, seen.replica, seen.incarnation}];
    for (std::size_t i = last; i < group.history.size(); ++i)
      if (group.history[i].voters == voters && group.history[i].learners == learners)
        return void(last = i);
    fail("node " + std::to_string(node) + ": a replica of " + name_of(seen.group) +
         " works with voters " + list(voters) + " and learners " + list(learners) +
         ", which the group has not had since change " + std::to_string(last));
  }

  void at_end(EndView& end) override {
    for (const auto& [id, group] : groups_) {
      if (!end.is_at_rest) break;
      const Replicas& wanted = chosen_.at(id).wanted;
      if (id != meta_ && (group.voters != wanted || !group.learners.empty()))
        fail(name_of(id) + " has voters " + list(group.voters) + " and learners " +
             list(group.learners) + " at the end, and not " + list(wanted));
    }
  }

 private:
  struct Configuration {
    Replicas voters, learners;
  };
  struct Group {
    LogIndex index = 0;  // the newest committed entry
    Replicas voters, learners, retired, ever;
    std::vector<Configuration> history;
  };
  struct Chosen {
    Replicas wanted, ever;
    bool is_settled = true;
  };

  [[nodiscard]] std::string name_of(PartitionId id) const {
    return id == meta_ ? std::string("the meta group") : "p" + std::to_string(id);
  }
  [[nodiscard]] std::string where(PartitionId id, LogIndex index) const {
    return name_of(id) + ": entry " + std::to_string(index);
  }

  void begin(PartitionId id, const std::vector<NodeNumber>& nodes) {
    Group& group = groups_[id];
    for (const NodeNumber node : nodes) group.voters.insert(node);  // generation 0
    group.ever = group.voters;
    group.history.push_back({group.voters, {}});
    chosen_[id].wanted = chosen_[id].ever = group.voters;
  }

  void take_meta(std::string_view bytes) {
    const auto entry = decode_entry(bytes);
    if (!entry) return fail(where(meta_, groups_.at(meta_).index + 1) + " cannot be read");
    take(meta_, entry->header.index, entry->events);
  }

  void take(PartitionId id, LogIndex index, const std::vector<Event>& events) {
    groups_.at(id).index = index;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (const auto* change = get_if<ReplicaChanged>(&events[i])) {
        if (i != 0) fail(where(id, index) + " changes replicas, and not as its first event");
        change_group(id, index, *change);
      } else if (id == meta_) {
        change_map(index, events[i]);
      }
    }
  }

  // --- one group ----------------------------------------------------------------------------------------
  void change_group(PartitionId id, LogIndex index, const ReplicaChanged& change) {
    Group& group = groups_.at(id);
    const std::uint64_t replica = change.replica;
    const std::string what = where(id, index);
    switch (change.change) {
      case ReplicaChange::add_learner:
        if (group.voters.contains(replica) || group.learners.contains(replica) ||
            group.retired.contains(replica))
          fail(what + " adds " + list({replica}) + " for the second time");
        if (has_node(group.voters, node_in(replica)) || has_node(group.learners, node_in(replica)))
          fail(what + " adds " + list({replica}) + " beside another replica of that node");
        if (removed_.contains(node_in(replica)))
          fail(what + " adds " + list({replica}) + ", a node that was removed");
        group.learners.insert(replica);
        group.ever.insert(replica);
        break;
      case ReplicaChange::promote:
        if (group.learners.erase(replica) == 0)
          fail(what + " promotes " + list({replica}) + ", which is no learner");
        group.voters.insert(replica);
        break;
      case ReplicaChange::remove:
        if (group.voters.erase(replica) + group.learners.erase(replica) == 0)
          fail(what + " removes " + list({replica}) + ", which is not there");
        group.retired.insert(replica);
        break;
    }
    if (id != meta_ && group.voters.size() + 1 < replication_)
      fail(what + " leaves voters " + list(group.voters));
    group.history.push_back({group.voters, group.learners});
  }

  // --- the map ------------------------------------------------------------------------------------------
  void change_map(LogIndex index, const Event& logged) {
    const Event event = without_source(logged);
    const std::string what = where(meta_, index);
    if (const auto* added = get_if<NodeAdded>(&event)) {
      if (!known_.insert(added->member.node).second)
        fail(what + " adds node " + std::to_string(added->member.node - 1) + " again");
    } else if (const auto* chosen = get_if<ReplicasChosen>(&event)) {
      choose(what, *chosen);
    } else if (const auto* settled = get_if<ReplicasSettled>(&event)) {
      settle(what, settled->partition);
    } else if (const auto* leaving = get_if<NodeLeaving>(&event)) {
      leaving_.insert(leaving->node);
    } else if (const auto* gone = get_if<NodeRemoved>(&event)) {
      remove(what, gone->node);
    }
  }

  void choose(const std::string& what, const ReplicasChosen& event) {
    Chosen& chosen = chosen_.at(event.partition);
    const Replicas wanted(event.replicas.begin(), event.replicas.end());
    std::set<std::uint64_t> nodes;
    std::uint64_t newest = 0;
    for (const std::uint64_t replica : chosen.ever) newest = std::max(newest, replica >> 16);
    for (const std::uint64_t replica : wanted) {
      if (!nodes.insert(node_in(replica)).second)
        fail(what + " chooses two replicas on one node: " + list(wanted));
      if (!known_.contains(node_in(replica)) || removed_.contains(node_in(replica)))
        fail(what + " chooses a replica on a node that is not in the cluster: " + list(wanted));
      if (!chosen.ever.contains(replica) && (replica >> 16) <= newest)
        fail(what + " chooses " + list({replica}) + ", whose generation was used");
    }
    if (wanted.size() != replication_) fail(what + " chooses too few or too many: " + list(wanted));
    chosen.wanted = wanted;
    chosen.ever.insert(wanted.begin(), wanted.end());
    chosen.is_settled = false;
  }

  void settle(const std::string& what, PartitionId id) {
    Chosen& chosen = chosen_.at(id);
    const Group& group = groups_.at(id);
    if (chosen.is_settled) fail(what + " settles " + name_of(id) + ", which is settled");
    if (group.voters != chosen.wanted || !group.learners.empty())
      fail(what + " settles " + name_of(id) + " as " + list(chosen.wanted) + ", but it has " +
           list(group.voters));
    chosen.is_settled = true;
  }

  void remove(const std::string& what, std::uint64_t node) {
    if (!leaving_.contains(node))
      fail(what + " removes node " + std::to_string(node - 1) + ", which is not leaving");
    for (const auto& [id, group] : groups_)
      if (has_node(group.voters, node) || has_node(group.learners, node))
        fail(what + " removes node " + std::to_string(node - 1) + ", which has a replica of " +
             name_of(id));
    removed_.insert(node);
  }

  PartitionId meta_;
  std::uint32_t replication_;
  std::map<PartitionId, Group> groups_;
  std::map<PartitionId, Chosen> chosen_;
  std::set<std::uint64_t> known_, leaving_, removed_;  // node numbers
  std::set<std::pair<PartitionId, std::uint64_t>> dropped_;
  std::set<std::pair<std::uint32_t, PartitionId>> heard_;  // replicas that have an entry
  std::map<std::pair<std::uint32_t, PartitionId>, LogIndex> proposed_;  // a leader's newest change
  std::map<std::tuple<std::uint32_t, PartitionId, std::uint64_t, std::uint64_t>, std::size_t>
      last_seen_;
};

}  // namespace

std::unique_ptr<Checker> make_membership_holds(const RunView& run) {
  return std::make_unique<MembershipHolds>(run);
}

}  // namespace florin::sim
