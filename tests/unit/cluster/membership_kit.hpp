// A cluster's map by its events, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cluster/membership/cluster_decide.hpp"
#include "cluster/membership/cluster_facts.hpp"
#include "cluster/membership/cluster_map.hpp"
#include "cluster/membership/next_choices.hpp"

namespace florin::membership_kit {

inline ClusterMember member(NodeNumber node) {
  const std::string host = "n" + std::to_string(node);
  return {node, host + ":7601", host + ":7600"};
}

struct Cluster {
  ClusterMap map;
  ClusterFacts facts;
  std::vector<Event> log;

  // Nodes 1..nodes.
  explicit Cluster(NodeNumber nodes, std::uint32_t replication = 3, std::uint32_t partitions = 4) {
    FormCluster form{{}, replication, partitions};
    for (NodeNumber node = 1; node <= nodes; ++node) form.nodes.push_back(member(node));
    run(form);
    hear_all();
  }
  void add(const Event& event) {
    log.push_back(event);
    evolve(map, event, log.size());
  }
  // Its events; a refusal fails where it is used.
  std::vector<Event> run(const ClusterCommand& command) {
    const auto decided = decide(map, command);
    for (const Event& event : *decided) add(event);
    return *decided;
  }
  std::vector<Event> steps(ChoiceLimits limits = {}) {
    auto events = next_choices(map, facts, limits);
    for (const Event& event : events) add(event);
    return events;
  }
  // Every group has what is wanted, and its leader knows the newest map.
  void hear_all() {
    for (PartitionId p = 0; p < map.partitions.size(); ++p) hear(p, map.partitions[p].wanted);
    facts.meta = GroupFacts{1, map.version, goal_of_meta(map).wanted, {}, {}};
  }
  void hear(PartitionId partition, std::vector<ReplicaId> voters,
            std::vector<ReplicaId> learners = {}) {
    facts.partitions[partition] = {1, map.version, std::move(voters), std::move(learners), {}};
  }
  // What is begun succeeds, until nothing is left to do.
  void finish() {
    for (int round = 0; round < 1000; ++round) {
      hear_all();
      if (steps().empty()) return;
    }
  }
};

}  // namespace florin::membership_kit
