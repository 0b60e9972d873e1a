// What must hold in every state of the world, and in every end state.
#include "sim/explore/explore_world.hpp"

namespace florin::sim {

// In TC/C no leg may be posted while another has ended otherwise.
std::string ExploreWorld::mixed_legs(const ExploreState& state) const {
  if (setup_.what.protocol == Protocol::saga) return {};
  int posted = 0;
  int ended_otherwise = 0;
  for (std::size_t p = 0; p < machines_.size(); ++p) {
    for (const LegHistory::Leg& leg : facts(state, static_cast<std::uint8_t>(p)).history.legs) {
      posted += leg.posted;
      ended_otherwise += leg.undone + leg.refused + leg.flagged;
    }
  }
  return posted != 0 && ended_otherwise != 0 ? "one leg was posted, another cancelled or refused"
                                             : "";
}

std::string ExploreWorld::end_violation(const ExploreState& state) const {
  const LocalFacts& coordinator = facts(state, 0);
  if (coordinator.open) return "the transfer is still open and nothing is due";
  if (coordinator.outcome.empty()) return "the transfer left no record";
  if (state.reply == 0) return "the client never got a reply";
  if (replies_[state.reply] != coordinator.outcome)
    return "the client was told " + replies_[state.reply] + ", but it is " + coordinator.outcome;
  const bool completed = coordinator.outcome == "completed";
  WideMinor clearing = 0;
  for (std::size_t p = 0; p < machines_.size(); ++p) {
    const LocalFacts& here = facts(state, static_cast<std::uint8_t>(p));
    clearing += here.clearing;
    if (here.reserved != 0) return "something is still held or reserved at p" + std::to_string(p);
  }
  if (clearing != 0) return "clearing accounts do not sum to zero";
  for (std::size_t i = 0; i < setup_.what.legs.size(); ++i) {
    const ExploreLeg& leg = setup_.what.legs[i];
    const LocalFacts& here = facts(state, static_cast<std::uint8_t>(leg.partition));
    const int moved = here.history.legs.at(i).posted -
                      (setup_.what.protocol == Protocol::saga ? here.history.legs.at(i).undone : 0);
    if (moved != (completed ? 1 : 0))
      return "leg " + std::to_string(i) + " does not agree with " + coordinator.outcome;
    const Minor change = completed ? (leg.role == LegRole::debit ? -leg.amount : leg.amount) : 0;
    if (here.balances[i] != leg.balance + change)
      return "the balance of leg " + std::to_string(i) + " is wrong";
  }
  return {};
}

std::string ExploreWorld::check_other_ways() {
  for (const auto& machine : machines_)
    if (const auto wrong = machine->check_other_ways()) return *wrong;
  return {};
}

}  // namespace florin::sim
