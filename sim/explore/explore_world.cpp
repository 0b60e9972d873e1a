// What moves lead to.
#include "sim/explore/explore_world.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin::sim {
namespace {

using Kind = ExploreMove::Kind;

std::size_t count_of(const ExploreState& state) {
  return static_cast<std::size_t>(std::ranges::find(state.under_way, no_message) -
                                  state.under_way.begin());
}

void remove_message(ExploreState& state, MessageId id) {
  const auto at = std::ranges::find(state.under_way, id);
  std::copy(at + 1, state.under_way.end(), at);
  state.under_way.back() = no_message;
}

void tell(std::string* told, const std::string& what) {
  if (told != nullptr) *told += what;
}

}  // namespace

ExploreWorld::ExploreWorld(const ExploreCase& explored, ExploreBudget budget)
    : setup_(explored), budget_(budget) {
  FLORIN_ASSERT(setup_.map.partitions() <= ExploreState::partitions_max,
                "a case has few partitions");
  request_ = book_.number(0, setup_.request);
  initial_.under_way.fill(no_message);
  initial_.duplications = budget.duplications;
  initial_.losses = budget.losses;
  initial_.crashes = budget.crashes;
  for (std::uint32_t p = 0; p < setup_.map.partitions(); ++p) {
    machines_.push_back(std::make_unique<LocalMachine>(setup_, static_cast<PartitionId>(p), book_));
    if (initial_violation_.empty()) initial_violation_ = machines_.back()->initial_violation();
  }
  for (const auto& [to, message] : setup_.under_way)
    add_message(initial_, book_.number(to, message), initial_violation_);
}

std::size_t ExploreWorld::local_states() const {
  std::size_t sum = 0;
  for (const auto& machine : machines_) sum += machine->size();
  return sum;
}

std::size_t ExploreWorld::turns_run() const {
  std::size_t sum = 0;
  for (const auto& machine : machines_) sum += machine->steps_run();
  return sum;
}

std::string ExploreWorld::words_of(const ExploreState& state, const ExploreMove& move) const {
  const std::string here = "p" + std::to_string(move.partition);
  const std::string late = move.late ? "the deadline passes at " + here + "; " : "";
  switch (move.kind) {
    case Kind::lose: return "lost: " + book_.at(move.argument).text;
    case Kind::deliver: return late + "delivered: " + book_.at(move.argument).text;
    case Kind::duplicate:
      return late + "delivered, and a copy stays under way: " + book_.at(move.argument).text;
    case Kind::ask: return late + "the client asks again";
    case Kind::tick: return late + "time passes at " + here;
    case Kind::sync: return here + " syncs";
    case Kind::crash:
      return here + " crashes and recovers; of " +
             std::to_string(facts(state, move.partition).unsynced) + " unsynced entries " +
             std::to_string(move.argument) + " survive";
  }
  return {};
}

ExploreState ExploreWorld::after(const ExploreState& state, const ExploreMove& move,
                                 std::string& violation, std::string* told) {
  ExploreState next = state;
  LocalInput input{LocalInput::Kind::deliver, move.argument, move.late};
  next.duplications = static_cast<std::uint8_t>(next.duplications - move.cost);
  if (told != nullptr) *told += words_of(state, move);
  switch (move.kind) {
    case Kind::lose:
      --next.losses;
      remove_message(next, move.argument);
      return next;
    case Kind::deliver: remove_message(next, move.argument); break;
    case Kind::duplicate:
    case Kind::ask: break;
    case Kind::tick: input = {LocalInput::Kind::tick, 0, move.late}; break;
    case Kind::sync: input = {LocalInput::Kind::sync, 0, false}; break;
    case Kind::crash:
      --next.crashes;
      input = {LocalInput::Kind::crash, move.argument, false};
      break;
  }
  apply(next, move.partition, machines_[move.partition]->step(state.local[move.partition], input),
        violation, told);
  if (next.crashes == 0) sync_all(next, violation, told);
  if (violation.empty()) violation = mixed_legs(next);
  return next;
}

void ExploreWorld::sync_all(ExploreState& state, std::string& violation, std::string* told) {
  for (std::size_t p = 0; p < machines_.size(); ++p) {
    const auto at = static_cast<std::uint8_t>(p);
    if (facts(state, at).unsynced != 0 || facts(state, at).effects_wait)
      apply(state, at, machines_[at]->step(state.local[at], {LocalInput::Kind::sync, 0, false}),
            violation, told);
  }
}

void ExploreWorld::apply(ExploreState& state, std::uint8_t partition, const LocalStep& step,
                         std::string& violation, std::string* told) {
  state.local[partition] = step.next;
  if (violation.empty()) violation = step.violation;
  if (!step.what.empty())
    tell(told, "\n       p" + std::to_string(partition) + " logs " + step.what);
  for (const MessageId id : step.released) {
    tell(told, "\n       sent: " + book_.at(id).text);
    if (book_.at(id).confirms) state.confirms = 1;
    if (book_.at(id).cancels) state.cancels = 1;
    add_message(state, id, violation);
  }
  for (const ExploreReply& reply : step.replies) {
    tell(told, "\n       the client hears: " + reply.text + (reply.replayed ? " (a repeat)" : ""));
    hear(state, reply, violation);
  }
  if (violation.empty() && state.confirms != 0 && state.cancels != 0)
    violation = "the decision was reversed: both Confirm and Cancel have left";
}

void ExploreWorld::add_message(ExploreState& state, MessageId id, std::string& violation) const {
  const std::size_t count = count_of(state);
  if (count + 1 >= state.under_way.size()) {
    if (violation.empty()) violation = "messages pile up: " + std::to_string(count) + " under way";
    return;
  }
  const auto place = std::ranges::upper_bound(state.under_way, id);
  std::copy_backward(place, state.under_way.end() - 1, state.under_way.end());
  *place = id;
}

void ExploreWorld::hear(ExploreState& state, const ExploreReply& reply, std::string& violation) {
  const auto known = std::ranges::find(replies_, reply.text);
  const auto number = static_cast<std::uint8_t>(known - replies_.begin());
  if (known == replies_.end()) replies_.push_back(reply.text);
  if (violation.empty() && state.reply != 0 && state.reply != number)
    violation = "contradicting replies: " + replies_[state.reply] + ", then " + reply.text;
  if (!reply.replayed && ++state.unmarked > 1 && violation.empty())
    violation = "two replies without the mark of a repeat";
  state.reply = number;
}

}  // namespace florin::sim
