// Which moves a state has, what they cost, and when it is quiet.
#include "sim/explore/explore_world.hpp"

#include <algorithm>

namespace florin::sim {

using Kind = ExploreMove::Kind;

void ExploreWorld::moves(const ExploreState& state, std::vector<ExploreMove>& moves, bool& quiet) {
  moves.clear();
  quiet = true;
  delivery_moves(state, moves);
  if (state.under_way.front() != no_message) quiet = false;
  for (std::size_t p = 0; p < machines_.size(); ++p) {
    const auto at = static_cast<std::uint8_t>(p);
    const LocalFacts& here = facts(state, at);
    if (here.unsynced != 0 || here.effects_wait) {
      moves.push_back({Kind::sync, at, 0, false, 0});
      quiet = false;
    }
    tick_moves(state, at, moves, quiet);
    if (state.crashes != 0) crash_moves(state, at, moves);
  }
  if (client_waits_in_vain(state)) {
    quiet = false;
    if (may_run(state, 0)) {
      moves.push_back({Kind::ask, 0, request_, false, 0});
      if (!facts(state, 0).late) moves.push_back({Kind::ask, 0, request_, true, 0});
    }
  }
}

bool ExploreWorld::may_run(const ExploreState& state, std::uint8_t at) const {
  return facts(state, at).unsynced < budget_.unsynced_max;
}

void ExploreWorld::delivery_moves(const ExploreState& state,
                                  std::vector<ExploreMove>& moves) const {
  MessageId last = no_message;
  for (const MessageId id : state.under_way) {
    if (id == no_message) return;
    if (id == std::exchange(last, id)) continue;  // a copy of the one before
    const MessageBook::Page& page = book_.at(id);
    const auto to = static_cast<std::uint8_t>(page.to);
    if (state.losses != 0) moves.push_back({Kind::lose, to, id, false, 0});
    if (!may_run(state, to)) continue;
    for (const bool late : {false, true}) {
      if (late && (!page.minds_the_time || facts(state, to).late)) continue;
      moves.push_back({Kind::deliver, to, id, late, 0});
      if (state.duplications != 0) moves.push_back({Kind::duplicate, to, id, late, 1});
    }
  }
}

void ExploreWorld::tick_moves(const ExploreState& state, std::uint8_t at,
                              std::vector<ExploreMove>& moves, bool& quiet) {
  const LocalFacts& here = facts(state, at);
  for (const bool late : {false, true}) {
    if (late ? (here.late || !here.undecided) : !here.tick_does_something) continue;
    if (!may_run(state, at)) {
      quiet = false;
      continue;
    }
    const LocalStep& step = machines_[at]->step(state.local[at], {LocalInput::Kind::tick, 0, late});
    if (!step.did_something && step.violation.empty()) continue;
    const std::uint8_t cost = cost_of(state, at, step);
    if (cost <= state.duplications) moves.push_back({Kind::tick, at, 0, late, cost});
    if (cost == 0 && !late) quiet = false;
  }
}

// A crash that changes nothing is not a move.
void ExploreWorld::crash_moves(const ExploreState& state, std::uint8_t at,
                               std::vector<ExploreMove>& moves) {
  const LocalFacts& here = facts(state, at);
  for (std::uint8_t survive = 0; survive <= here.unsynced; ++survive) {
    const LocalStep& step =
        machines_[at]->step(state.local[at], {LocalInput::Kind::crash, survive, false});
    if (step.next != state.local[at] || !step.violation.empty())
      moves.push_back({Kind::crash, at, survive, false, 0});
  }
}

std::uint8_t ExploreWorld::cost_of(const ExploreState& state, std::uint8_t sender,
                                   const LocalStep& step) const {
  int cost = 0;
  for (const MessageId id : step.sent)
    if (!book_.at(id).is_answer && chain_lives(state, sender, id)) ++cost;
  return static_cast<std::uint8_t>(std::min(cost, 255));
}

// It is under way, or its answer is, or one of them waits for a sync.
bool ExploreWorld::chain_lives(const ExploreState& state, std::uint8_t sender, MessageId id) const {
  const std::string& chain = book_.at(id).chain;
  const auto of_chain = [&](MessageId other) {
    return other != no_message && book_.at(other).chain == chain;
  };
  if (std::ranges::any_of(state.under_way, of_chain)) return true;
  for (const auto at : {sender, static_cast<std::uint8_t>(book_.at(id).to)})
    if (std::ranges::any_of(facts(state, at).unreleased, of_chain)) return true;
  // A fence is answered when its receiver has had time to forget.
  const bool fence = holds_alternative<AdvanceFence>(book_.at(id).message);
  return fence && facts(state, static_cast<std::uint8_t>(book_.at(id).to)).tick_does_something;
}

bool ExploreWorld::client_waits_in_vain(const ExploreState& state) const {
  if (state.reply != 0 || facts(state, 0).answer_waits) return false;
  return std::ranges::find(state.under_way, request_) == state.under_way.end();
}

}  // namespace florin::sim
