// Runs turns, syncs and crashes, and remembers what they led to.
#include "sim/explore/local_machine.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sim/explore/explore_words.hpp"
#include "sim/explore/local_state.hpp"

namespace florin::sim {
namespace {

// Fences say something about the explored transfer only when its coordinator sends them for it.
bool is_noise(const Message& message, const TransferId& transfer) {
  const auto is_of_others = [&](PartitionId coordinator, LogIndex index) {
    return coordinator != transfer.partition || index < transfer.index;
  };
  if (const auto* told = get_if<AdvanceFence>(&message))
    return is_of_others(told->coordinator, told->index);
  const auto* heard = get_if<FenceHeard>(&message);
  return heard != nullptr && is_of_others(heard->coordinator, heard->index);
}

}  // namespace

LocalMachine::LocalMachine(const ExploreSetup& setup, PartitionId id, MessageBook& book)
    : setup_(setup), id_(id), book_(book) {
  State state;
  state.log = setup.logs.at(id);
  state.durable = state.recovered_at = state.log.size();
  LocalStep step;
  state.recovered.push_back(recovered_text(state.log, state.log.size(), step));
  auto live = rebuild(state, step);
  add(std::move(state), live.get(), step);
  initial_violation_ = step.violation;
}

LocalMachine::~LocalMachine() = default;

const LocalFacts& LocalMachine::facts(LocalId id) const { return states_[id]->facts; }
std::size_t LocalMachine::size() const { return states_.size(); }
std::size_t LocalMachine::steps_run() const { return steps_.size(); }

const LocalStep& LocalMachine::step(LocalId from, LocalInput input) {
  const std::uint64_t key = std::uint64_t{from} << 32 | input.code();
  const std::uint64_t hash = hash64({reinterpret_cast<const char*>(&key), sizeof(key)});
  const auto known =
      by_input_.find(hash, [&](std::uint32_t at) { return steps_[at].first == key; });
  if (known != SlotIndex::no_slot) return *steps_[known].second;
  auto step = std::make_unique<LocalStep>(run(*states_[from], input));
  by_input_.insert(hash, static_cast<std::uint32_t>(steps_.size()));
  steps_.emplace_back(key, std::move(step));
  return *steps_.back().second;
}

LocalStep LocalMachine::run(const State& from, LocalInput input) {
  LocalStep step;
  State state = from;
  switch (input.kind) {
    case LocalInput::Kind::sync:
      state.durable = state.log.size();
      state.recovered = {state.recovered.back()};
      release_durable(state, step);
      step.next = add(std::move(state), nullptr, step);
      return step;
    case LocalInput::Kind::crash: {
      state.durable += input.argument;
      state.recovered = {state.recovered.at(input.argument)};
      state.log.resize(state.durable);
      state.recovered_at = state.durable;
      state.turns.clear();
      state.told = {};
      state.waiting.clear();
      const auto live = rebuild(state, step);
      step.next = add(std::move(state), live.get(), step);
      return step;
    }
    case LocalInput::Kind::deliver:
    case LocalInput::Kind::tick: run_turn(state, input, step); break;
  }
  return step;
}

void LocalMachine::run_turn(State& state, LocalInput input, LocalStep& step) {
  const auto live = rebuild(state, step);
  if (input.late) {
    state.clock = std::max(state.clock, explore_late);
    state.facts.late = true;
  }
  const bool tick = input.kind == LocalInput::Kind::tick;
  if (tick) state.clock = state.clock + explore_tick_us;
  const ExploreTurn turn{state.clock, tick ? no_message : input.argument};
  SealedTurn sealed = live->turn(turn, book_);
  state.turns.push_back(turn);
  const std::size_t before = state.log.size();
  if (!sealed.entry.empty()) {
    state.log.push_back(std::make_shared<const std::string>(std::move(sealed.entry)));
    state.recovered.push_back(recovered_text(state.log, state.log.size(), step));
  }
  if (sealed.index != state.log.size()) complain(step, "a turn does not wait for its own entry");
  if (!sealed.effects.calls.empty()) complain(step, "a call to the outside");
  for (const Alarm& alarm : sealed.effects.alarms)
    complain(step, "alarm: " + alarm.what + ", leg " + std::to_string(alarm.leg.leg));
  ExploreWaiting waiting{.log_size = sealed.index,
                         .messages = number_all(std::move(sealed.effects.outgoing)),
                         .replies = {}};
  for (const Reply& reply : sealed.effects.replies) {
    const auto* outcome = get_if<TransferOutcome>(&reply.body);
    waiting.replies.push_back({explore_text(reply), outcome != nullptr && outcome->replayed,
                               outcome != nullptr && outcome->status == TransferStatus::cancelled});
  }
  if (state.facts.late)
    if (const auto wrong = too_late(state.facts.history, read_history(state.log, setup_.transfer),
                                    setup_.what.protocol))
      complain(step, *wrong);
  step.sent = waiting.messages;
  for (const MessageId id : step.sent)
    if (const auto* fence = get_if<AdvanceFence>(&book_.at(id).message))
      state.told.at(fence->to) = std::max(state.told.at(fence->to), fence->index);
  step.did_something = state.log.size() != before || !step.sent.empty();
  static_cast<void>(read_history(state.log, setup_.transfer, before, &step.what));
  if (!waiting.messages.empty() || !waiting.replies.empty())
    state.waiting.push_back(std::move(waiting));
  release_durable(state, step);
  step.next = add(std::move(state), live.get(), step);
}

void LocalMachine::release_durable(State& state, LocalStep& step) const {
  while (!state.waiting.empty() && state.waiting.front().log_size <= state.durable) {
    ExploreWaiting& first = state.waiting.front();
    if (std::ranges::any_of(first.replies, &ExploreReply::is_cancelled)) {
      const std::vector<LogBytes> durable(
          state.log.begin(), state.log.begin() + static_cast<std::ptrdiff_t>(state.durable));
      if (read_history(durable, setup_.transfer).decided_cancel == 0)
        complain(step, "a client hears of a refusal that is not decided durably");
    }
    std::ranges::copy(first.messages, std::back_inserter(step.released));
    std::ranges::copy(first.replies, std::back_inserter(step.replies));
    state.waiting.erase(state.waiting.begin());
  }
}

std::vector<MessageId> LocalMachine::number_all(std::vector<Outgoing> outgoing) {
  std::vector<MessageId> numbers;
  for (const Outgoing& out : outgoing)
    for (const Message& message : out.messages)
      if (!is_noise(message, setup_.transfer)) numbers.push_back(book_.number(out.to, message));
  return numbers;
}

std::optional<std::string> LocalMachine::check_other_ways() {
  const std::size_t steps = steps_.size();
  std::vector<std::vector<std::size_t>> steps_of(states_.size());
  for (std::size_t i = 0; i < steps; ++i) steps_of[steps_[i].first >> 32].push_back(i);
  const std::size_t ways = other_ways_.size();  // more are found while these are walked
  for (std::size_t way = 0; way < ways; ++way) {
    const LocalId of = other_ways_[way].first;
    const State& from = *other_ways_[way].second;
    for (const std::size_t i : steps_of.at(of)) {
      const auto input = LocalInput::of_code(static_cast<std::uint32_t>(steps_[i].first));
      const LocalStep again = run(from, input);
      const LocalStep& first = *steps_[i].second;
      if (again.next != first.next || again.sent != first.sent || again.released != first.released)
        return "two ways to one state behave differently: " + states_[first.next]->text + " / " +
               states_[again.next]->text;
    }
  }
  return std::nullopt;
}

}  // namespace florin::sim
