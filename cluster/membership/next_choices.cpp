// Raise the level, settle, choose again, begin, let go, end: in this order, on a copy of the map that evolves along.
#include "cluster/membership/next_choices.hpp"

#include <algorithm>
#include <optional>

namespace florin {
namespace {

bool contains(const std::vector<ReplicaId>& replicas, ReplicaId replica) {
  return std::ranges::find(replicas, replica) != replicas.end();
}

// Was something removed that is wanted? Whoever led by a map in which it was to go may have done that. Or is it gone with
// its node's disk?
bool has_lost(const MapPartition& partition, const GroupFacts& facts) {
  return std::ranges::any_of(partition.wanted, [&](ReplicaId replica) {
    return contains(facts.retired, replica) || partition.is_lost(replica);
  });
}

// 0: none there. A replica that is retired counts as none, and so does one that is given up.
ReplicaId replica_on(const std::vector<ReplicaId>& replicas, NodeNumber node,
                     const GroupFacts* facts, const MapPartition* partition = nullptr) {
  for (const ReplicaId replica : replicas)
    if (node_of(replica) == node && (facts == nullptr || !contains(facts->retired, replica)) &&
        (partition == nullptr || !partition->is_lost(replica)))
      return replica;
  return 0;
}

// What every node of the map has said that it reads, those that are down included: each of them will be told of what is
// written from then on. 0 as long as one is silent.
FormatLevel read_by_all(const ClusterMap& map, const ClusterFacts& facts) {
  std::optional<FormatLevel> level;
  for (const auto& [number, node] : map.nodes) {
    if (node.state == NodeState::removed) continue;
    const auto said = facts.reads.find(number);
    if (said == facts.reads.end()) return 0;
    level = std::min(level.value_or(said->second), said->second);
  }
  return level.value_or(0);
}

class Choices {
 public:
  Choices(const ClusterMap& map, const ClusterFacts& facts) : map_(map), facts_(facts) { plan(); }

  std::vector<Event> run(ChoiceLimits limits) {
    if (const FormatLevel level = read_by_all(map_, facts_); level > map_.format_level)
      log(FormatLevelRaised{level});
    for (PartitionId p = 0; p < map_.partitions.size(); ++p)
      if (!map_.partitions[p].settled) settle_or_choose_again(p);
    begin(limits);
    for (const NodeNumber node : leaving()) let_go(node);
    if (map_.rebalancing && changed_.empty() && unsettled() == 0) log(RebalanceEnded{});
    return std::move(events_);
  }

 private:
  void log(Event event) {
    evolve(map_, event, map_.version);
    events_.push_back(std::move(event));
  }
  [[nodiscard]] std::size_t unsettled() const {
    return static_cast<std::size_t>(
        std::ranges::count(map_.partitions, false, &MapPartition::settled));
  }
  // One that nobody leads stands still, perhaps for ever: it must not keep the others from moving.
  [[nodiscard]] std::size_t moving() const {
    std::size_t count = 0;
    for (PartitionId p = 0; p < map_.partitions.size(); ++p)
      if (!map_.partitions[p].settled && facts_.find(p) != nullptr) ++count;
    return count;
  }
  [[nodiscard]] std::vector<NodeNumber> leaving() const {
    std::vector<NodeNumber> out;
    for (const auto& [number, node] : map_.nodes)
      if (node.state == NodeState::leaving) out.push_back(number);
    return out;
  }
  [[nodiscard]] bool wants_leaving(const MapPartition& partition) const {
    return std::ranges::any_of(partition.wanted, [&](ReplicaId replica) {
      return map_.is(node_of(replica), NodeState::leaving);
    });
  }

  // Where each partition's replicas belong, and which partitions differ from it.
  void plan() {
    planned_ = map_.placement();
    for (const Move& move : plan_changes(map_.placement(), map_.targets(), map_.replication)) {
      apply(move, planned_);
      if (changed_.empty() || changed_.back() != move.partition) changed_.push_back(move.partition);
    }
  }

  void settle_or_choose_again(PartitionId p) {
    const MapPartition& partition = map_.partitions[p];
    const GroupFacts* facts = facts_.find(p);
    if (facts == nullptr) return;
    if (facts->map_version >= partition.chosen_at) {
      if (wants_leaving(partition)) return choose(p, planned_[p], facts->voters);
      if (facts->voters == partition.wanted && facts->learners.empty())
        return log(ReplicasSettled{p});
      if (is_blocked(partition, *facts)) return choose(p, map_.placement()[p], facts->voters);
    }
    if (has_lost(partition, *facts))
      choose(p, wants_leaving(partition) ? planned_[p] : map_.placement()[p], {});
  }

  // Another replica is where a wanted one should be: that one can as well stay.
  static bool is_blocked(const MapPartition& partition, const GroupFacts& facts) {
    return std::ranges::any_of(partition.wanted, [&](ReplicaId replica) {
      const ReplicaId there = replica_on(facts.voters, node_of(replica), &facts, &partition);
      return there != 0 && there != replica;
    });
  }

  // A node that is wanted again keeps the replica that it has; `voters`: of a choice under way. A settled group
  // has what is wanted and nothing else.
  void choose(PartitionId p, const std::vector<NodeNumber>& nodes,
              const std::vector<ReplicaId>& voters) {
    const MapPartition& partition = map_.partitions[p];
    const GroupFacts* facts = facts_.find(p);
    ReplicasChosen event{p, {}};
    for (const NodeNumber node : nodes) {
      ReplicaId replica = replica_on(voters, node, facts, &partition);
      if (replica == 0) replica = replica_on(partition.wanted, node, facts, &partition);
      if (replica == 0) replica = replica_id(node, partition.generation + 1);
      event.replicas.push_back(replica);
    }
    std::ranges::sort(event.replicas);
    if (event.replicas != partition.wanted) log(std::move(event));
  }

  // Repairs first, then leaving nodes, then the balance. A group that nobody leads is left alone.
  void begin(ChoiceLimits limits) {
    for (PartitionId p = 0; p < map_.partitions.size(); ++p)
      if (may_begin(p, limits) && has_lost(map_.partitions[p], *facts_.find(p)))
        choose(p, wants_leaving(map_.partitions[p]) ? planned_[p] : map_.placement()[p], {});
    for (const bool is_rebalance : {false, true}) {
      if (is_rebalance && !map_.rebalancing) return;
      for (const PartitionId p : changed_)
        if (may_begin(p, limits) && (is_rebalance || wants_leaving(map_.partitions[p])))
          choose(p, planned_[p], {});
    }
  }
  [[nodiscard]] bool may_begin(PartitionId p, ChoiceLimits limits) const {
    return map_.partitions[p].settled && facts_.find(p) != nullptr &&
           moving() < limits.moves_at_once;
  }

  void let_go(NodeNumber node) {
    // A change of the meta group may be on its way that makes the node a member.
    const bool is_known = facts_.meta && facts_.meta->map_version >= map_.version;
    if (map_.holds_replicas(node) || !is_known || has_replica(*facts_.meta, node)) return;
    for (const auto& [partition, facts] : facts_.partitions)
      if (has_replica(facts, node)) return;
    log(NodeRemoved{node});
  }
  static bool has_replica(const GroupFacts& facts, NodeNumber node) {
    return replica_on(facts.voters, node, &facts) != 0 ||
           replica_on(facts.learners, node, &facts) != 0;
  }

  ClusterMap map_;
  const ClusterFacts& facts_;
  Placement planned_;
  std::vector<PartitionId> changed_;
  std::vector<Event> events_;
};

bool is_idle(const ClusterMap& map, const ClusterFacts& facts) {
  if (map.rebalancing || read_by_all(map, facts) > map.format_level) return false;
  for (const auto& [number, node] : map.nodes)
    if (node.state == NodeState::leaving) return false;
  for (PartitionId p = 0; p < map.partitions.size(); ++p) {
    const GroupFacts* known = facts.find(p);
    if (!map.partitions[p].settled || (known != nullptr && has_lost(map.partitions[p], *known)))
      return false;
  }
  return true;
}

}  // namespace

std::vector<Event> next_choices(const ClusterMap& map, const ClusterFacts& facts,
                                ChoiceLimits limits) {
  if (is_idle(map, facts)) return {};
  return Choices(map, facts).run(limits);
}

}  // namespace florin
