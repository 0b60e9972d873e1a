// The rules of next_change.hpp, in their order.
#include "cluster/membership/next_change.hpp"

#include <algorithm>

namespace florin {
namespace {

using Replicas = std::vector<ReplicaId>;

bool contains(const Replicas& replicas, ReplicaId replica) {
  return std::ranges::find(replicas, replica) != replicas.end();
}

class Changes {
 public:
  Changes(const GroupSituation& now, const GroupGoal& goal) : now_(now), goal_(goal) {}

  [[nodiscard]] NextChange next() const {
    if (goal_.wanted.empty() || is_goal_old()) return {};
    for (const ReplicaId learner : now_.learners)
      if (!is_wanted(learner)) return {ChangeStep::remove, learner};
    for (const ReplicaId learner : now_.learners)
      if (is_caught_up(learner)) return {ChangeStep::promote, learner};
    for (const ReplicaId replica : goal_.wanted)
      if (is_missing(replica) && voter_on_node_of(replica) == 0)
        return {ChangeStep::add_learner, replica};
    if (!now_.learners.empty()) return {};
    for (const ReplicaId replica : goal_.wanted)
      if (is_missing(replica)) return make_room(voter_on_node_of(replica));
    const bool all_vote =
        std::ranges::all_of(goal_.wanted, [&](ReplicaId r) { return contains(now_.voters, r); });
    return all_vote ? take_away() : NextChange{};
  }

 private:
  [[nodiscard]] bool is_wanted(ReplicaId replica) const { return contains(goal_.wanted, replica); }
  [[nodiscard]] bool is_caught_up(ReplicaId replica) const {
    return replica == now_.self || contains(now_.caught_up, replica);
  }
  [[nodiscard]] bool is_goal_old() const {
    const auto is_newer = [&](ReplicaId replica) {
      return generation_of(replica) > goal_.newest_generation;
    };
    return std::ranges::any_of(now_.voters, is_newer) ||
           std::ranges::any_of(now_.learners, is_newer);
  }
  // A retired one cannot come: the meta leader will hear of it, and choose another.
  [[nodiscard]] bool is_missing(ReplicaId replica) const {
    return !contains(now_.voters, replica) && !contains(now_.learners, replica) &&
           !contains(now_.retired, replica);
  }
  [[nodiscard]] ReplicaId voter_on_node_of(ReplicaId replica) const {
    const auto found = std::ranges::find(now_.voters, node_of(replica), node_of);
    return found == now_.voters.end() ? 0 : *found;
  }

  [[nodiscard]] NextChange hand_over() const {
    ReplicaId to = 0;
    for (const ReplicaId voter : now_.voters) {
      if (!is_wanted(voter)) continue;
      if (contains(now_.caught_up, voter)) return {ChangeStep::transfer, voter};
      if (to == 0) to = voter;
    }
    return to == 0 ? NextChange{} : NextChange{ChangeStep::transfer, to};
  }

  // Would a majority of the others still be there? A change commits by the majority before it, which may need
  // the very replica that goes.
  [[nodiscard]] bool can_do_without(ReplicaId old) const {
    const auto left = now_.voters.size() - 1;
    const auto there = std::ranges::count_if(
        now_.voters, [&](ReplicaId voter) { return voter != old && is_caught_up(voter); });
    return static_cast<std::size_t>(there) >= left / 2 + 1;
  }

  // `old` is where a wanted replica should be.
  [[nodiscard]] NextChange make_room(ReplicaId old) const {
    if (old == now_.self) return hand_over();
    return can_do_without(old) ? NextChange{ChangeStep::remove, old} : NextChange{};
  }

  // Whoever is not there is of no use: first.
  [[nodiscard]] NextChange take_away() const {
    Replicas unwanted;
    for (const ReplicaId voter : now_.voters)
      if (!is_wanted(voter)) unwanted.push_back(voter);
    if (unwanted.empty()) return {};
    if (contains(unwanted, now_.self)) return hand_over();
    std::ranges::stable_sort(unwanted, {},
                             [&](ReplicaId replica) { return is_caught_up(replica); });
    const bool is_safe = now_.caught_up.empty() || can_do_without(unwanted.front());
    return is_safe ? NextChange{ChangeStep::remove, unwanted.front()} : NextChange{};
  }

  const GroupSituation& now_;
  const GroupGoal& goal_;
};

}  // namespace

NextChange next_change(const GroupSituation& now, const GroupGoal& goal) {
  return Changes(now, goal).next();
}

}  // namespace florin
