// Placement over random clusters: balance, least movement, no two replicas on one node, and the same
// answer for any order of the input.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "cluster/placement/placement.hpp"

namespace florin {
namespace {

using Nodes = std::vector<NodeNumber>;

Nodes some_nodes(std::size_t least, std::size_t most) {
  const auto count = *rc::gen::inRange(least, most + 1);
  return *rc::gen::unique<Nodes>(count, rc::gen::inRange<NodeNumber>(1, 65535));
}

std::uint32_t some_replication() { return *rc::gen::element(1U, 3U, 5U); }

std::set<NodeNumber> set_of(const Nodes& nodes) { return {nodes.begin(), nodes.end()}; }

std::map<NodeNumber, std::uint32_t> leaders_of(const Nodes& leaders) {
  std::map<NodeNumber, std::uint32_t> out;
  for (const auto node : leaders) ++out[node];
  return out;
}

std::uint32_t heaviest(const Nodes& leaders) {
  std::uint32_t most = 0;
  for (const auto& [node, count] : leaders_of(leaders)) most = std::max(most, count);
  return most;
}

// The least `heaviest` of all choices: tries them all.
std::uint32_t best_possible(const Placement& placement, Nodes& chosen) {
  if (chosen.size() == placement.size()) return heaviest(chosen);
  auto best = static_cast<std::uint32_t>(placement.size());
  for (const auto node : placement[chosen.size()]) {
    chosen.push_back(node);
    best = std::min(best, best_possible(placement, chosen));
    chosen.pop_back();
  }
  return best;
}

void carry_out(const std::vector<Move>& moves, Placement& placement) {
  for (const auto& move : moves) {
    apply(move, placement);
    RC_ASSERT(set_of(placement[move.partition]).size() == placement[move.partition].size());
  }
}

void assert_same_sets(const Placement& a, const Placement& b) {
  RC_ASSERT(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) RC_ASSERT(set_of(a[i]) == set_of(b[i]));
}

RC_GTEST_PROP(Placement, EachPartitionHasItsReplicasOnDifferentNodesOfTheCluster, ()) {
  const auto nodes = some_nodes(1, 12);
  const auto replication = some_replication();
  for (const auto& replicas : place(64, nodes, replication)) {
    RC_ASSERT(replicas.size() == std::min<std::size_t>(replication, nodes.size()));
    RC_ASSERT(set_of(replicas).size() == replicas.size());
    for (const auto node : replicas) RC_ASSERT(set_of(nodes).contains(node));
  }
}

RC_GTEST_PROP(Placement, IsTheSameForAnyOrderAndRepetitionOfTheNodes, ()) {
  auto nodes = some_nodes(1, 12);
  const auto replication = some_replication();
  const auto placement = place(32, nodes, replication);
  std::ranges::reverse(nodes);
  nodes.push_back(nodes.front());
  RC_ASSERT(place(32, nodes, replication) == placement);
}

// Each partition is a draw of its own: a node's share is binomial, here within 6 deviations.
RC_GTEST_PROP(Placement, GivesEveryNodeAboutTheSameShare, ()) {
  const auto nodes = some_nodes(4, 12);
  constexpr std::uint32_t partitions = 1024, replication = 3;
  std::map<NodeNumber, double> share;
  for (const auto& replicas : place(partitions, nodes, replication))
    for (const auto node : replicas) ++share[node];
  const double p = double{replication} / static_cast<double>(nodes.size());
  const double mean = partitions * p, deviation = std::sqrt(partitions * p * (1 - p));
  for (const auto node : nodes) RC_ASSERT(std::abs(share[node] - mean) < 6 * deviation);
}

RC_GTEST_PROP(Placement, ANewNodeTakesItsShareAndNothingElseMoves, ()) {
  auto nodes = some_nodes(3, 12);
  const auto added = nodes.back();
  nodes.pop_back();
  const auto replication = some_replication();
  auto placement = place(128, nodes, replication);
  nodes.push_back(added);
  const auto wanted = place(128, nodes, replication);
  const auto moves = plan_changes(placement, nodes, replication);
  std::set<PartitionId> seen;
  for (const auto& move : moves) {
    RC_ASSERT(move.add == added);
    RC_ASSERT(seen.insert(move.partition).second);
  }
  RC_ASSERT(
      static_cast<std::ptrdiff_t>(moves.size()) ==
      std::ranges::count_if(wanted, [&](const Nodes& n) { return set_of(n).contains(added); }));
  carry_out(moves, placement);
  assert_same_sets(placement, wanted);
}

RC_GTEST_PROP(Placement, ANodeThatIsDrainedOrLostGivesWhatItHeldAndNothingElseMoves, ()) {
  auto nodes = some_nodes(2, 12);
  const auto replication = some_replication();
  auto placement = place(128, nodes, replication);
  const auto gone = *rc::gen::elementOf(nodes);
  std::erase(nodes, gone);
  const auto moves = plan_changes(placement, nodes, replication);
  std::set<PartitionId> seen;
  for (const auto& move : moves) {
    RC_ASSERT(move.remove == gone);
    RC_ASSERT(seen.insert(move.partition).second);
    RC_ASSERT((move.add != 0) == (nodes.size() >= replication));
  }
  carry_out(moves, placement);
  assert_same_sets(placement, place(128, nodes, replication));
}

RC_GTEST_PROP(Placement, AnyChangeOfNodesArrivesWithTheFewestReplicasMadeAnew, ()) {
  const auto before = some_nodes(1, 9), after = some_nodes(1, 9);
  const auto replication = some_replication();
  const auto start = place(32, before, replication), wanted = place(32, after, replication);
  const auto moves = plan_changes(start, after, replication);
  std::size_t needed = 0, made = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    for (const auto node : wanted[i]) needed += !set_of(start[i]).contains(node);
  for (const auto& move : moves) made += move.add != 0;
  RC_ASSERT(made == needed);
  auto placement = start;
  carry_out(moves, placement);
  assert_same_sets(placement, wanted);
  RC_ASSERT(plan_changes(placement, after, replication).empty());
}

RC_GTEST_PROP(Placement, AMoveNeverLeavesFewerReplicasThanBeforeOrWanted, ()) {
  const auto before = some_nodes(3, 9), after = some_nodes(3, 9);
  auto placement = place(32, before, 3);
  for (const auto& move : plan_changes(placement, after, 3)) {
    apply(move, placement);
    RC_ASSERT(placement[move.partition].size() == 3U);
  }
}

RC_GTEST_PROP(Placement, PlansTheSameForAnyOrderOfTheInput, ()) {
  const auto before = some_nodes(1, 9);
  auto after = some_nodes(1, 9);
  auto placement = place(32, before, 3);
  const auto moves = plan_changes(placement, after, 3);
  std::ranges::reverse(after);
  for (auto& replicas : placement) std::ranges::reverse(replicas);
  RC_ASSERT(plan_changes(placement, after, 3) == moves);
}

RC_GTEST_PROP(PreferredLeaders, AreReplicasAndTheSameForAnyOrderOfTheInput, ()) {
  auto placement = place(*rc::gen::inRange(1U, 65U), some_nodes(1, 12), some_replication());
  const auto leaders = preferred_leaders(placement);
  for (std::size_t i = 0; i < placement.size(); ++i)
    RC_ASSERT(set_of(placement[i]).contains(leaders[i]));
  for (auto& replicas : placement) std::ranges::reverse(replicas);
  RC_ASSERT(preferred_leaders(placement) == leaders);
}

RC_GTEST_PROP(PreferredLeaders, AreEqualWithinOneWhereEveryNodeHasEveryPartition, ()) {
  const auto nodes = some_nodes(1, 5);
  const auto partitions = *rc::gen::inRange(1U, 65U);
  auto loads = leaders_of(preferred_leaders(place(partitions, nodes, 5)));
  for (const auto node : nodes) {
    RC_ASSERT(loads[node] >= partitions / nodes.size());
    RC_ASSERT(loads[node] <= (partitions + nodes.size() - 1) / nodes.size());
  }
}

RC_GTEST_PROP(PreferredLeaders, AreAsEvenAsThePlacementAllows, ()) {
  const auto nodes = some_nodes(1, 7);
  const auto placement = place(*rc::gen::inRange(1U, 9U), nodes, 3);
  Nodes chosen;
  RC_ASSERT(heaviest(preferred_leaders(placement)) == best_possible(placement, chosen));
}

}  // namespace
}  // namespace florin
