// Entries that add one node and remove the others.
#include "cluster/recovery/new_founder.hpp"

#include <algorithm>

#include "cluster/recovery/choose_log.hpp"

namespace florin {
namespace {

using consensus::ReplicaId;

void append(GroupEnd& end, std::vector<std::string>& entries, const std::vector<Event>& events) {
  EntryBuilder builder;
  builder.begin();
  for (const Event& event : events) builder.add(event);
  EntryHeader header;
  header.partition = LogStreams::entries(end.group);
  header.term = end.term;
  header.index = ++end.last;
  header.time = end.time;
  header.previous_hash = end.hash;
  entries.push_back(builder.finish(header));
  end.hash = chain_hash(entries.back());
}

template <class Visit>
void for_each_replica(const GroupEnd& end, const Visit& visit) {
  for (const auto* list : {&end.conf.voters, &end.conf.learners, &end.retired})
    for (const ReplicaId replica : *list) visit(replica);
}

}  // namespace

FoundedGroup found_group(const GroupEnd& given, ReplicaId founder,
                         const std::vector<Event>& events) {
  GroupEnd end = given;
  ++end.term;  // of nobody's election: no leader of the old cluster can have written in it
  FoundedGroup founded;
  if (!events.empty()) append(end, founded.entries, events);
  const auto change = [&](ReplicaChange what, ReplicaId replica) {
    append(end, founded.entries, {ReplicaChanged{what, replica}});
    apply_change(end.conf, end.retired, {static_cast<consensus::ChangeType>(what), replica});
  };
  change(ReplicaChange::add_learner, founder);
  change(ReplicaChange::promote, founder);
  std::vector<ReplicaId> others = given.conf.voters;
  others.insert(others.end(), given.conf.learners.begin(), given.conf.learners.end());
  for (const ReplicaId other : others) change(ReplicaChange::remove, other);
  GroupState& record = founded.record;
  record.replica = founder;
  record.hard = {end.term, 0, end.last};
  record.applied = end.last;
  record.snapshot = {end.last, end.term, end.conf};
  record.retired = end.retired;
  return founded;
}

ReplicaId founder_of(const MapPartition& partition, const GroupEnd& end, NodeNumber node) {
  std::uint64_t generation = partition.generation;
  for_each_replica(
      end, [&](ReplicaId replica) { generation = std::max(generation, generation_of(replica)); });
  return replica_id(node, generation + 1);
}

bool was_used(const ClusterMap& map, const std::vector<GroupEnd>& ends, NodeNumber node) {
  bool used = map.find(node) != nullptr;
  for (const GroupEnd& end : ends)
    for_each_replica(end, [&](ReplicaId replica) { used |= node_of(replica) == node; });
  return used;
}

NodeNumber unused_node(const ClusterMap& map, const std::vector<GroupEnd>& ends) {
  for (std::uint32_t node = 1; node <= 0xFFFF; ++node)
    if (!was_used(map, ends, static_cast<NodeNumber>(node))) return static_cast<NodeNumber>(node);
  return 0;
}

std::vector<Event> founding_events(const ClusterMap& map, const ClusterMember& member,
                                   const std::vector<ReplicaId>& founders, FormatLevel level) {
  std::vector<Event> events;
  events.push_back(
      commanded(NodeAdded{member}, CommandSource{{}, "florin recover-cluster", {}, {}}));
  for (const auto& [number, node] : map.nodes)
    if (node.state != NodeState::removed) events.push_back(NodeRemoved{number});
  for (PartitionId p = 0; p < map.partitions.size(); ++p) {
    events.push_back(ReplicasChosen{p, {founders[p]}});
    events.push_back(ReplicasSettled{p});
  }
  if (map.rebalancing) events.push_back(RebalanceEnded{});
  if (level > map.format_level) events.push_back(FormatLevelRaised{level});
  return events;
}

}  // namespace florin
