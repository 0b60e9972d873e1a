// Membership of a cluster against everything that may go wrong around it: random commands, nodes that die, groups
// led by old maps, facts that come late, twice or never. In the end everything that was asked for is done.
//
// The model: the meta log as a list of events; each node's map has evolved a prefix of it. A group is a
// configuration, a term and a leader; its leader takes one step of next_change() by its own map, and tells facts,
// which wait in a pool until they are delivered. Raft is trusted: a change happens when a majority is up.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "cluster/membership/cluster_decide.hpp"
#include "cluster/membership/next_change.hpp"
#include "cluster/membership/next_choices.hpp"

namespace florin {
namespace {

using Replicas = std::vector<ReplicaId>;

bool contains(const Replicas& replicas, ReplicaId replica) {
  return std::ranges::find(replicas, replica) != replicas.end();
}
void insert(Replicas& replicas, ReplicaId replica) {
  replicas.insert(std::ranges::lower_bound(replicas, replica), replica);
}
// One case makes thousands of choices: too many to be drawn from rapidcheck one by one. The seed of a failure is
// printed, and its length shrinks.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  // first <= result < end
  template <class T>
  T in(T first, T end) {
    state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return static_cast<T>(
        first + static_cast<T>((state_ >> 33U) % static_cast<std::uint64_t>(end - first)));
  }
  bool one_in(int n) { return in(0, n) == 0; }
  template <class List>
  auto& any_of(List& list) {
    return list[in<std::size_t>(0, list.size())];
  }

 private:
  std::uint64_t state_;
};

struct Group {
  Replicas voters, learners, retired;
  Replicas caught_up;    // learners
  ReplicaId leader = 0;  // 0: none
  std::uint64_t term = 0;
};

class Model {
 public:
  explicit Model(std::uint64_t seed) : chance_(seed) {
    replication_ = chance_.in(0U, 3U) * 2 + 1;
    if (chance_.one_in(2)) replication_ = 3;
    FormCluster form{{}, replication_, chance_.in(1U, 6U)};
    const auto nodes = chance_.in(replication_, replication_ + 4);
    for (std::uint32_t n = 1; n <= nodes; ++n) form.nodes.push_back(fresh_member());
    command(form);
    partitions_ = form.partitions;
    groups_.resize(partitions_ + 1);
    for (PartitionId p = 0; p < partitions_; ++p) groups_[p].voters = live_.partitions[p].wanted;
    for (const ClusterMember& member : form.nodes)
      insert(meta().voters, replica_id(member.node, 0));
  }

  void anything() {
    switch (chance_.in(0, 12)) {
      case 0: return random_command();
      case 1: return chance_.one_in(3) ? die() : revive();
      case 2: return hear(chance_.in<std::size_t>(0, heard_.size() + 1));
      case 3: return steps();
      case 4: return elect(chance_.any_of(groups_));
      case 5: return catch_up(chance_.any_of(groups_));
      default: break;
    }
    const auto g = chance_.in<std::size_t>(0, groups_.size());
    for (int i = chance_.in(1, 4); i > 0; --i) change(g);
    tell(g);
    if (chance_.one_in(2)) deliver();
    check();
  }

  // Everybody who is not being removed comes back, messages arrive: all that was asked for ends.
  void finish() {
    for (auto& [node, is_dead] : dead_)
      if (!live_.is(node, NodeState::leaving)) is_dead = false;
    facts_in_flight_.clear();  // never
    for (int round = 0; round < 400 && !is_done(); ++round) {
      for (std::size_t node = heard_.size(); node > 0; --node) hear(node - 1);
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        if (!is_up(node_of(groups_[g].leader))) elect(groups_[g]);
        catch_up(groups_[g]);
        change(g);
        tell(g);
        check();
      }
      while (!facts_in_flight_.empty()) deliver();
      steps();
    }
    RC_ASSERT(is_done());
    for (PartitionId p = 0; p < partitions_; ++p) {
      RC_ASSERT(groups_[p].voters == live_.partitions[p].wanted && groups_[p].learners.empty());
      for (const ReplicaId replica : groups_[p].voters) RC_ASSERT(!has_gone(node_of(replica)));
    }
    if (asked_rebalance_last_)
      RC_ASSERT(plan_changes(live_.placement(), live_.targets(), replication_).empty());
  }

  void check_replay() const {
    ClusterMap again;
    for (std::size_t i = 0; i < log_.size(); ++i) evolve(again, log_[i], i + 1);
    RC_ASSERT(again == live_);
  }

 private:
  Group& meta() { return groups_.back(); }
  [[nodiscard]] bool has_gone(NodeNumber node) const {
    return live_.is(node, NodeState::leaving) || live_.is(node, NodeState::removed);
  }
  [[nodiscard]] bool is_up(NodeNumber node) const {
    const auto found = dead_.find(node);
    return found != dead_.end() && !found->second;
  }
  ClusterMember fresh_member() {
    const auto number = ++last_node_;
    dead_[number] = false;
    return {number, "n" + std::to_string(number) + ":1", "n" + std::to_string(number) + ":2"};
  }

  // --- the meta group: its log is what its leader says, as raft promises --------------------------------------

  void log(const std::vector<Event>& events) {
    for (const Event& event : events) {
      if (const auto* chosen = get_if<ReplicasChosen>(&event))
        check_moves_at_once(chosen->partition);
      log_.push_back(event);
      evolve(live_, event, log_.size());
      if (const auto* chosen = get_if<ReplicasChosen>(&event)) check_choice(*chosen);
    }
  }
  // Those that nobody leads do not count: they may stand still for ever.
  void check_moves_at_once(PartitionId begins) {
    if (!live_.partitions[begins].settled) return;
    std::size_t moving = 1;
    for (PartitionId p = 0; p < partitions_; ++p)
      moving += !live_.partitions[p].settled && facts_.find(p) != nullptr;
    RC_ASSERT(moving <= ChoiceLimits{}.moves_at_once);
  }
  void check_choice(const ReplicasChosen& event) {
    std::set<NodeNumber> nodes;
    for (const ReplicaId replica : event.replicas) {
      nodes.insert(node_of(replica));
      RC_ASSERT(!has_gone(node_of(replica)));
    }
    RC_ASSERT(nodes.size() == event.replicas.size() && nodes.size() == replication_);
  }
  bool command(const ClusterCommand& command) {
    const auto decided = decide(live_, command);
    if (!decided) return false;
    log(*decided);
    const auto again = decide(live_, command);
    RC_ASSERT(again.has_value() && again->empty());
    return true;
  }
  void random_command() {
    const auto node = chance_.in<NodeNumber>(1, static_cast<NodeNumber>(last_node_ + 2));
    switch (chance_.in(0, 6)) {
      case 0: {
        command(AddNode{fresh_member()});
        asked_rebalance_last_ = asked_rebalance_last_ && live_.rebalancing;
        return;
      }
      case 1: return void(command(DrainNode{node}));
      case 2: return void(command(ResumeNode{node}));
      case 3:
      case 4: {
        if (command(RemoveNode{node}))
          asked_rebalance_last_ = asked_rebalance_last_ && live_.rebalancing;
        return;
      }
      default: asked_rebalance_last_ = command(Rebalance{});
    }
  }
  void steps() {
    if (meta().leader == 0) return;
    log(next_choices(live_, facts_));
    facts_.take_meta(facts_of(meta(), log_.size()));
  }

  // --- nodes -----------------------------------------------------------------------------------------------------

  // Never a majority of what a group had or will have: raft would wait for them to come back.
  void die() {
    const auto node = chance_.in<NodeNumber>(1, static_cast<NodeNumber>(last_node_ + 1));
    dead_[node] = true;
    const bool is_too_much = std::ranges::any_of(groups_, [&](const Group& group) {
      return up_count(group.voters) < group.voters.size() / 2 + 1;
    });
    if (is_too_much) dead_[node] = false;
    for (Group& group : groups_)
      if (!is_up(node_of(group.leader))) group.leader = 0;
  }
  void revive() {
    for (auto& [node, is_dead] : dead_)
      if (chance_.one_in(3)) is_dead = false;
  }
  void hear(std::size_t node) {
    const auto number = static_cast<NodeNumber>(node + 1);
    if (heard_.size() < last_node_) heard_.resize(last_node_);
    if (node >= heard_.size() || !is_up(number)) return;
    const auto until =
        chance_.one_in(2) ? log_.size() : chance_.in(heard_[node].second, log_.size() + 1);
    if (!contains(meta().voters, replica_id(number, 0)) &&
        !contains(meta().learners, replica_id(number, 0)))
      return;  // it hears nothing of a group that it is not in
    auto& [map, applied] = heard_[node];
    for (; applied < until; ++applied) evolve(map, log_[applied], applied + 1);
  }

  // --- groups ----------------------------------------------------------------------------------------------------

  [[nodiscard]] std::size_t up_count(const Replicas& voters) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(voters, [&](ReplicaId replica) { return is_up(node_of(replica)); }));
  }
  [[nodiscard]] bool has_majority(const Group& group) const {
    return up_count(group.voters) >= group.voters.size() / 2 + 1;
  }
  void elect(Group& group) {
    group.leader = 0;
    if (!has_majority(group)) return;
    Replicas candidates;
    for (const ReplicaId voter : group.voters)
      if (is_up(node_of(voter))) candidates.push_back(voter);
    group.leader = chance_.any_of(candidates);
    ++group.term;
  }
  void catch_up(Group& group) {
    for (const ReplicaId learner : group.learners)
      if (is_up(node_of(learner)) && !contains(group.caught_up, learner))
        group.caught_up.push_back(learner);
  }
  // Their node has applied this much of the meta log; the meta leader has all of it.
  const std::pair<ClusterMap, std::size_t>& map_of(std::size_t g, NodeNumber node) {
    if (heard_.size() < last_node_) heard_.resize(last_node_);
    if (g == partitions_) {
      auto& [map, applied] = heard_[node - 1U];
      for (; applied < log_.size(); ++applied) evolve(map, log_[applied], applied + 1);
    }
    return heard_[node - 1U];
  }
  void change(std::size_t g) {
    Group& group = groups_[g];
    if (group.leader == 0 || !has_majority(group)) return;
    const auto& [map, applied] = map_of(g, node_of(group.leader));
    const GroupGoal goal =
        g == partitions_ ? goal_of_meta(map) : goal_of(map, static_cast<PartitionId>(g));
    GroupSituation now{group.leader, group.voters, group.learners, group.retired, {}};
    for (const Replicas* some : {&group.caught_up, &group.voters})
      for (const ReplicaId replica : *some)
        if (is_up(node_of(replica))) now.caught_up.push_back(replica);
    carry_out(g, next_change(now, goal));
  }
  // What raft's engine would refuse must not be asked for.
  void carry_out(std::size_t g, const NextChange& change) {
    Group& group = groups_[g];
    const ReplicaId replica = change.replica;
    switch (change.step) {
      case ChangeStep::none: return;
      case ChangeStep::add_learner:
        RC_ASSERT(!contains(group.voters, replica) && !contains(group.learners, replica));
        RC_ASSERT(!contains(group.retired, replica));
        insert(group.learners, replica);
        return;
      case ChangeStep::promote:
        RC_ASSERT(contains(group.learners, replica) && contains(group.caught_up, replica));
        std::erase(group.learners, replica);
        std::erase(group.caught_up, replica);
        return insert(group.voters, replica);
      case ChangeStep::remove:
        RC_ASSERT(replica != group.leader);
        RC_ASSERT(contains(group.voters, replica) || contains(group.learners, replica));
        std::erase(group.voters, replica);
        std::erase(group.learners, replica);
        std::erase(group.caught_up, replica);
        RC_ASSERT(has_majority(group));  // it had one before
        return insert(group.retired, replica);
      case ChangeStep::transfer:
        RC_ASSERT(replica != group.leader && contains(group.voters, replica));
        if (!is_up(node_of(replica))) return;
        group.leader = replica;
        ++group.term;
    }
  }

  GroupFacts facts_of(const Group& group, LogIndex version) {
    return {group.term, version, group.voters, group.learners, group.retired};
  }
  void tell(std::size_t g) {
    const Group& group = groups_[g];
    if (group.leader == 0 || !has_majority(group) || g == partitions_) return;
    const auto version = map_of(g, node_of(group.leader)).second;
    facts_in_flight_.push_back({static_cast<PartitionId>(g), facts_of(group, version)});
  }
  // Any of them, in any order; some stay for another time, some are lost.
  void deliver() {
    if (facts_in_flight_.empty()) return;
    const auto at = chance_.in<std::size_t>(0, facts_in_flight_.size());
    if (!chance_.one_in(6)) facts_.take(facts_in_flight_[at].first, facts_in_flight_[at].second);
    if (!chance_.one_in(4))
      facts_in_flight_.erase(facts_in_flight_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  // --- promises ----------------------------------------------------------------------------------------------------

  void check() {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const Group& group = groups_[g];
      std::set<NodeNumber> nodes;
      std::size_t replicas = 0;
      for (const auto* list : {&group.voters, &group.learners})
        for (const ReplicaId replica : *list) {
          nodes.insert(node_of(replica));
          ++replicas;
          RC_ASSERT(!contains(group.retired, replica));
        }
      RC_ASSERT(nodes.size() == replicas);
      if (g < partitions_) RC_ASSERT(group.voters.size() >= replication_);
    }
  }
  [[nodiscard]] bool is_done() {
    if (live_.rebalancing) return false;
    for (const MapPartition& partition : live_.partitions)
      if (!partition.settled) return false;
    for (const auto& [number, node] : live_.nodes)
      if (node.state == NodeState::leaving) return false;
    for (PartitionId p = 0; p < partitions_; ++p)
      if (groups_[p].voters != live_.partitions[p].wanted || !groups_[p].learners.empty())
        return false;
    return meta().voters == goal_of_meta(live_).wanted && meta().learners.empty();
  }

  Chance chance_;
  std::uint32_t replication_ = 0, partitions_ = 0;
  NodeNumber last_node_ = 0;
  std::map<NodeNumber, bool> dead_;
  std::vector<Event> log_;
  ClusterMap live_;
  std::vector<std::pair<ClusterMap, std::size_t>> heard_;  // by node - 1: map, and events applied
  std::vector<Group> groups_;                              // partitions, then the meta group
  std::vector<std::pair<PartitionId, GroupFacts>> facts_in_flight_;
  ClusterFacts facts_;
  bool asked_rebalance_last_ = false;
};

RC_GTEST_PROP(Membership, KeepsItsPromisesAndEndsWhateverHappensOnTheWay, ()) {
  Model model(*rc::gen::arbitrary<std::uint64_t>());
  const int length = *rc::gen::inRange(0, 400);
  for (int i = 0; i < length; ++i) model.anything();
  model.check_replay();
  model.finish();
  model.check_replay();
}

}  // namespace
}  // namespace florin
